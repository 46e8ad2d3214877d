//! Skips what Markdown shows as code.

/// What a run of backticks or tildes begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    /// Nothing; go on behind the run.
    None(usize),
    /// Code that ends here.
    Until(usize),
    /// A fenced block that goes on to the end of the text.
    Rest,
}

/// What the run of `sign` that begins at `at` begins. A single search is no longer than its paragraph.
pub(super) fn at(text: &str, at: usize, sign: u8) -> Code {
    let bytes = text.as_bytes();
    let run = bytes.get(at..).unwrap_or_default().iter().take_while(|byte| **byte == sign).count();
    let behind = at + run;
    let indent =
        at - bytes.get(..at).unwrap_or_default().iter().rev().take(4).take_while(|byte| **byte == b' ').count();
    let begins_line = at - indent < 4 && indent.checked_sub(1).is_none_or(|before| bytes.get(before) == Some(&b'\n'));
    if run >= 3 && begins_line {
        let line_end =
            memchr::memchr(b'\n', bytes.get(behind..).unwrap_or_default()).map(|newline| behind + newline + 1);
        let info = bytes.get(behind..line_end.unwrap_or(bytes.len())).unwrap_or_default();
        if sign == b'~' || !info.contains(&sign) {
            return line_end.map_or(Code::Rest, |line| fence(text, line, sign, run));
        }
    }
    if sign == b'~' {
        return Code::None(behind);
    }
    span(bytes, behind, run).map_or(Code::None(behind), Code::Until)
}

fn fence(text: &str, start: usize, sign: u8, run: usize) -> Code {
    let mut at = start;
    for line in text.get(start..).unwrap_or_default().split_inclusive('\n') {
        at += line.len();
        let line = line.trim();
        if line.len() >= run && line.bytes().all(|byte| byte == sign) {
            return Code::Until(at);
        }
    }
    Code::Rest
}

/// The end of a code span: the next run of as many backticks in the same paragraph.
fn span(bytes: &[u8], start: usize, run: usize) -> Option<usize> {
    let mut at = start;
    loop {
        let next = at + memchr::memchr2(b'`', b'\n', bytes.get(at..)?)?;
        let rest = bytes.get(next..)?;
        if let [b'\n', b'\n', ..] | [b'\n', b'\r', b'\n', ..] = rest {
            return None;
        }
        let length = rest.iter().take_while(|byte| **byte == b'`').count();
        if length == run {
            return Some(next + length);
        }
        at = next + length.max(1);
    }
}
