//! LK012: a link on the site and text on GitHub, or the other way round.

use crate::declare_rule;
use crate::extract::Dialect;
use crate::facts::Reading;
use crate::finding::Meta;
use crate::language::say;
use crate::rules::{DocumentSink, Rule, Settings};

declare_rule! {
    /// ## What it does
    ///
    /// Finds links in files that Jekyll renders which are links to one of the two engines that show the file
    /// (kramdown on the site, GitHub's Markdown in the repository) and text to the other.
    ///
    /// ## Why is this bad?
    ///
    /// A post that moves to an archive folder is read in the repository: there the link is text.
    ///
    /// ## Example
    ///
    /// ```markdown
    /// [返回](//finews.withounder.com/category/21shijijingjibaodao 21caijingAPP.html)
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```markdown
    /// [返回](//finews.withounder.com/category/21shijijingjibaodao%2021caijingAPP.html)
    /// ```
    pub(crate) struct DialectLinkRule; "LK012", "dialect-link", Warning, LinkBroken
}

impl Rule for DialectLinkRule {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, _settings: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        for link in &reading.extraction.dialect_links {
            let (message, help) = match link.shown_by {
                Dialect::Kramdown | Dialect::Html => (
                    say!("a link on the site, and text where GitHub shows the file"),
                    say!("write %20 for a space, and balance brackets"),
                ),
                Dialect::GitHub => (
                    say!("a link where GitHub shows the file, and text on the site"),
                    say!("keep markup that kramdown reads otherwise away from the link"),
                ),
            };
            sink.report(&Self::META, link.span, message).help(help);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check_jekyll, findings};

    #[test]
    fn a_space_in_the_destination_divides_the_engines() {
        check_jekyll(
            &DialectLinkRule,
            "
---
---
[返回](//a.cn/category/a b.html)｜[返回首页](//a.cn/)
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ LK012 a link on the site, and text where GitHub shows the file
",
        );
    }

    #[test]
    fn what_both_show_is_none() {
        check_jekyll(
            &DialectLinkRule,
            "---\n---\n[返回](//a.cn/category/a%20b.html)｜[返回首页](//a.cn/) <http://a.cn/>\n",
        );
    }

    #[test]
    fn damage_is_silent() {
        assert!(findings(&DialectLinkRule, &Settings::default(), "a.html", b"\xFF[a](/b c)").is_empty());
    }
}
