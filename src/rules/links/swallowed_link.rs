//! LK011: a link in the source, text on the page.

use crate::declare_rule;
use crate::extract::kramdown::Swallower;
use crate::facts::Reading;
use crate::finding::Meta;
use crate::language::say;
use crate::rules::{DocumentSink, Rule, Settings};

declare_rule! {
    /// ## What it does
    ///
    /// Finds links in files that Jekyll renders which kramdown prints as text:
    /// behind a tag that is never closed, inside an element in which Markdown does not count,
    /// in a line that a `|` makes a row of a table, or in a tag that kramdown does not take for one.
    /// The finding names the line that swallows the link.
    ///
    /// ## Why is this bad?
    ///
    /// The reader sees `[返回首页](//…)` as it was typed, and has nothing to click on.
    ///
    /// ## Example
    ///
    /// ```markdown
    /// <p>第一段<p>第二段</p>
    ///
    /// [返回首页](//finews.withounder.com/)
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```markdown
    /// <p>第一段</p><p>第二段</p>
    ///
    /// [返回首页](//finews.withounder.com/)
    /// ```
    ///
    /// ## Settings
    ///
    /// `extract.dialect` names, by globs, files that another engine shows.
    pub(crate) struct SwallowedLink; "LK011", "swallowed-link", Error, LinkBroken
}

impl Rule for SwallowedLink {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, _settings: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        for swallowed in &reading.extraction.swallowed {
            let line = reading.lines_of(swallowed.by).start.line;
            let (why, help) = match swallowed.why {
                Swallower::UnclosedTag => (say!("the tag on line {line} is never closed", line), say!("close the tag")),
                Swallower::RawElement => (
                    say!("Markdown does not count in the element of line {line}", line),
                    say!("write <a href=…>, or give the element markdown=\"1\""),
                ),
                Swallower::TablePipe => {
                    (say!("a `|` on line {line} makes it a row of a table", line), say!("write &#124; for the `|`"))
                }
                Swallower::NoTag => {
                    (say!("kramdown takes this for no tag"), say!("put the attribute's value in quotes"))
                }
            };
            sink.report(&Self::META, swallowed.span, say!("this link is printed as text: {why}", why))
                .help(help)
                .see(swallowed.by, say!("swallowed from here"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check_jekyll, findings};

    #[test]
    fn what_the_page_prints_as_text_is_found() {
        check_jekyll(
            &SwallowedLink,
            "
---
---
<p>一<p>二</p>

[返回首页](//a.cn/)
^^^^^^^^^^^^^^^^^^^ LK011 the tag on line 3 is never closed
",
        );
    }

    #[test]
    fn what_the_page_shows_as_a_link_is_none() {
        check_jekyll(&SwallowedLink, "---\n---\n<p>一</p><p>二</p>\n\n[返回首页](//a.cn/)\n\n`[x](/y)`\n");
    }

    #[test]
    fn damage_is_silent() {
        assert!(findings(&SwallowedLink, &Settings::default(), "_posts/a.md", b"<p [x](\xFF").is_empty());
    }
}
