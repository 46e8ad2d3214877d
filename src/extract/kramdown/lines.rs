//! What begins a block: the start expressions of kramdown's block parsers.
//!
//! Each function answers at one offset, which kramdown takes for the beginning of a line even where it is none.

use super::Options;
use super::attributes::brace_then_newline;
use super::characters::{
    blank_lines, byte_at, indentation, is_space, line_end, line_stop, part, skip_blanks, skip_spaces, skip_while,
    space_then_newline, starts_with,
};
use super::tags::ends_lazy_line;

/// The kinds of lists, by what marks an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marker {
    /// `*`, `+` or `-`.
    Bullet,
    /// A number and a full stop.
    Number,
    /// A colon.
    Colon,
}

/// `^\^\s*?\n`: the offset behind an end-of-block marker.
pub(super) fn end_of_block(text: &str, at: usize) -> Option<usize> {
    if byte_at(text, at) == b'^' { space_then_newline(text, at + 1) } else { None }
}

/// A line with attributes for a block: where its content begins, where it ends, and the offset behind the line.
pub(super) fn attribute_line(text: &str, at: usize) -> Option<(usize, usize, usize)> {
    attributes_here(text, skip_spaces(text, at, 3))
}

/// The attributes for a block at an offset, up to the end of the line.
pub(super) fn attributes_here(text: &str, at: usize) -> Option<(usize, usize, usize)> {
    if !starts_with(text, at, "{:") || matches!(byte_at(text, at + 2), b':' | b'/') {
        return None;
    }
    let (close, end) = brace_then_newline(text, at + 2)?;
    Some((at + 2, close, end))
}

/// Whether an item of a list begins: the offset behind its mark.
pub(super) fn list_mark(text: &str, at: usize, marker: Marker, spaces: usize) -> Option<usize> {
    let start = skip_spaces(text, at, spaces);
    let stop = match marker {
        Marker::Bullet => start + usize::from(matches!(byte_at(text, start), b'*' | b'+' | b'-')),
        Marker::Colon => start + usize::from(byte_at(text, start) == b':'),
        Marker::Number => {
            let digits = skip_while(text, start, |byte| byte.is_ascii_digit());
            if digits == start || byte_at(text, digits) != b'.' {
                return None;
            }
            digits + 1
        }
    };
    let tail = matches!(byte_at(text, stop), b'\t' | b' ' | b'|');
    (stop > start && tail && line_stop(text, stop) < text.len()).then_some(stop)
}

/// Whether a list begins.
pub(super) fn list_start(text: &str, at: usize) -> bool {
    list_mark(text, at, Marker::Bullet, 3).is_some() || list_mark(text, at, Marker::Number, 3).is_some()
}

/// The offset behind the mark of a quote and the space after it.
pub(super) fn quote_mark(text: &str, at: usize) -> Option<usize> {
    let start = skip_spaces(text, at, 3);
    (byte_at(text, start) == b'>').then(|| skip_spaces(text, start + 1, 1))
}

/// The start and the end of the characters that begin a fence.
pub(super) fn fence(text: &str, at: usize, github: bool) -> Option<(usize, usize)> {
    let start = if github { skip_spaces(text, at, 3) } else { at };
    let stop = skip_while(text, start, |byte| byte == b'~' || (github && byte == b'`'));
    (stop - start >= 3).then_some((start, stop))
}

/// A heading with `#`: where its text begins.
pub(super) fn numbered_heading(text: &str, at: usize, github: bool) -> Option<usize> {
    let stop = at + skip_while(text, at, |byte| byte == b'#').saturating_sub(at).min(6);
    let start = skip_blanks(text, stop);
    let enough = if github { start > stop } else { start < text.len() };
    (stop > at && enough).then_some(start)
}

/// The offset behind a horizontal rule.
pub(super) fn rule(text: &str, at: usize) -> Option<usize> {
    let start = skip_spaces(text, at, 3);
    let mark = byte_at(text, start);
    if !matches!(mark, b'*' | b'-' | b'_') {
        return None;
    }
    let stop = skip_while(text, start, |byte| byte == mark || byte == b' ' || byte == b'\t');
    let marks = part(text, start, stop).bytes().filter(|byte| *byte == mark).count();
    (marks >= 3 && byte_at(text, stop) == b'\n').then_some(stop + 1)
}

/// Whether the line holds a pipe that is not escaped.
pub(super) fn has_pipe(line: &str) -> bool {
    memchr::memchr_iter(b'|', line.as_bytes()).any(|at| at == 0 || byte_at(line, at - 1) != b'\\')
}

/// Whether a table may begin.
pub(super) fn table_start(text: &str, at: usize) -> bool {
    let start = skip_spaces(text, at, 3);
    let first = byte_at(text, start);
    first != 0 && !is_space(first) && has_pipe(part(text, start, line_stop(text, start)))
}

/// Whether a paragraph, a quote or a list item takes no further line here.
pub(super) fn ends_lazy(text: &str, at: usize) -> bool {
    if at >= text.len() || blank_lines(text, at).is_some() {
        return true;
    }
    match byte_at(text, skip_spaces(text, at, 3)) {
        b'{' => attribute_line(text, at).is_some(),
        b'<' => ends_lazy_line(text, skip_spaces(text, at, 3)),
        b'^' => end_of_block(text, at).is_some(),
        _ => false,
    }
}

/// Whether a paragraph takes no further line here.
pub(super) fn ends_paragraph(text: &str, at: usize, options: &Options) -> bool {
    if ends_lazy(text, at) {
        return true;
    }
    let start = skip_spaces(text, at, 3);
    let github = options.ends_paragraphs_early();
    match byte_at(text, start) {
        b':' => list_mark(text, at, Marker::Colon, 3).is_some(),
        b'*' | b'+' | b'-' | b'0'..=b'9' => github && list_start(text, at),
        b'>' => github,
        b'#' => github && start == at && numbered_heading(text, at, true).is_some(),
        b'~' | b'`' => github && fence(text, at, true).is_some(),
        _ => false,
    }
}

/// The offset behind an indented block of code, with the unindented lines that it takes along.
pub(super) fn code_lines(text: &str, at: usize) -> usize {
    let mut stop = at;
    loop {
        let blank = blank_lines(text, stop).unwrap_or(stop);
        let Some(mut end) = indented_line(text, blank) else { return stop };
        while let Some(next) = indented_line(text, end) {
            end = next;
        }
        while let Some(next) = taken_along(text, end) {
            end = next;
        }
        stop = end;
    }
}

fn indented_line(text: &str, at: usize) -> Option<usize> {
    full_line(text, indentation(text, at)?)
}

/// `[ \t]*\S.*\n`: the offset behind a line that holds something.
pub(super) fn full_line(text: &str, at: usize) -> Option<usize> {
    let first = byte_at(text, skip_blanks(text, at));
    let end = line_end(text, at);
    (first != 0 && !is_space(first) && byte_at(text, end - 1) == b'\n').then_some(end)
}

fn taken_along(text: &str, at: usize) -> Option<usize> {
    if ends_lazy(text, at) { None } else { full_line(text, at) }
}

/// Whether the text before an offset belongs to a block that ends there.
pub(super) fn before_boundary(text: &str, at: usize) -> bool {
    at >= text.len()
        || blank_lines(text, at).is_some()
        || end_of_block(text, at).is_some()
        || attribute_line(text, at).is_some()
}
