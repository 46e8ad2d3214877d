//! The Chinese of every template, from the one file `zh.txt`.
//!
//! An entry is two lines: `= ` and the template as the code writes it, then the translation with the same placeholders.
//! Lines that begin with `#` are for whoever edits the file.

use std::collections::HashMap;
use std::sync::LazyLock;

const ENTRIES: &str = include_str!("zh.txt");
const PAGES: &str = include_str!("pages.zh.md");

const HELPS: &str = include_str!("help.zh.txt");

static CHINESE_HELPS: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| helps().collect());
static CHINESE: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| entries(ENTRIES).collect());

/// The translation of a template.
pub(super) fn chinese(template: &str) -> Option<&'static str> {
    CHINESE.get(template).copied()
}

/// The Chinese of a text of the command line's help.
pub(crate) fn help(text: &str) -> Option<&'static str> {
    CHINESE_HELPS.get(text).copied()
}

/// Every text of the command line's help that has a translation, with that.
pub(crate) fn helps() -> impl Iterator<Item = (&'static str, &'static str)> {
    entries(HELPS)
}

/// The Chinese page of a rule, by its code, as it stands in the file.
pub(crate) fn page(code: &str) -> Option<&'static str> {
    let begins = |page: &&str| page.lines().next().is_some_and(|line| line.trim() == code);
    let page = PAGES.split("\n# ").skip(1).find(begins)?;
    page.split_once('\n').map(|(_, page)| page.trim())
}

/// Templates and translations, in the order of the file.
fn entries(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    std::iter::from_fn(move || {
        loop {
            let template = lines.next()?.strip_prefix("= ");
            if let Some(template) = template {
                return Some((template, lines.next()?));
            }
        }
    })
}

#[cfg(test)]
#[expect(clippy::string_slice, reason = "every cut is where something was found")]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};
    use std::fmt::Write as _;
    use std::path::{Path, PathBuf};

    fn sources() -> Vec<PathBuf> {
        let (mut found, mut folders) = (Vec::new(), vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")]);
        while let Some(folder) = folders.pop() {
            let (inner, files): (Vec<_>, Vec<_>) =
                std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).partition(|path| path.is_dir());
            folders.extend(inner.into_iter().filter(|folder| !folder.ends_with("src/language")));
            found.extend(files.into_iter().filter(|path| path.extension().is_some_and(|end| end == "rs")));
        }
        found.sort();
        found
    }

    /// Every template of the sources, with the file that says it first.
    fn templates() -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        for path in sources() {
            let name = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().display().to_string();
            let text = std::fs::read_to_string(&path).unwrap();
            for template in said_in(&text[..tests_begin(&text)]) {
                found.entry(template).or_insert_with(|| name.clone());
            }
        }
        assert!(found.len() > 100, "the sources say too little: is it still called `say!`?");
        found
    }

    /// Where the tests of a file begin; a file of tests is nothing else.
    fn tests_begin(text: &str) -> usize {
        let is_tests = |at: &usize| text[*at..].lines().take(3).any(|line| line.ends_with("mod tests {"));
        text.match_indices("#[cfg(test)]").map(|(at, _)| at).find(is_tests).unwrap_or(text.len())
    }

    /// The literals behind `say!(` and `mark!(`.
    fn said_in(code: &str) -> impl Iterator<Item = String> + '_ {
        ["say!(", "mark!("].into_iter().flat_map(move |opening| {
            code.match_indices(opening).filter_map(move |(at, _)| literal(code[at + opening.len()..].trim_start()))
        })
    }

    fn literal(code: &str) -> Option<String> {
        let mut text = String::new();
        let mut chars = code.strip_prefix('"')?.chars();
        loop {
            match chars.next()? {
                '"' => return Some(text),
                '\\' => match chars.next()? {
                    'n' => text.push('\n'),
                    '\n' => chars = chars.as_str().trim_start().chars(),
                    other => text.push(other),
                },
                other => text.push(other),
            }
        }
    }

    fn placeholders(template: &str) -> BTreeSet<&str> {
        let is_name = |name: &&str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        template.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).filter(is_name).collect()
    }

    /// Whether there is anything to translate beside what is put in.
    fn has_words(template: &str) -> bool {
        let mut rest = template.to_owned();
        for name in placeholders(template) {
            rest = rest.replace(&format!("{{{name}}}"), "");
        }
        rest.contains(|c: char| c.is_ascii_alphabetic())
    }

    #[test]
    fn every_template_has_its_chinese() {
        let mut missing = String::new();
        for (template, file) in templates() {
            if chinese(&template).is_none() && has_words(&template) {
                writeln!(missing, "# {file}\n= {template}\n…").unwrap();
            }
        }
        assert!(
            missing.is_empty(),
            "add these lines to src/language/zh.txt, with the Chinese in place of each …:\n\n{missing}"
        );
    }

    #[test]
    fn nothing_in_the_catalogue_is_unused_or_twice() {
        let (said, mut known) = (templates(), BTreeSet::new());
        for (template, _) in entries(ENTRIES) {
            assert!(
                said.contains_key(template),
                "nobody says this any more; take it out of src/language/zh.txt:\n= {template}"
            );
            assert!(known.insert(template), "twice in src/language/zh.txt: {template}");
        }
    }

    #[test]
    fn translations_keep_the_placeholders_and_the_code() {
        for (template, chinese) in entries(ENTRIES) {
            assert_eq!(placeholders(template), placeholders(chinese), "{template}");
            assert_ne!(chinese, "…", "{template} has no translation yet");
            assert_eq!(chinese.matches('`').count() % 2, 0, "{chinese}");
            let is_chinese = chinese.chars().any(|c| ('\u{2010}'..'\u{A000}').contains(&c) || c > '\u{FF00}');
            assert!(is_chinese || !has_words(template), "{template} is not translated");
        }
    }

    #[test]
    fn literals_are_read_as_the_compiler_reads_them() {
        let code = "say!(\n    \"a \\\"b\\\" \\\n      c\", x) mark!(\"d\") say!(@argument x)";
        assert_eq!(said_in(code).collect::<Vec<_>>(), ["a \"b\" c", "d"]);
    }
}
