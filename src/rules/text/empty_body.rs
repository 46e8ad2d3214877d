use crate::declare_rule;
use crate::facts::Reading;
use crate::finding::Meta;
use crate::language::say;
use crate::rules::{DocumentSink, Rule, Settings};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Finds posts with nothing but white space after the front matter.
    ///
    /// ## Why is this bad?
    /// Readers open a page with a title and no text. Mostly the program that wrote the post failed to fetch it.
    ///
    /// ## Example
    /// ```text
    /// ---
    /// title: "稳定劳动关系"
    /// ---
    /// ```
    ///
    /// ## Use instead
    /// Fetch the text again, or take the post away.
    pub(crate) struct EmptyBody; "TX007", "empty-body", Error, PublishedWrong
}

impl Rule for EmptyBody {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, _settings: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        if reading.kind.is_post() && is_blank(reading.body_text()) {
            let message = say!("the post has no text; readers see a page with a title and nothing else");
            let finding = sink.report(&Self::META, Span::at(reading.body.start), message);
            finding.help(say!("fetch the text again from its source, or take the post away"));
        }
    }
}

/// White space of any script, and characters without width, make no text.
fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || matches!(c, '\u{FEFF}' | '\u{200B}' | '\u{2060}'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check, findings};

    #[test]
    fn white_space_is_no_text() {
        for text in ["", "\n", " \t\r\n\u{3000}\u{A0}\u{FEFF}\u{200B}\n"] {
            let found = findings(&EmptyBody, &Settings::default(), "old_post/2022-01-17-a.md", text.as_bytes());
            assert_eq!(found.len(), 1, "{text:?}");
        }
    }

    #[test]
    fn one_character_is_a_text_and_a_page_needs_none() {
        check(&EmptyBody, "\n\n。\n");
        check(&EmptyBody, "//- category/a.html\n\n");
    }

    #[test]
    fn damaged_bytes_are_a_text() {
        assert!(findings(&EmptyBody, &Settings::default(), "_posts/2022-01-17-a.md", b"\xFF").is_empty());
    }
}
