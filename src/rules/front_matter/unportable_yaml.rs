//! FM018: YAML that readers do not agree about.

use crate::declare_rule;
use crate::facts::Reading;
use crate::finding::{Effect, Meta};
use crate::front_matter::{Block, Content, Entry, Key, Node, Style};
use crate::language::say;
use crate::rules::{DocumentSink, Rule, Settings};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Finds tags, anchors, aliases, keys that are not text, and lines that are indented with tabs.
    ///
    /// ## Why is this bad?
    /// Jekyll ignores tags, reads an undefined alias as nothing, and after a null key takes every value for a key. Other
    /// readers do otherwise or refuse the file. A post needs none of it.
    ///
    /// ## Example
    /// ```yaml
    /// title: !!str 5
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// title: "5"
    /// ```
    pub(crate) struct UnportableYaml;
    "FM018", "unportable-yaml", Warning, DataSuspect
}

impl Rule for UnportableYaml {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, _settings: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        let Some(root) = &reading.front_matter.root else { return };
        // Of a plain value, which most are, there is nothing to say.
        let is_plain = |node: &Node<'_>| {
            matches!(node.content, Content::Scalar(_)) && node.style != Style::Alias && node.properties.is_none()
        };
        let (mut next, mut open) = (Some(root), Vec::new());
        while let Some(node) = next {
            check_node(node, sink);
            match &node.content {
                Content::Mapping(entries) => {
                    for entry in entries {
                        check_key(entry, sink);
                        open.extend(Some(&entry.value).filter(|value| !is_plain(value)));
                    }
                }
                Content::Sequence(items) => open.extend(items.iter().filter(|item| !is_plain(item))),
                Content::Scalar(_) | Content::Alias(_) => {}
            }
            next = open.pop();
        }
        if let Block::Present { yaml, .. } = reading.front_matter.block {
            check_tabs(yaml, reading.text, sink);
        }
    }
}

fn check_node(node: &Node<'_>, sink: &mut DocumentSink<'_>) {
    if node.style == Style::Alias {
        sink.report(
            &UnportableYaml::META,
            node.span,
            say!("an alias: Jekyll reads one of nothing as nothing, others refuse it"),
        )
        .help(say!("write the value out"));
    }
    let Some(properties) = &node.properties else { return };
    if let Some(tag) = &properties.tag {
        sink.report(
            &UnportableYaml::META,
            node.span,
            say!("the tag `{tag}` is ignored by Jekyll and obeyed by others", tag),
        )
        .help(say!("leave the tag out, and put text in quotes"));
    } else if properties.anchor.is_some() {
        sink.report(&UnportableYaml::META, node.span, say!("an anchor, which front matter has no use for"))
            .help(say!("leave it out"));
    }
}

fn check_key(entry: &Entry<'_>, sink: &mut DocumentSink<'_>) {
    let (effect, message) = match entry.kind {
        Key::Text if entry.is("<<") && entry.value.scalar().is_some() => {
            (Effect::PublishedWrong, say!("a merge key with no mapping to merge: Jekyll drops the data of the file"))
        }
        Key::Text if entry.key == "<<" => (Effect::DataSuspect, say!("a merge key, which not every reader follows")),
        Key::Text => return,
        Key::Null => (
            Effect::PublishedWrong,
            say!("an empty key: Jekyll takes its value, and every other one after it, for a key"),
        ),
        Key::Typed => (Effect::DataSuspect, say!("a key that is no text: templates do not find it by its name")),
        Key::Complex => (Effect::DataSuspect, say!("a list or mapping as key: templates do not find it")),
    };
    let span = if entry.key_span.is_empty() { entry.value.span } else { entry.key_span };
    sink.report(&UnportableYaml::META, span, message).effect(effect).help(say!("write keys as plain words"));
}

/// The first line that is indented with a tab; where libyaml refuses one, FM003 has said so.
fn check_tabs(yaml: Span, text: &str, sink: &mut DocumentSink<'_>) {
    if !yaml.slice(text).contains('\t') {
        return;
    }
    let mut start = yaml.start;
    for line in yaml.slice(text).split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        let is_blank = line.trim().is_empty();
        if !is_blank && line.get(..indent).is_some_and(|indent| indent.contains('\t')) {
            let span = Span::new(start, start + u32::try_from(indent).unwrap_or(0));
            sink.report(
                &UnportableYaml::META,
                span,
                say!("a line that is indented with a tab, which YAML does not count"),
            )
            .help(say!("indent with spaces"));
            return;
        }
        start += u32::try_from(line.len()).unwrap_or(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check, findings};

    #[test]
    fn traps_are_found() {
        check(
            &UnportableYaml,
            "
---
title: !!str 5
       ^^^^^^^ FM018 the tag `tag:yaml.org,2002:str` is ignored by Jekyll
author: &a b
        ^^^^ FM018 an anchor
editor: *a
        ^^ FM018 an alias
on: c
^^ FM018 a key that is no text
~: d
^ FM018 an empty key: Jekyll takes its value
<<: {e: f}
^^ FM018 a merge key
---
",
        );
    }

    #[test]
    fn plain_words_are_no_traps() {
        check(
            &UnportableYaml,
            "---\ntitle: a & b * c ! d\ny: e\ntags:\n  - f\ntext: |\n  a\tb\n---\n//- _posts/a.md\n---\n---\n",
        );
    }

    #[test]
    fn a_tab_is_found_where_libyaml_lets_it_through() {
        let found = findings(&UnportableYaml, &Settings::default(), "a.md", b"---\ntags: [a,\n\tb]\n---\n");
        assert_eq!(found.iter().map(|finding| finding.span).collect::<Vec<_>>(), [Span::new(14, 15)]);
        assert!(findings(&UnportableYaml, &Settings::default(), "a.md", b"---\n\ttags: a\n---\n").is_empty());
    }
}
