//! DU005: two posts in one file.

use memchr::memmem;

use crate::declare_rule;
use crate::facts::Reading;
use crate::finding::Meta;
use crate::language::say;
use crate::rules::{DocumentSink, Rule, Settings};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    ///
    /// Finds posts that hold a second post: a second front matter in the body, or two different source links.
    ///
    /// ## Why is this bad?
    ///
    /// Two writers wrote one file at the same time. What is published is a mixture, and one of the two posts is lost.
    ///
    /// ## Example
    ///
    /// ```markdown
    /// ---
    /// layout: post
    /// title: "甲"
    /// ---
    /// <p>甲的正文。
    /// ---
    /// layout: post
    /// title: "乙"
    /// ---
    /// <p>乙的正文。</p>
    /// ```
    ///
    /// ## Use instead
    ///
    /// Two files.
    ///
    /// ## Settings
    ///
    /// `source_link` is the pattern of source links with `{id}` in it; without it only a second front matter is seen.
    pub(crate) struct MixedPost; "DU005", "mixed-post", Error, PublishedWrong
}

impl Rule for MixedPost {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, settings: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        if !reading.kind.is_post() {
            return;
        }
        if let Some(span) = second_front_matter(reading) {
            sink.report(
                &Self::META,
                span,
                say!("a second front matter begins here: two posts were written into one file"),
            )
            .help(say!("take the two apart, or restore the file from its history"));
            return;
        }
        let id_of =
            |address: &str| settings.source_links.iter().find_map(|pattern| pattern.id_in(address)).map(str::to_owned);
        let sources: Vec<(Span, String)> =
            reading.extraction.links.iter().filter_map(|link| Some((link.span, id_of(&link.destination)?))).collect();
        if let [(first, id), rest @ ..] = sources.as_slice()
            && let Some((second, other)) = rest.iter().find(|(_, other)| other != id)
        {
            sink.report(&Self::META, *second, say!("two source links, `{id}` and `{other}`, in one post", id, other))
                .help(say!("take the two apart, or restore the file from its history"))
                .see(*first, say!("the first source link"));
        }
    }
}

/// A fence in the body with `layout:` on the next line, which no article has.
fn second_front_matter(reading: &Reading<'_>) -> Option<Span> {
    let body = reading.body_text();
    let at =
        memmem::find_iter(body.as_bytes(), "---\nlayout:").chain(memmem::find_iter(body.as_bytes(), "---\r\nlayout:"));
    // The first line of a file whose front matter is never closed is no second one.
    let start = at.filter(|at| reading.body.start as usize + at > 0).min()?;
    Some(Span::of(start..start + "---".len()).shifted(reading.body.start))
}
