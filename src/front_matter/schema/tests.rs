use super::*;
use crate::front_matter::parse;
use crate::language::Language;

fn told(schema: &str, text: &str) -> Vec<(String, String)> {
    let front_matter = parse(text);
    let schema = Schema::from_text(schema).unwrap();
    let violations = schema.check(&front_matter);
    violations
        .into_iter()
        .map(|violation| (violation.span.slice(text).to_owned(), violation.message.in_language(Language::English)))
        .collect()
}

fn told_once(schema: &str, text: &str) -> (String, String) {
    let mut told = told(schema, text);
    assert_eq!(told.len(), 1, "{told:?}");
    told.remove(0)
}

fn pair(span: &str, message: &str) -> (String, String) {
    (span.to_owned(), message.to_owned())
}

#[test]
fn the_value_is_pointed_at() {
    let schema = "properties: {layout: {const: post}, tags: {items: {type: string, minLength: 2}}}";
    assert_eq!(
        told_once(schema, "---\nlayout: page\n---\n"),
        pair("page", "`layout` is the text `page`, and `post` was expected")
    );
    assert_eq!(
        told_once(schema, "---\ntags:\n- ab\n- c\n---\n"),
        pair("c", "`tags.1` is the text `c`, and at least 2 characters are expected")
    );
    assert_eq!(told(schema, "---\nlayout: post\ntags: [ab]\n---\n"), []);
}

#[test]
fn a_missing_key_points_at_the_fence_or_its_parent() {
    let schema = "required: [title]\nproperties: {author: {type: object, required: [name]}}";
    assert_eq!(told_once(schema, "---\na: b\n---\n"), pair("---", "`title` is missing"));
    assert_eq!(told_once(schema, "---\n---\n"), pair("---", "`title` is missing"));
    assert_eq!(
        told_once(schema, "---\ntitle: x\nauthor: {mail: y}\n---\n"),
        pair("author", "`author.name` is missing")
    );
}

#[test]
fn a_key_too_many_is_pointed_at_itself() {
    let schema = "properties: {title: {}}\nadditionalProperties: false";
    assert_eq!(
        told_once(schema, "---\ntitle: x\nmood: bad\n---\n"),
        pair("mood", "`mood` is a key that the schema does not know")
    );
}

#[test]
fn types_are_those_of_jekyll() {
    let schema = "properties: {title: {type: string}, date: {type: string}}";
    assert_eq!(
        told_once(schema, "---\ntitle: 12:30\ndate: 2021-05-06\n---\n"),
        pair("12:30", "`title` is the number 750.0, and text was expected")
    );
}

#[test]
fn of_several_branches_the_nearest_is_told() {
    let schema = "properties:\n  tags:\n    oneOf:\n    - type: string\n    - type: array\n      items: {type: string, pattern: '^[a-z]+$'}\n";
    assert_eq!(
        told_once(schema, "---\ntags: [ok, 'No']\n---\n"),
        pair("'No'", "`tags.1` is the text `No`, and the schema wants it to match `^[a-z]+$`")
    );
    assert_eq!(
        told_once(schema, "---\ntags: 12\n---\n"),
        pair("12", "`tags` is the number 12, and text or a list was expected")
    );
}

#[test]
fn the_builtin_schema_knows_what_jekyll_can_use() {
    let check = |text: &str| Schema::builtin().unwrap().check(&parse(text));
    assert_eq!(check("---\nlayout: post\ntitle: x\ndate: 2021-05-06\ncategories: a\ntags: b\n---\n"), []);
    assert_eq!(
        check("---\ntitle: [a]\n---\n")[0].message.in_language(Language::English),
        "`title` is a list of 1, and true or false, a number or text was expected"
    );
    assert_eq!(check("---\npublished: \"false\"\n---\n")[0].pointer, "/published");
    assert_eq!(check("---\ntags: {a: b}\n---\n").len(), 1);
}

#[test]
fn the_glance_agrees_with_the_validator() {
    let values = ["text", "", "12", "1.5", "true", "no", "[a]", "[1]", "{a: b}", "2021-05-06", "~", "\"x\""];
    let keys = Field::KEYS;
    let schema = Schema::builtin().unwrap();
    for key in keys {
        for value in values {
            let text = format!("---\n{key}: {value}\n---\n");
            let front_matter = parse(&text);
            let root = front_matter.root.as_ref().unwrap();
            if is_plainly_valid(root) {
                assert!(schema.validator.is_valid(&json::of_root(root).unwrap()), "{text}");
            }
        }
    }
}

struct Field;

impl Field {
    const KEYS: [&'static str; 16] = [
        "layout",
        "title",
        "slug",
        "category",
        "categories",
        "tag",
        "tags",
        "permalink",
        "published",
        "sitemap",
        "hidden",
        "render_with_liquid",
        "redirect_from",
        "redirect_to",
        "date",
        "other",
    ];
}

#[test]
fn what_is_no_schema_is_said_to_be_none() {
    assert!(Schema::from_text("type: [").unwrap_err().place.is_some());
    assert!(Schema::from_text("type: strnig").unwrap_err().message.contains("no JSON Schema: at /type"));
    assert!(Schema::from_text("$ref: https://example.com/schema.json").is_err());
}

#[test]
fn what_is_hidden_behind_an_alias_is_not_judged() {
    let schema = "required: [title]\nproperties: {tags: {type: string}}";
    assert_eq!(told(schema, "---\na: &x {title: y}\n<<: *x\n---\n"), []);
    assert_eq!(told(schema, "---\ntitle: y\na: &x [b]\ntags: *x\n---\n"), []);
}
