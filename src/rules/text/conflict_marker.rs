use crate::declare_rule;
use crate::facts::Reading;
use crate::finding::Meta;
use crate::language::say;
use crate::rules::{DocumentSink, Rule, Settings};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Finds the lines that git writes around a conflict, `<<<<<<<`, `=======` and `>>>>>>>`, where all three stand
    /// in this order at the beginning of lines and not in a code block.
    ///
    /// ## Why is this bad?
    /// The post shows both versions of a text and the markers between them; in front matter they make the YAML
    /// invalid.
    ///
    /// ## Example
    /// ```text
    /// <<<<<<< HEAD
    /// 今天
    /// =======
    /// 昨天
    /// >>>>>>> main
    /// ```
    ///
    /// ## Use instead
    /// Keep one of the two versions and delete the three marker lines.
    pub(crate) struct ConflictMarker; "TX006", "conflict-marker", Error, PublishedWrong
}

impl Rule for ConflictMarker {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, _settings: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        if !may_hold_marker(reading.text.as_bytes()) {
            return;
        }
        for [ours, theirs, end] in conflicts(reading.text) {
            let message = say!("a git conflict was committed; readers see both versions and the markers");
            let finding = sink.report(&Self::META, ours, message);
            finding.see(theirs, say!("the other version begins here")).see(end, say!("and ends here"));
            finding.help(say!("keep one of the two versions and delete the three marker lines"));
        }
    }
}

/// Whether seven `<` may stand in a row. Of seven bytes in a row four are a word of the text, wherever they begin, if it
/// is cut into words of four; these are compared many at once, and no text of an archive has such a word.
fn may_hold_marker(bytes: &[u8]) -> bool {
    let (blocks, rest) = bytes.as_chunks::<4>().0.as_chunks::<32>();
    let any = |words: &[[u8; 4]]| words.iter().fold(0, |any, word| any | u32::from(word == b"<<<<")) != 0;
    blocks.iter().any(|words| any(words)) || any(rest)
}

/// The marker lines of each whole conflict that is not shown in a code block.
fn conflicts(text: &str) -> Vec<[Span; 3]> {
    let (mut found, mut ours, mut theirs) = (Vec::new(), None, None);
    let (mut fence, mut pre, mut at) = (None, false, 0);
    for line in text.split_inclusive('\n') {
        let span = Span::of(at..at + line.trim_end_matches(['\n', '\r']).len());
        at += line.len();
        fence = fence_after(fence, line);
        pre = (pre || line.contains("<pre")) && !line.contains("</pre");
        if fence.is_some() || pre {
            (ours, theirs) = (None, None);
        } else if is_marker(line, "<<<<<<<") {
            (ours, theirs) = (Some(span), None);
        } else if line.trim_end() == "=======" {
            theirs = ours.and(Some(span));
        } else if is_marker(line, ">>>>>>>")
            && let (Some(ours), Some(theirs)) = (ours.take(), theirs.take())
        {
            found.push([ours, theirs, span]);
        }
    }
    found
}

/// Git writes seven signs, then a space and a name, or nothing.
fn is_marker(line: &str, signs: &str) -> bool {
    line.strip_prefix(signs).is_some_and(|rest| rest.starts_with(' ') || rest.trim_end().is_empty())
}

/// The fence that is open behind a line: its sign and its length.
fn fence_after(open: Option<(char, usize)>, line: &str) -> Option<(char, usize)> {
    let line = line.trim_start_matches(' ');
    let sign = line.chars().next().filter(|sign| matches!(sign, '`' | '~'));
    let Some(sign) = sign else { return open };
    let rest = line.trim_start_matches(sign);
    let length = line.len() - rest.len();
    match open {
        None if length >= 3 && !(sign == '`' && rest.contains('`')) => Some((sign, length)),
        Some((own, least)) if own == sign && length >= least && rest.trim().is_empty() => None,
        _ => open,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check, findings};

    #[test]
    fn a_conflict_is_found_anywhere() {
        check(
            &ConflictMarker,
            "
---
title: a
<<<<<<< HEAD
^^^^^^^^^^^^ TX006 a git conflict was committed
date: 1
=======
date: 2
>>>>>>> origin/main
---
中文
<<<<<<<
^^^^^^^ TX006 a git conflict was committed
a
||||||| base
b
=======
c
>>>>>>>
",
        );
    }

    #[test]
    fn windows_line_ends_do_not_hide_it() {
        let text = "<<<<<<< HEAD\r\na\r\n=======\r\nb\r\n>>>>>>> x\r\n";
        let found = findings(&ConflictMarker, &Settings::default(), "a.md", text.as_bytes());
        assert_eq!((found.len(), found[0].span), (1, Span::new(0, 12)));
        assert_eq!(found[0].related.len(), 2);
    }

    #[test]
    fn what_only_looks_like_it_is_none() {
        for text in [
            "Title\n=======\n\n>>>>>>> quoted seven times\n",
            "<<<<<<< HEAD\na\n>>>>>>> main\n",
            "<<<<<<< HEAD\n=======\n",
            ">>>>>>> main\n=======\n<<<<<<< HEAD\n",
            "<<<<<<<HEAD\n=======\n>>>>>>>main\n",
            "<<<<<<<< a\n========\n>>>>>>>> b\n",
            " <<<<<<< HEAD\n =======\n >>>>>>> main\n",
            "```\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> main\n```\n",
            "~~~~ text\n~~~\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> main\n~~~~\n",
            "<pre>\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> main\n</pre>\n",
        ] {
            assert!(conflicts(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_row_of_seven_is_seen_wherever_it_begins() {
        for (before, length) in (0..300).flat_map(|before| (0..9).map(move |length| (before, length))) {
            let text = format!("{}{}{}", "a".repeat(before), "<".repeat(length), "b".repeat(before % 7));
            assert!(length < 7 || may_hold_marker(text.as_bytes()), "{text}");
            assert!(length >= 4 || !may_hold_marker(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn cut_anywhere_it_is_found_only_whole() {
        let text = "<<<<<<< HEAD\n今\n=======\n昨\n>>>>>>> main\n";
        for (cut, _) in text.char_indices() {
            assert_eq!(conflicts(text.get(..cut).unwrap()).len(), usize::from(cut >= text.len() - 6), "{cut}");
        }
    }
}
