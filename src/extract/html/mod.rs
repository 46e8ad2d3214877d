//! Links in HTML, in a file of it or in the pieces that Markdown leaves alone.
//!
//! The tokeniser is our own: the values of attributes have to be known to the byte, and most of an archive is
//! `<p>` with nothing to see, which should cost no more than finding the next `<`.
//! It builds no tree; what a browser's tree builder would move elsewhere is read where it stands.

pub(crate) mod character_reference;
#[cfg(test)]
mod differential;
mod elements;
mod refresh;
mod srcset;
pub(crate) mod tokens;

use std::borrow::Cow;

use super::collector::Collector;
use super::source::{Chunk, Source};
use elements::Tag;
use tokens::{Mode, Token, Tokens};

/// What HTML leaves open at the end of one piece for the next.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct State {
    mode: Mode,
}

impl State {
    /// Whether the reader sees what Markdown renders here: not inside a comment or the text of a `<script>`.
    pub(crate) fn is_visible(self) -> bool {
        self.mode == Mode::Data
    }
}

/// Takes the links of an HTML file.
pub(crate) fn extract<'t>(source: Source<'t, '_>, collector: &mut Collector<'t>) {
    read(&Chunk::new(source, source.body.range()), &mut State::default(), collector);
}

/// Takes the links of a piece of HTML.
pub(crate) fn read<'t>(chunk: &Chunk<'t, '_>, state: &mut State, collector: &mut Collector<'t>) {
    let seen = chunk.seen();
    let mut tokens = Tokens::resume(seen, state.mode);
    loop {
        if !collector.wants_text() {
            tokens.pass_paragraphs();
        }
        let Some(token) = tokens.next() else { break };
        match token {
            Token::Text(range) => {
                if collector.wants_text() {
                    collector.text(elements::text(chunk, &range));
                }
            }
            Token::Start { name, span } => {
                let name = seen.get(name).unwrap_or_default();
                if tokens.attributes().is_empty() {
                    start_bare(name, collector);
                } else {
                    elements::collect(&Tag::new(chunk, name, span, tokens.attributes()), collector);
                }
            }
            Token::End { name, span } => {
                if seen.get(name).is_some_and(|name| name.eq_ignore_ascii_case("a")) {
                    collector.close_anchor(Some(elements::span(chunk, &span).end));
                }
            }
        }
    }
    state.mode = tokens.mode();
}

/// A start tag without attributes has no links, but it can end one or part words of its text.
fn start_bare(name: &str, collector: &mut Collector<'_>) {
    if name.eq_ignore_ascii_case("a") {
        collector.close_anchor(None);
    } else if name.eq_ignore_ascii_case("br") && collector.wants_text() {
        collector.text(Cow::Borrowed(" "));
    }
}
