use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::topic::{is_shown, is_topic};
use crate::declare_rule;
use crate::facts::Reading;
use crate::finding::Meta;
use crate::language::say;
use crate::rules::{DocumentSink, Rule, Settings};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Finds U+FFFD, the replacement character (�). One that somebody shows in quotation marks or in code, or a few
    /// in a text about garbled characters, are left alone.
    ///
    /// ## Why is this bad?
    /// A program read the text in the wrong encoding and put U+FFFD where it did not understand a byte. What stood
    /// there was lost before the file was saved; no conversion brings it back.
    ///
    /// ## Example
    /// ```text
    /// 通报表��全国清理整顿
    /// ```
    ///
    /// ## Use instead
    /// Fetch the text again from its source, in its own encoding.
    pub(crate) struct ReplacementCharacter; "TX003", "replacement-character", Warning, DataSuspect
}

const SIGN: &str = "\u{FFFD}";

static SIGNS: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(SIGN));

impl Rule for ReplacementCharacter {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, _settings: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        let text = reading.text;
        let mut runs: Vec<Span> = Vec::new();
        for at in SIGNS.find_iter(text.as_bytes()) {
            let span = Span::of(at..at + SIGN.len());
            match runs.last_mut() {
                Some(last) if last.end == span.start => last.end = span.end,
                _ => runs.push(span),
            }
        }
        runs.retain(|&run| !is_shown(text, run));
        let Some(&first) = runs.first() else { return };
        let lost: usize = runs.iter().map(|run| run.len() as usize / SIGN.len()).sum();
        if is_topic(text) && lost * 100 < text.chars().count() {
            return;
        }
        let message = if lost == 1 {
            say!("a replacement character (U+FFFD): what stood here was lost before the file was saved")
        } else {
            say!(
                "{lost} replacement characters (U+FFFD), the first here: what they replace was lost before the file was saved",
                lost,
            )
        };
        let help = say!("fetch the text again from its source; no conversion brings the lost bytes back");
        sink.report(&Self::META, first, message).help(help);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check, findings};

    #[test]
    fn lost_characters_are_found_once_a_file() {
        check(
            &ReplacementCharacter,
            "
---
title: 通报
---
通报表\u{FFFD}\u{FFFD}全国清理，专项\u{FFFD}动
      ^^ TX003 3 replacement characters (U+FFFD), the first here
",
        );
        check(&ReplacementCharacter, "a \u{FFFD} b\n  ^ TX003 a replacement character\n");
    }

    #[test]
    fn a_character_that_is_shown_is_no_damage() {
        check(&ReplacementCharacter, "见到“\u{FFFD}”时，请检查文件。\n");
        check(&ReplacementCharacter, "The sign `\u{FFFD}` is U+FFFD.\n");
        check(&ReplacementCharacter, &format!("程序里的乱码 \u{FFFD} 从何而来？{}\n", "这里讲编码的历史。".repeat(20)));
    }

    #[test]
    fn bad_bytes_are_another_rule_s() {
        assert!(findings(&ReplacementCharacter, &Settings::default(), "a.md", b"a\xEF\xBF b\xFF").is_empty());
    }
}
