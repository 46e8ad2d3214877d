//! Posts that were cut off: the rule, the walk over tags, the look at the last bytes, and at what the others end with.

mod blocks;
mod closing;
mod code;
mod names;
mod tags;
mod tail;

use crate::declare_rule;
use crate::extract::Dialect;
use crate::facts::{Facts, Reading};
use crate::finding::Meta;
use crate::language::{Message, say};
use crate::rules::{ArchiveSink, At, DocumentSink, Rule, Settings};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Finds posts whose body ends in the middle of something: inside a tag, an attribute, a comment, an autolink, an
    /// entity or a Markdown link, or inside a block element (`<p>`, `<li>`, `<div>`, …) that was left open although
    /// the others of its kind in the post are closed.
    ///
    /// HTML lets `<p>`, `<li>` and table cells end without an end tag. Where a post never closes them, or where their
    /// end follows from what comes next, nothing is reported.
    ///
    /// A post is also found that ends before the closing part of its folder's posts. That part is learned from them:
    /// where there are fifty posts or more, and 95 of a hundred end with the same two links, such as the ways back,
    /// a post that has neither of them was cut between two elements. A category of which no post has them is left alone,
    /// and `--since`, which does not see the whole folder, does not look for it.
    ///
    /// ## Why is this bad?
    /// The rest of the text is lost, and with it the links at its end. A browser shows the half tag as text or hides
    /// what comes before it, and kramdown takes everything in a block that is never closed as raw HTML.
    ///
    /// ## Example
    /// ```text
    /// <p>本报记者卢漳华</p>
    /// <p>通讯员郑素描</p>
    /// <p>日前，人力资源社会保障部办公厅、公安部办公
    /// ```
    ///
    /// ## Use instead
    /// Bring the post back from its source, or from an earlier commit: `git log --follow -p` on the file.
    pub(crate) struct TruncatedPost; "TX008", "truncated-post", Error, PublishedWrong
}

/// What a body ends inside of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Torn {
    Tag,
    Comment,
    Autolink,
    Entity,
    Link,
    /// A block element, and how many of its kind are closed.
    Block(u32),
}

impl Rule for TruncatedPost {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, _settings: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        // A cut inside a character is reported as such, by the rule about bytes that are not UTF-8.
        let ends_in_bad_bytes = reading.invalid.last().is_some_and(|bad| bad.end as usize == reading.text.len());
        if !reading.kind.is_post() || ends_in_bad_bytes {
            return;
        }
        let body = reading.body_text();
        let Some((torn, span)) = end_of(body, reading.dialect != Dialect::Html) else { return };
        let message = match torn {
            Torn::Block(closed) => {
                say!(
                    "this element is never closed, though {closed} of its kind are; the text was cut off in it, or its end tag was",
                    closed
                )
            }
            Torn::Tag => ended(say!("a tag")),
            Torn::Comment => ended(say!("a comment")),
            Torn::Autolink => ended(say!("an address in angle brackets")),
            Torn::Entity => ended(say!("an entity")),
            Torn::Link => ended(say!("a link")),
        };
        let help = if matches!(torn, Torn::Block(_)) {
            say!(
                "write its end tag; if the text stops in a sentence, bring the post back from its source or from history"
            )
        } else {
            say!("bring the post back from its source, or from an earlier commit: `git log --follow -p` on the file")
        };
        sink.report(&Self::META, span.shifted(reading.body.start), message).help(help);
    }

    fn check_archive(&self, settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        if facts.part.is_some() {
            return;
        }
        for (document, closing) in closing::cut(settings, facts) {
            let links = closing.links.iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", ");
            let message = say!(
                "the body ends before the closing part that {follow} of {of} posts of its folder have: {links}",
                follow = closing.follow,
                of = closing.of,
                links,
            );
            let at = At { document, span: Span::at(document.ending.at), subject: document.file_name() };
            sink.report(&Self::META, at, message).help(say!(
                "bring the post back from its source, or from an earlier commit: `git log --follow -p` on the file"
            ));
        }
    }
}

fn ended(inside: Message) -> Message {
    say!("the body ends inside {inside}; the rest of the post is lost", inside)
}

/// What the body ends inside of, and where that begins and ends.
fn end_of(body: &str, markdown: bool) -> Option<(Torn, Span)> {
    let walked = tags::walk(body, markdown);
    if let Some((torn, start)) = walked.torn {
        return Some((torn, Span::of(start..body.trim_end().len().max(start))));
    }
    if walked.in_code {
        return None;
    }
    if let Some((torn, start)) = tail::torn(body, markdown) {
        return Some((torn, Span::of(start..body.len())));
    }
    let (closed, span) = walked.blocks.left_open()?;
    Some((Torn::Block(closed), span))
}

#[cfg(test)]
mod tests;
