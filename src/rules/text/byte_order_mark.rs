use crate::declare_rule;
use crate::facts::Reading;
use crate::finding::{Applicability, Edit, Effect, Fix, Meta};
use crate::language::say;
use crate::rules::{DocumentSink, Rule, Settings};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Finds files that begin with U+FEFF, the byte order mark.
    ///
    /// ## Why is this bad?
    /// In a page, Jekyll does not see the `---` behind the mark: the file is no page to it, and is served as it is,
    /// front matter and all. In a post the mark does no harm to Jekyll, but other programs choke on it.
    ///
    /// ## Example
    /// ```text
    /// EF BB BF 2D 2D 2D 0A   (U+FEFF, then ---)
    /// ```
    ///
    /// ## Use instead
    /// Save the file as UTF-8 without a byte order mark. `postproof fix` takes it off.
    pub(crate) struct ByteOrderMark; "TX002", "byte-order-mark", Warning, Style
}

const MARK: &str = "\u{FEFF}";

impl Rule for ByteOrderMark {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, _settings: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        if !reading.text.starts_with(MARK) {
            return;
        }
        let rest = reading.text.trim_start_matches(MARK);
        let span = Span::of(0..reading.text.len() - rest.len());
        let (effect, message) = match (reading.kind.is_post(), rest.starts_with("---")) {
            (true, _) => {
                (Effect::Style, say!("the file begins with a byte order mark; Jekyll reads the post all the same"))
            }
            (false, true) => (
                Effect::PublishedWrong,
                say!("the file begins with a byte order mark; Jekyll does not see its front matter and serves it raw"),
            ),
            (false, false) => (Effect::Style, say!("the file begins with a byte order mark")),
        };
        let edits = vec![Edit { span, text: String::new() }];
        let fix = Fix { applicability: Applicability::Safe, title: say!("take the byte order mark off"), edits };
        let finding = sink.report(&Self::META, span, message);
        finding.effect(effect).help(say!("save the file as UTF-8 without a byte order mark")).fix(fix);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check, findings};

    #[test]
    fn a_mark_is_found_and_taken_off() {
        for (path, effect, words) in [
            ("_posts/2022-01-17-a.md", Effect::Style, "Jekyll reads the post all the same"),
            ("about.md", Effect::PublishedWrong, "serves it raw"),
        ] {
            let text = "\u{FEFF}---\nlayout: post\n---\n中文\n";
            let found = findings(&ByteOrderMark, &Settings::default(), path, text.as_bytes());
            assert_eq!((found.len(), found[0].span, found[0].effect), (1, Span::new(0, 3), effect));
            assert!(found[0].message.ends_with(words), "{}", found[0].message);
            let fix = found[0].fix.as_ref().unwrap();
            assert_eq!((fix.applicability, fix.edits[0].span), (Applicability::Safe, Span::new(0, 3)));
        }
    }

    #[test]
    fn two_marks_are_one_finding() {
        let found = findings(&ByteOrderMark, &Settings::default(), "a.html", "\u{FEFF}\u{FEFF}x".as_bytes());
        assert_eq!((found.len(), found[0].span), (1, Span::new(0, 6)));
    }

    #[test]
    fn a_mark_elsewhere_is_not_this_rule_s() {
        check(&ByteOrderMark, "---\ntitle: a\u{FEFF}b\n---\n\u{FEFF}x\n");
        check(&ByteOrderMark, "");
    }

    #[test]
    fn half_a_mark_is_none() {
        assert!(findings(&ByteOrderMark, &Settings::default(), "a.md", b"\xEF\xBB").is_empty());
    }
}
