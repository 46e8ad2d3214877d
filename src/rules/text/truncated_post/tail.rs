//! The last bytes of a body: a cut entity or a cut Markdown link.
//!
//! A cut inside these leaves no line end behind it, so a body that ends with one is whole in this respect.

use super::Torn;

/// Entities that archives hold; the last bytes may be the beginning of one.
const ENTITIES: [&str; 24] = [
    "amp", "apos", "bull", "copy", "deg", "emsp", "ensp", "gt", "hellip", "ldquo", "lsquo", "lt", "mdash", "middot",
    "nbsp", "ndash", "permil", "quot", "rdquo", "reg", "rsquo", "thinsp", "times", "yen",
];
/// Bytes of the last line that are looked at.
const REACH: usize = 4096;

/// What the last bytes are the beginning of, and where that begins.
pub(super) fn torn(body: &str, markdown: bool) -> Option<(Torn, usize)> {
    if let Some(at) = entity(body) {
        return Some((Torn::Entity, at));
    }
    let at = if markdown { link(body)? } else { return None };
    Some((Torn::Link, at))
}

fn entity(body: &str) -> Option<usize> {
    let bytes = body.as_bytes();
    let near = bytes.len().saturating_sub(9);
    let at = near + memchr::memrchr(b'&', bytes.get(near..)?)?;
    let part = body.get(at + 1..)?;
    let before = at.checked_sub(1).and_then(|before| bytes.get(before));
    // In `a=1&lt` and `R&am` the sign belongs to an address or a name.
    if before.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'=' | b'?' | b'/')) {
        return None;
    }
    let is_number = part.strip_prefix('#').is_some_and(|number| {
        let number = number.strip_prefix(['x', 'X']).unwrap_or(number);
        number.bytes().all(|byte| byte.is_ascii_hexdigit())
    });
    let is_name = part.len() >= 2 && ENTITIES.iter().any(|name| name.starts_with(part));
    (is_number || is_name).then_some(at)
}

/// `[text`, `[text](` or `[text](destination` at the end of the last line.
fn link(body: &str) -> Option<usize> {
    let near = floor(body, body.len().saturating_sub(REACH));
    let tail = body.get(near..)?;
    let line = near + tail.rfind('\n').map_or(0, |newline| newline + 1);
    let last = body.get(line..)?;
    let open = if let Some(at) = last.rfind("](") {
        if is_open(last.get(at + 2..)?) {
            return opening(last, at).map(|at| line + at);
        }
        at
    } else {
        0
    };
    let at = open + last.get(open..)?.rfind('[')?;
    let text = last.get(at + 1..)?;
    let before = last.get(..at)?.chars().next_back();
    // `a[i` is an index, `[0, 1` an interval, `[1` a note; a link has words.
    let is_link = !text.contains([']', '`']) && text.chars().filter(|c| c.is_alphabetic()).count() > 1;
    (is_link && before.is_none_or(|c| !c.is_ascii_alphanumeric())).then_some(line + at)
}

/// Whether the parentheses of a destination, one of which is open already, are never closed.
fn is_open(destination: &str) -> bool {
    let mut depth = 1_u32;
    for byte in destination.bytes() {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 1 => return false,
            b')' => depth -= 1,
            _ => {}
        }
    }
    true
}

/// The bracket that the one at `close` closes.
fn opening(line: &str, close: usize) -> Option<usize> {
    let mut depth = 0_u32;
    for (at, byte) in line.get(..close)?.bytes().enumerate().rev() {
        match byte {
            b']' => depth += 1,
            b'[' if depth == 0 => return Some(at),
            b'[' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
