//! LK001.

use crate::declare_rule;
use crate::extract::{Carrier, Why};
use crate::facts::Reading;
use crate::finding::Meta;
use crate::language::say;
use crate::rules::{DocumentSink, Rule, Settings};

declare_rule! {
    /// ## What it does
    ///
    /// Finds links without a destination: `<>` where an address belongs, `[text]()`, `href=""`, `src=""`.
    ///
    /// ## Why is this bad?
    ///
    /// A click on an empty link loads the same page again; an empty picture makes some browsers fetch the page a second
    /// time; `<>` is printed as it stands. In an archive it mostly means that the script which wrote the post had lost the
    /// address.
    ///
    /// ## Example
    ///
    /// ```markdown
    /// [返回首页]()
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```markdown
    /// [返回首页](//example.com/)
    /// ```
    pub(crate) struct EmptyLink; "LK001", "empty-link", Error, LinkBroken
}

impl Rule for EmptyLink {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, _: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        let extraction = &reading.extraction;
        for link in extraction.links.iter().filter(|link| link.destination.trim().is_empty()) {
            let message = match link.carrier {
                Carrier::Image | Carrier::Resource => say!("nothing is named to load here"),
                Carrier::Inline | Carrier::Reference | Carrier::Autolink | Carrier::Bare | Carrier::Anchor => {
                    say!("the link has no destination, so a click loads the same page again")
                }
            };
            sink.report(&Self::META, link.span, message).help(say!("write the address, or take the link away"));
        }
        for malformed in extraction.malformed.iter().filter(|malformed| malformed.why == Why::EmptyAutolink) {
            sink.report(
                &Self::META,
                malformed.span,
                say!("`<>` stands where an address belongs, and is printed as it stands"),
            )
            .help(say!("write the address between `<` and `>`"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::check;

    #[test]
    fn links_without_a_destination_are_found() {
        check(
            &EmptyLink,
            r#"
[返回首页]()
^^^^^^^^^^^^ LK001 the link has no destination
[a](<>) [b]( )
^^^^^^^ LK001 a click loads the same page
        ^^^^^^ LK001

<>
^^ LK001 `<>` stands where

来源：<>
      ^^ LK001

<p><a href="">x</a><a href>y</a><img src=""></p>
   ^^^^^^^^^^^^^^^^ LK001 a click
                   ^^^^^^^^^^^^^ LK001 a click
                                ^^^^^^^^^^^^ LK001 nothing is named
"#,
        );
    }

    #[test]
    fn what_is_not_empty_or_no_link_is_left_alone() {
        check(
            &EmptyLink,
            r#"
[a](#) [b](?) `[c]()` a <> b 《<>》
<form action=""><a name="x"></a><img alt=""><span href=""></span></form>
"#,
        );
    }

    #[test]
    fn damage_is_no_link() {
        check(&EmptyLink, "[a]( <a href=\"\n<\n");
    }
}
