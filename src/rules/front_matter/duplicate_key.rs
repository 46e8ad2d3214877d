//! FM004: a key that stands twice in one mapping.

use crate::declare_rule;
use crate::facts::Reading;
use crate::finding::{Applicability, Edit, Fix, Meta};
use crate::front_matter::{Content, Entry, Key, Node};
use crate::language::say;
use crate::rules::{DocumentSink, Rule, Settings};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Finds a key that stands twice in the same mapping.
    ///
    /// ## Why is this bad?
    /// Jekyll takes the last one and says nothing. Whoever reads or edits the first one is deceived, and two writers may
    /// have written one file.
    ///
    /// ## Example
    /// ```yaml
    /// title: "a"
    /// title: "b"
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// title: "b"
    /// ```
    pub(crate) struct DuplicateKey;
    "FM004", "duplicate-key", Error, DataSuspect
}

impl Rule for DuplicateKey {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, _settings: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        let Some(root) = &reading.front_matter.root else { return };
        // Most posts have one mapping, and nothing in it that has keys.
        let may_have_keys = |node: &&Node<'_>| matches!(node.content, Content::Mapping(_) | Content::Sequence(_));
        let (mut next, mut open) = (Some(root), Vec::new());
        while let Some(node) = next {
            match &node.content {
                Content::Mapping(entries) => {
                    check_mapping(reading.text, entries, sink);
                    open.extend(entries.iter().map(|entry| &entry.value).filter(may_have_keys));
                }
                Content::Sequence(items) => open.extend(items.iter().filter(may_have_keys)),
                Content::Scalar(_) | Content::Alias(_) => {}
            }
            next = open.pop();
        }
    }
}

/// Keys that are compared each with each.
const HANDFUL: usize = 12;

fn check_mapping(text: &str, entries: &[Entry<'_>], sink: &mut DocumentSink<'_>) {
    // Mappings of posts have a handful of keys, which are compared with each other; a large one is sorted, so that its
    // size does not square.
    let stands_before = |(index, entry): (usize, &Entry<'_>)| {
        entries.get(..index).unwrap_or_default().iter().any(|before| before.key == entry.key)
    };
    if entries.len() <= HANDFUL && !entries.iter().enumerate().any(stands_before) {
        return;
    }
    let mut order: Vec<(&str, usize)> = entries
        .iter()
        .enumerate()
        .filter(|(_, entry)| entry.kind != Key::Complex && !entry.is("<<"))
        .map(|(index, entry)| (&*entry.key, index))
        .collect();
    order.sort_unstable();
    for pair in order.windows(2) {
        let [(first_key, first), (key, index)] = pair else { continue };
        let (Some(first), Some(entry)) = (entries.get(*first), entries.get(*index)) else { continue };
        if first_key != key || first.kind != entry.kind {
            continue;
        }
        let message = say!("`{key}` stands here for the second time, and Jekyll forgets the first", key);
        let finding = sink.report(&DuplicateKey::META, entry.key_span, message);
        finding.see(first.key_span, say!("first given here")).help(say!("keep one of the two"));
        if let Some(fix) = repetition(text, first, entry) {
            finding.fix(fix);
        }
    }
}

/// Takes the second line out where it says what the first says.
fn repetition(text: &str, first: &Entry<'_>, second: &Entry<'_>) -> Option<Fix> {
    let start = second.key_span.start as usize;
    let line = text.get(start..)?.split_inclusive('\n').next()?;
    let is_line_of_its_own = text.get(..start)?.ends_with('\n')
        && second.value.span.end as usize == start + line.trim_end().len()
        && line.ends_with('\n');
    let says_the_same = second.value.scalar().is_some()
        && second.value.scalar() == first.value.scalar()
        && first.value.properties.is_none()
        && second.value.properties.is_none();
    (is_line_of_its_own && says_the_same).then(|| Fix {
        applicability: Applicability::Safe,
        title: say!("take the second `{key}` out", key = &second.key),
        edits: vec![Edit { span: Span::of(start..start + line.len()), text: String::new() }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check, findings};

    #[test]
    fn a_second_key_is_found_at_any_depth() {
        check(
            &DuplicateKey,
            "
---
title: a
author: {name: b, name: c}
                  ^^^^ FM004 `name` stands here for the second time
title: d
^^^^^ FM004 `title` stands here for the second time
---
",
        );
    }

    #[test]
    fn the_same_word_elsewhere_is_no_second_key() {
        check(&DuplicateKey, "---\ntitle: a\nTitle: b\nauthor:\n  title: c\nx: [title, title]\n---\n");
    }

    #[test]
    fn the_first_place_is_shown() {
        let found = findings(&DuplicateKey, &Settings::default(), "a.md", b"---\na: b\na: c\n---\n");
        assert_eq!((found[0].related[0].span.start, found[0].span.start), (4, 9));
    }

    #[test]
    fn a_line_that_says_the_same_again_can_go() {
        let fix = |text: &str| {
            let found = findings(&DuplicateKey, &Settings::default(), "a.md", text.as_bytes());
            found[0].fix.as_ref().map(|fix| fix.edits[0].span.slice(text).to_owned())
        };
        assert_eq!(fix("---\ntags: a\ntags: \"a\"\n---\n").as_deref(), Some("tags: \"a\"\n"));
        assert_eq!(fix("---\r\ntags: a\r\ntags: a\r\n---\r\n").as_deref(), Some("tags: a\r\n"));
        for other in [
            "tags: a\ntags: b",
            "tags: 7\ntags: \"7\"",
            "tags: [a]\ntags: [a]",
            "x: {tags: a, tags: a}",
            "tags: a\ntags: a # b",
        ] {
            assert_eq!(fix(&format!("---\n{other}\n---\n")), None, "{other}");
        }
    }

    #[test]
    fn ten_thousand_keys_are_sorted() {
        let text = format!("---\n{}---\n", "key: v\n".repeat(4_000));
        assert_eq!(findings(&DuplicateKey, &Settings::default(), "a.md", text.as_bytes()).len(), 3_999);
    }
}
