//! LK002.

use std::fmt::Write as _;

use crate::declare_rule;
use crate::extract::Why;
use crate::facts::Reading;
use crate::finding::{Applicability, Edit, Fix, Meta};
use crate::language::{Message, say};
use crate::rules::{DocumentSink, Rule, Settings};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    ///
    /// Finds text that was meant as a link and is none to the engine that renders the file: a space in the destination,
    /// a bracket or `<http://…` that is never closed, a bracket that was never opened, full-width brackets.
    ///
    /// ## Why is this bad?
    ///
    /// The reader sees the raw text and has nothing to click on. Link checkers see no link, and so say nothing.
    ///
    /// ## Example
    ///
    /// ```markdown
    /// [返回21财经](//example.com/category/21shiji 21caijing.html)
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```markdown
    /// [返回21财经](//example.com/category/21shiji%2021caijing.html)
    /// ```
    pub(crate) struct MalformedLink; "LK002", "malformed-link", Error, LinkBroken
}

impl Rule for MalformedLink {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, _: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        let extraction = &reading.extraction;
        for malformed in &extraction.malformed {
            let Some((message, help)) = words(malformed.why) else { continue };
            let finding = sink.report(&Self::META, malformed.span, message).help(help);
            let intended = extraction.intended.iter().find(|link| link.span == malformed.span);
            if let Some(link) = intended {
                finding.url(crate::text::secret::mask(&link.destination));
                if matches!(malformed.why, Why::SpaceInDestination | Why::SpaceInAutolink) {
                    finding.fix(encode_spaces(reading.text, link.destination_span));
                }
            }
        }
    }
}

fn words(why: Why) -> Option<(Message, Message)> {
    Some(match why {
        Why::SpaceInDestination => {
            (say!("a space in the destination makes this plain text, not a link"), say!("write each space as `%20`"))
        }
        Why::UnclosedDestination => {
            (say!("the destination is never closed, so this is plain text"), say!("write `)` behind the address"))
        }
        Why::UnbalancedBracket => (
            say!("one of the brackets around the link's text is missing, so this is plain text"),
            say!("write `[text](address)`"),
        ),
        Why::UnclosedAutolink => {
            (say!("the address is never closed, so this is plain text"), say!("write `>` behind the address"))
        }
        Why::SpaceInAutolink => {
            (say!("a space in the address makes this plain text, not a link"), say!("write each space as `%20`"))
        }
        Why::FullWidthBracket => (
            say!("full-width brackets make no link"),
            say!("write `[text](address)` with the brackets of an English keyboard"),
        ),
        // LK001 speaks of it.
        Why::EmptyAutolink => return None,
    })
}

fn encode_spaces(text: &str, destination: Span) -> Fix {
    let written = destination.slice(text);
    let edits = written.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(at, c)| {
        let start = destination.range().start + at;
        let mut encoded = String::new();
        for byte in c.encode_utf8(&mut [0; 4]).bytes() {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
        Edit { span: Span::of(start..start + c.len_utf8()), text: encoded }
    });
    Fix { applicability: Applicability::Safe, title: say!("encode the spaces"), edits: edits.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check, findings};

    #[test]
    fn what_was_meant_as_a_link_is_found() {
        check(
            &MalformedLink,
            "
[返回21财经](//h.cn/category/21shiji 21caijing.html)｜[返回首页](//h.cn/)
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ LK002 a space in the destination

<http://h.cn/a?b=c
^^^^^^^^^^^^^^^^^^ LK002 never closed

［返回］（//h.cn/） [返回首页](//h.cn/
^^^^^^^^^^^^^^^^^^^ LK002 full-width
                    ^^^^^^^^^^^^^^^^^^ LK002 never closed
",
        );
    }

    #[test]
    fn prose_and_code_are_left_alone() {
        check(
            &MalformedLink,
            "
见[1]，(见图)，[视频]（记者张三），a[0](x y)，`[a](//h/b c)`
<p>[a](//h/b c)</p>
",
        );
    }

    #[test]
    fn a_cut_link_is_found_wherever_it_is_cut() {
        let text = "[返回首页](//h.cn/a.html)";
        for end in (0..text.len()).filter(|&end| text.is_char_boundary(end)) {
            let cut = text.get(..end).unwrap();
            let found = findings(&MalformedLink, &Settings::default(), "_posts/2022-01-17-a.md", cut.as_bytes());
            assert_eq!(found.len(), usize::from(cut.contains("(//h")), "{cut}");
        }
    }

    #[test]
    fn the_fix_encodes_the_spaces() {
        let text = "[a](//h.cn/b c\u{3000}d.html)";
        let found = findings(&MalformedLink, &Settings::default(), "_posts/2022-01-17-a.md", text.as_bytes());
        let edits = &found[0].fix.as_ref().unwrap().edits;
        let edits: Vec<_> = edits.iter().map(|edit| (edit.span.slice(text), edit.text.as_str())).collect();
        assert_eq!(edits, [(" ", "%20"), ("\u{3000}", "%E3%80%80")]);
    }
}
