//! DU005: two posts in one file.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::declare_rule;
use crate::facts::Reading;
use crate::finding::Meta;
use crate::language::say;
use crate::rules::{DocumentSink, Rule, Settings};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    ///
    /// Finds posts that hold a second post, or the end of one: a second front matter in the body, two different source
    /// links, the way back a second time behind an end that was complete, or a piece of it there.
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
    /// `source_link` is the pattern of source links with `{id}` in it, `navigation` lists the ways back;
    /// without them only a second front matter is seen.
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
            return;
        }
        let source = sources.first().map(|(span, _)| *span);
        if let Some((first, more)) = end_behind_the_end(settings, reading, source) {
            let message = say!("the post goes on behind its end: the tail of a longer one was left there");
            sink.report(&Self::META, more, message)
                .help(say!("cut it off, or restore the file from its history"))
                .see(first, say!("the way back, where the post ends"));
        }
    }
}

/// A fence in the body with `layout:` on the next line, which no article has.
fn second_front_matter(reading: &Reading<'_>) -> Option<Span> {
    static LAYOUT: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("\nlayout:"));
    let body = reading.body_text();
    let fence = |line_end: usize| {
        let before = body.get(..line_end)?;
        Some(before.strip_suffix('\r').unwrap_or(before).strip_suffix("---")?.len())
    };
    // The first line of a file whose front matter is never closed is no second one.
    let is_second = |at: &usize| reading.body.start as usize + at > 0;
    let start = LAYOUT.find_iter(body.as_bytes()).filter_map(fence).find(is_second)?;
    Some(Span::of(start..start + "---".len()).shifted(reading.body.start))
}

/// The way back of a post that is complete, and what stands behind it that is the end of another: the way back once more,
/// or its last bytes. Where a template shows the way back above the article too, no source link comes before it.
fn end_behind_the_end(settings: &Settings, reading: &Reading<'_>, source: Option<Span>) -> Option<(Span, Span)> {
    let is_way = |text: &str| settings.navigation.iter().any(|way| !way.text.contains('{') && way.text == text);
    let mut ways = reading.extraction.links.iter().filter(|link| is_way(&link.text)).map(|link| link.span);
    let first = ways.next()?;
    if let Some(second) = ways.next() {
        return source.is_some_and(|source| source.start < first.start).then_some((first, second));
    }
    let rest = Span::of(first.end as usize..reading.body.end as usize);
    let piece = rest.slice(reading.text).trim();
    let start = reading.body.end as usize - rest.slice(reading.text).trim_start().len();
    // One bracket may well close what stands before the link.
    let is_piece = piece.len() > 1 && first.slice(reading.text).ends_with(piece);
    is_piece.then(|| (first, Span::of(start..start + piece.len())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::check_with;
    use crate::rules::{Navigation, Template};

    fn settings() -> Settings {
        let way = |text: &str| Navigation { text: text.to_owned(), targets: vec!["/".to_owned()] };
        Settings {
            navigation: vec![way("返回首页"), way("返回{tag}")],
            source_links: vec![Template::around_id("http://a.example/{id}").unwrap()],
            ..Settings::default()
        }
    }

    #[test]
    fn a_tail_behind_the_end_is_a_second_post() {
        check_with(
            &MixedPost,
            &settings(),
            "
---
layout: post
---
<p>甲</p>

<http://a.example/1>

[返回甲](/c/a.html)｜[返回首页](/)
mple/2>

[返回乙](/c/b.html)｜[返回首页](/)
                     ^^^^^^^^^^^^^ DU005 goes on behind its end
//- _posts/2022-01-18-b.md
---
layout: post
---
<http://a.example/1>

[返回首页](/)
首页](/)
^^^^^^^^ DU005 goes on behind its end
",
        );
    }

    #[test]
    fn other_ends_are_whole() {
        check_with(
            &MixedPost,
            &settings(),
            "
---
layout: post
---
[返回首页](/)

<p>甲</p>

<http://a.example/1>

[返回甲](/c/a.html)｜[返回首页](/)
//- _posts/2022-01-18-b.md
---
layout: post
---
<http://a.example/1> ([返回首页](/))
//- _posts/2022-01-19-c.md
---
layout: post
---
<http://a.example/1>

[返回首页](/)

版权所有
",
        );
    }

    #[test]
    fn damaged_text_is_no_trouble() {
        let bytes = "---\nlayout: post\n---\n[返回首页](/)\n\u{0}页](/".as_bytes();
        for end in 0..bytes.len() {
            let cut = [&bytes[..end], b"\xff"].concat();
            crate::rules::testing::findings(&MixedPost, &settings(), "_posts/2022-01-17-a.md", &cut);
        }
    }
}
