//! FM001: a post that does not begin with front matter.

use super::publication;
use crate::declare_rule;
use crate::document::Kind;
use crate::facts::Reading;
use crate::finding::{Applicability, Edit, Effect, Fix, Meta};
use crate::front_matter::{self, Block};
use crate::language::say;
use crate::rules::{DocumentSink, Rule, Settings};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Finds posts whose first line is not `---`, and pages whose front matter Jekyll does not see because something
    /// stands before it: a blank line, a space, a byte order mark.
    ///
    /// ## Why is this bad?
    /// Jekyll publishes such a post with the title and the date of its file's name, without layout and without
    /// category, and shows the front matter as text if there is any. A page without front matter is not built at all:
    /// its source is served as it is.
    ///
    /// ## Example
    /// ```yaml
    ///
    /// ---
    /// layout: post
    /// ---
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// ---
    /// layout: post
    /// ---
    /// ```
    pub(crate) struct MissingFrontMatter;
    "FM001", "missing-front-matter", Error, PublishedWrong
}

impl Rule for MissingFrontMatter {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, settings: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        let is_post = reading.kind.is_post();
        let hidden = hidden_by(reading.text);
        let sees_nothing = match reading.front_matter.block {
            Block::Missing => is_post || hidden.is_some(),
            Block::Present { .. } => reading.kind == Kind::Page && !front_matter::is_page(reading.text.as_bytes()),
            Block::Unterminated { .. } => false,
        };
        if !sees_nothing {
            return;
        }
        let engine = settings.front_matter.engine;
        let unread = publication::unless_unread(reading, engine);
        let effect =
            if is_post { publication::effect(reading, engine, Effect::PublishedWrong) } else { Effect::PublishedWrong };
        let span = hidden.map_or_else(|| first_line(reading.text), |before| Span::of(0..before));
        let what = match (is_post, hidden) {
            (true, Some(_)) => say!("the front matter does not begin on the first byte, so Jekyll prints it as text"),
            (true, None) => {
                say!(
                    "there is no front matter, so the post has no layout, no category, and the title and date of its file's name"
                )
            }
            (false, _) => {
                say!("something stands before the front matter, so Jekyll serves the source of this page as it is")
            }
        };
        let finding = sink.report(&Self::META, span, say!("{what}{unread}", what, unread)).effect(effect);
        match hidden {
            Some(before) => {
                finding.help(say!("begin the file with `---`: take out what stands before it")).fix(Fix {
                    applicability: Applicability::Safe,
                    title: say!("take out what stands before the front matter"),
                    edits: vec![Edit { span: Span::of(0..before), text: String::new() }],
                });
            }
            None => {
                finding.help(say!("begin the file with a `---` line, the fields, and another `---` line"));
            }
        }
    }
}

/// The length of what hides front matter: white space and byte order marks before a block that would otherwise be one.
fn hidden_by(text: &str) -> Option<usize> {
    let rest = text.trim_start_matches(|c: char| c == '\u{FEFF}' || c.is_whitespace());
    let before = text.len() - rest.len();
    let is_block = before > 0 && matches!(front_matter::parse(rest).block, Block::Present { .. });
    is_block.then_some(before)
}

fn first_line(text: &str) -> Span {
    let line = text.lines().next().unwrap_or_default();
    Span::of(0..line.trim_end().len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check, findings};

    #[test]
    fn a_post_without_front_matter_is_found() {
        check(
            &MissingFrontMatter,
            "
# A title
^^^^^^^^^ FM001 there is no front matter
Text.
",
        );
    }

    #[test]
    fn front_matter_that_does_not_begin_the_file_is_found() {
        let found = |path: &str, text: &str| findings(&MissingFrontMatter, &Settings::default(), path, text.as_bytes());
        let post = found("_posts/2022-01-17-a.md", "\n---\nlayout: post\n---\nText.\n");
        assert_eq!(post[0].span, Span::new(0, 1));
        assert_eq!(post[0].fix.as_ref().unwrap().edits[0].span, Span::new(0, 1));
        let page = found("about.md", "\u{FEFF}---\nlayout: page\n---\n");
        assert!(page[0].message.contains("serves the source"));
        assert_eq!(found("_posts/2022-01-17-a.md", "\u{FEFF}---\nlayout: page\n---\n").len(), 0);
    }

    #[test]
    fn pages_may_do_without() {
        check(&MissingFrontMatter, "//- about.md\n# Title\n//- readme.md\n\nA line\n\n---\n\nand another\n");
    }

    #[test]
    fn archived_posts_are_not_built() {
        let found = findings(&MissingFrontMatter, &Settings::default(), "old_post/2022-01-17-a.md", b"\xff\x00");
        assert_eq!(found[0].effect, Effect::DataSuspect);
    }
}
