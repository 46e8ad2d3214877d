//! Liquid in a destination, as far as the source alone decides what it gives.
//!
//! Known are text in quotes, what the site's settings and the page's own address say, the filters that make addresses
//! of them, and the two tags that name a source file. Everything else has no value here, and is no fault.

/// What a piece of Liquid names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name<'t> {
    /// A variable: `site.url`, `page.url`.
    Variable(&'t str),
    /// The file that `{% link %}` names.
    Link(&'t str),
    /// The post that `{% post_url %}` names.
    Post(&'t str),
}

/// The text with every piece of Liquid replaced by what it gives; `None` if one is not known.
pub(super) fn evaluate(text: &str, value_of: &dyn Fn(Name<'_>) -> Option<String>) -> Option<String> {
    let mut given = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("{{").into_iter().chain(rest.find("{%")).min() {
        given.push_str(rest.get(..start)?);
        let piece = rest.get(start..)?;
        let closing = if piece.starts_with("{{") { "}}" } else { "%}" };
        let end = piece.find(closing)?;
        let inner = piece.get(2..end)?.trim_matches('-').trim();
        given.push_str(&if closing == "}}" { output(inner, value_of)? } else { tag(inner, value_of)? });
        rest = piece.get(end + 2..)?;
    }
    given.push_str(rest);
    Some(given)
}

fn tag(inner: &str, value_of: &dyn Fn(Name<'_>) -> Option<String>) -> Option<String> {
    let (name, argument) = inner.split_once(char::is_whitespace)?;
    match name {
        "link" => value_of(Name::Link(argument.trim())),
        "post_url" => value_of(Name::Post(argument.trim())),
        _ => None,
    }
}

/// A value and the filters behind it.
fn output(inner: &str, value_of: &dyn Fn(Name<'_>) -> Option<String>) -> Option<String> {
    let mut parts = inner.split('|').map(str::trim);
    let mut value = single(parts.next()?, value_of)?;
    for filter in parts {
        let (name, argument) =
            filter.split_once(':').map_or((filter, ""), |(name, argument)| (name.trim(), argument.trim()));
        value = match name {
            "relative_url" => relative(&value, value_of)?,
            "absolute_url" if value.contains("://") => value,
            "absolute_url" => format!("{}{}", value_of(Name::Variable("site.url"))?, relative(&value, value_of)?),
            "prepend" => format!("{}{value}", single(argument, value_of)?),
            "append" => format!("{value}{}", single(argument, value_of)?),
            "strip" => value.trim().to_owned(),
            _ => return None,
        };
    }
    Some(value)
}

fn single(text: &str, value_of: &dyn Fn(Name<'_>) -> Option<String>) -> Option<String> {
    let quoted = ['"', '\''].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote));
    match quoted {
        Some(quoted) => Some(quoted.to_owned()),
        None => value_of(Name::Variable(text)),
    }
}

/// Jekyll's `relative_url`: `baseurl` and one slash before the path.
fn relative(value: &str, value_of: &dyn Fn(Name<'_>) -> Option<String>) -> Option<String> {
    if value.contains("://") {
        return Some(value.to_owned());
    }
    let baseurl = value_of(Name::Variable("site.baseurl"))?;
    let baseurl = baseurl.trim_end_matches('/');
    let slash = if value.starts_with('/') || value.is_empty() { "" } else { "/" };
    Some(format!("{baseurl}{slash}{value}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(text: &str) -> Option<String> {
        evaluate(text, &|name| match name {
            Name::Variable("site.url") => Some("https://a.cn".to_owned()),
            Name::Variable("site.baseurl") => Some("/b".to_owned()),
            Name::Variable("page.url") => Some("/x.html".to_owned()),
            Name::Link("about.md") => Some("/b/about.html".to_owned()),
            Name::Post("2022-01-17-a") => Some("/b/2022/01/17/a.html".to_owned()),
            _ => None,
        })
    }

    #[test]
    fn what_the_source_decides_is_known() {
        for (text, expected) in [
            ("{{ site.url }}/x", "https://a.cn/x"),
            ("{{site.baseurl}}/x#y", "/b/x#y"),
            ("{{- page.url -}}", "/x.html"),
            ("{{ '/x' | relative_url }}", "/b/x"),
            ("{{ \"x\" | absolute_url }}", "https://a.cn/b/x"),
            ("{{ 'http://c.cn/' | relative_url }}", "http://c.cn/"),
            ("{{ '/x' | prepend: site.baseurl | append: '#y' }}", "/b/x#y"),
            ("{% link about.md %}#top", "/b/about.html#top"),
            ("{%- post_url 2022-01-17-a -%}", "/b/2022/01/17/a.html"),
        ] {
            assert_eq!(given(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_it_does_not_decide_has_no_value() {
        for text in
            ["{{ include.next }}", "{{ '/x' | upcase }}", "{% link gone.md %}", "{% if x %}", "{{ site.url", "{%", "{{"]
        {
            assert_eq!(given(text), None, "{text}");
        }
    }
}
