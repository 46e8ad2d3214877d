//! FM014: an unquoted value that is not what it looks like.

use crate::declare_rule;
use crate::facts::Reading;
use crate::finding::{Applicability, Edit, Fix, Meta};
use crate::front_matter::{Content, Entry, Node, Scalar, Style};
use crate::language::{Message, say};
use crate::rules::{DocumentSink, Rule, Settings};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Finds unquoted values that Jekyll reads as something else than their letters: `12:30` (750.0), `007` (7),
    /// `1,234` (1234), `on` as a title (true), and values that are cut at a ` #`.
    ///
    /// ## Why is this bad?
    /// The page shows what Jekyll read, not what was written.
    ///
    /// ## Example
    /// ```yaml
    /// title: 12:30
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// title: "12:30"
    /// ```
    pub(crate) struct SurprisingScalar;
    "FM014", "surprising-scalar", Warning, DataSuspect
}

impl Rule for SurprisingScalar {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, _settings: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        for entry in reading.front_matter.entries() {
            // What a date becomes is for the rules about dates; where only text will do, other rules say so.
            match &entry.value.content {
                _ if entry.is("date") => {}
                Content::Sequence(items) => {
                    for item in items {
                        check_value(entry, item, reading.text, sink);
                    }
                }
                Content::Scalar(Scalar::Text(_)) => check_value(entry, &entry.value, reading.text, sink),
                Content::Scalar(_) if ["categories", "tags", "slug", "permalink"].iter().any(|key| entry.is(key)) => {}
                _ => check_value(entry, &entry.value, reading.text, sink),
            }
        }
    }
}

fn check_value(entry: &Entry<'_>, value: &Node<'_>, text: &str, sink: &mut DocumentSink<'_>) {
    if value.style != Style::Plain {
        return;
    }
    let Some(scalar) = value.scalar() else { return };
    let written = value.span.slice(text);
    if let Some(whole) = cut_by_hash(value.span, text) {
        let whole_text = (whole.slice(text), Applicability::Unsafe);
        report(sink, whole, whole_text, say!("Jekyll cuts this at the ` #`, which begins a comment"));
        return;
    }
    let read = scalar.to_ruby_string();
    // A title is text, whatever it looks like. Of other values only their author knows.
    let applicability = if entry.is("title") { Applicability::Safe } else { Applicability::Unsafe };
    let written = (written, applicability);
    match scalar {
        Scalar::Bool(_) if is_for_text(&entry.key) => {
            report(
                sink,
                value.span,
                written,
                say!("unquoted, this is the truth value {value} to Jekyll", value = read),
            );
        }
        Scalar::Integer(_) | Scalar::BigInteger(_) | Scalar::Float(_) if read != written.0 => {
            report(sink, value.span, written, say!("unquoted, this is the number {value} to Jekyll", value = read));
        }
        _ => {}
    }
}

/// Whether a key's value is text that a page shows or an address is made of, so that `on` and `no` are words in it.
fn is_for_text(key: &str) -> bool {
    const TEXTS: [&str; 12] = [
        "title",
        "layout",
        "category",
        "categories",
        "tag",
        "tags",
        "slug",
        "permalink",
        "author",
        "description",
        "subtitle",
        "excerpt",
    ];
    // `layout: false` and `layout: no` are ways to have none.
    TEXTS.contains(&key) && key != "layout"
}

/// The value with the rest of its line, if that is no deliberate comment: `a #b`, and not `a # b`.
fn cut_by_hash(span: Span, text: &str) -> Option<Span> {
    let rest = text.get(span.end as usize..)?.lines().next()?;
    let comment = rest.trim_start().strip_prefix('#').filter(|_| rest.starts_with([' ', '\t']))?;
    let is_deliberate = comment.is_empty() || comment.starts_with([' ', '\t', '#']);
    (!is_deliberate && !span.is_empty())
        .then(|| Span::new(span.start, span.end + u32::try_from(rest.trim_end().len()).unwrap_or(0)))
}

fn report(sink: &mut DocumentSink<'_>, span: Span, (written, applicability): (&str, Applicability), message: Message) {
    let quoted = format!("\"{}\"", written.replace('\\', "\\\\").replace('"', "\\\""));
    sink.report(&SurprisingScalar::META, span, message)
        .help(say!("put it in quotes: `{quoted}`", quoted = &quoted))
        .fix(Fix { applicability, title: say!("put the value in quotes"), edits: vec![Edit { span, text: quoted }] });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check, findings};

    #[test]
    fn values_that_are_not_what_they_look_like_are_found() {
        check(
            &SurprisingScalar,
            "
---
title: 12:30
       ^^^^^ FM014 this is the number 750.0 to Jekyll
subtitle: On
          ^^ FM014 this is the truth value true to Jekyll
code: 007
      ^^^ FM014 this is the number 7 to Jekyll
reads: 1,234
       ^^^^^ FM014 this is the number 1234 to Jekyll
tags: [5G, no]
           ^^ FM014 this is the truth value false to Jekyll
author: C #1 news
        ^^^^^^^^^ FM014 Jekyll cuts this at the ` #`
---
",
        );
    }

    #[test]
    fn values_that_are_what_they_look_like_are_not() {
        check(
            &SurprisingScalar,
            "---\nlayout: post # the usual one\ntitle: \"12:30\"\nyear: 2022\npublished: no\nid: 202112082206935918\nratio: 1.5\ndate: 12:30\ntags: 007\nother: a#b\nempty: # none\n---\n",
        );
    }

    #[test]
    fn cut_blocks_are_no_trouble() {
        let text = "---\ntitle: 1_0 #x\ntags: [07, *a";
        for cut in 0..=text.len() {
            let _ = findings(
                &SurprisingScalar,
                &Settings::default(),
                "a.md",
                format!("{}\n---\n", text.get(..cut).unwrap()).as_bytes(),
            );
        }
    }
}
