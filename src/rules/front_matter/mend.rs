//! Finds the quoting that mends a block which does not parse, and proves that it does.
//!
//! A line that does not parse on its own is given double quotes; the mended block must parse to the very texts that
//! were put in quotes. What cannot be proved is not offered.

use crate::finding::{Applicability, Edit, Fix};
use crate::front_matter::{self, Block, Entry, text_of};
use crate::language::say;
use crate::text::Span;

/// Lines of front matter that are looked at; a block that is longer is no post's.
const MAX_LINES: usize = 100;

/// A line that should have its value in quotes.
struct Candidate<'t> {
    key: &'t str,
    /// The value as written; with a full-width colon, from that on.
    span: Span,
    is_wide: bool,
    /// The text that it evidently stands for.
    meant: &'t str,
    is_certain: bool,
}

/// A mended block.
pub(super) struct Mended {
    /// The first mended line, as it should be.
    pub(super) line: String,
    /// The change.
    pub(super) fix: Fix,
}

/// The quoting that makes the front matter of a file parse.
pub(super) fn mend(text: &str, yaml: Span) -> Option<Mended> {
    let candidates = candidates(text, yaml);
    let first = candidates.first()?;
    let (mut block, mut edits, mut at) = (String::from("---\n"), Vec::new(), yaml.start);
    for candidate in &candidates {
        let colon = if candidate.is_wide { ": " } else { "" };
        let quoted = format!("{colon}{}", quoted(candidate.meant));
        block.push_str(Span::new(at, candidate.span.start).slice(text));
        block.push_str(&quoted);
        edits.push(Edit { span: candidate.span, text: quoted });
        at = candidate.span.end;
    }
    block.push_str(Span::new(at, yaml.end).slice(text));
    block.push_str("---\n");
    let mended = front_matter::parse(&block);
    let is_whole = matches!(mended.block, Block::Present { body, .. } if body as usize == block.len());
    let says_what_was_meant = candidates.iter().all(|candidate| {
        let value = mended.get(candidate.key).map(|entry: &Entry<'_>| &entry.value);
        value.and_then(text_of).is_some_and(|text| text == candidate.meant)
    });
    if !(is_whole && mended.is_readable() && says_what_was_meant) {
        return None;
    }
    let is_certain = candidates.iter().all(|candidate| candidate.is_certain);
    let applicability = if is_certain { Applicability::Safe } else { Applicability::Unsafe };
    let title = say!("quote `{key}`", key = first.key);
    let line = format!("{}: {}", first.key, quoted(first.meant));
    Some(Mended { line, fix: Fix { applicability, title, edits } })
}

/// The lines `key: value` that do not parse on their own.
fn candidates(text: &str, yaml: Span) -> Vec<Candidate<'_>> {
    let mut start = yaml.start as usize;
    let lines = yaml.slice(text).split_inclusive('\n').take(MAX_LINES);
    let found = lines.filter_map(|line| {
        let here = start;
        start += line.len();
        candidate(line, here)
    });
    found.collect()
}

fn candidate(line: &str, start: usize) -> Option<Candidate<'_>> {
    let line = line.trim_end();
    let colon = line.find([':', '：'])?;
    let (key, rest) = line.split_at_checked(colon)?;
    let is_key = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    let is_wide = rest.starts_with('：');
    let after = rest.trim_start_matches([':', '：']);
    let value = after.trim_start();
    let has_one_colon = rest.chars().nth(1).is_some_and(|next| !matches!(next, ':' | '：'));
    if !is_key || value.is_empty() || !has_one_colon || !(is_wide || after.len() > value.len()) {
        return None;
    }
    let alone = format!("---\n{line}\n---\n");
    if front_matter::parse(&alone).is_readable() {
        return None;
    }
    let (meant, is_certain) = meaning(value)?;
    let end = start + line.len();
    // A full-width colon is a part of what is replaced, together with what stands around it.
    let from = if is_wide { start + colon } else { end - value.len() };
    Some(Candidate { key, span: Span::of(from..end), is_wide, meant, is_certain })
}

/// The text that a broken value stands for, and whether it can stand for nothing else.
fn meaning(value: &str) -> Option<(&str, bool)> {
    for quote in ['"', '\''] {
        if let Some(inner) = value.strip_prefix(quote) {
            return Some(match inner.strip_suffix(quote) {
                // Quotes at both ends are the author's; what is between them is the text.
                Some(whole) => (whole, !has_pairs_of_its_own(whole, quote) && !has_escapes(whole)),
                // A lone one is probably half a pair.
                None => (inner, false),
            });
        }
    }
    let first = value.chars().next()?;
    // Brackets, block scalars, anchors, aliases, tags and comments may have been meant as what they are.
    let may_be_yaml = matches!(first, '[' | '{' | '|' | '>' | '&' | '*' | '!' | '#' | '?' | '-');
    Some((value, !may_be_yaml && !value.contains(" #")))
}

/// Whether the first quote in a text looks like the end of a pair (`a" and "b`), so that the outer ones are not one pair.
fn has_pairs_of_its_own(text: &str, quote: char) -> bool {
    let after = text.split_once(quote).map(|(_, after)| after);
    after.is_some_and(|after| after.starts_with(|c: char| c.is_whitespace() || matches!(c, ',' | '，' | '、' | '.')))
}

/// Whether a text has a backslash that YAML gives a meaning, so that it may have been meant.
fn has_escapes(text: &str) -> bool {
    text.match_indices('\\').any(|(at, _)| {
        let next = text.get(at + 1..).and_then(|rest| rest.chars().next());
        next.is_some_and(|next| "0abtnvfre \"/\\N_LPxuU".contains(next))
    })
}

/// A text in double quotes.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 4);
    quoted.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted.push('"');
    quoted
}
