//! HTML that `{::nomarkdown}` hands to the browser as it stands.

use std::borrow::Cow;

use crate::text::Span;

use super::buffer::Buffer;
use super::characters::{byte_at, part, skip_while};
use super::output::Print;
use super::printed::Values;

/// The attributes of a tag as a browser reads them.
struct Read<'e, 't> {
    tag: &'e html5gum::StartTag<usize>,
    buffer: &'e Buffer<'t>,
    /// The range of the buffer that is read.
    from: usize,
    to: usize,
}

impl<'t> Values<'t> for Read<'_, 't> {
    fn value(&self, name: &str) -> Option<(Cow<'t, str>, Span)> {
        let value = self.tag.attributes.get(name.as_bytes())?;
        // The value is decoded already, and what is printed is decoded once more.
        let text = String::from_utf8_lossy(value).replace('&', "&amp;");
        let html = part(self.buffer.text(), self.from, self.to);
        let (start, end) = value_in(html, value.span.start, value.span.end);
        Some((Cow::Owned(text), self.buffer.span(self.from + start, self.from + end)))
    }
}

/// Where the value stands in `name="value"`; the tokeniser's span takes in what follows a value without quotes.
fn value_in(html: &str, start: usize, end: usize) -> (usize, usize) {
    let end = end.min(html.len());
    let Some(at) = part(html, start, end).find('=') else { return (end, end) };
    let from = skip_while(html, start + at + 1, |byte| byte.is_ascii_whitespace());
    let quote = byte_at(html, from);
    if matches!(quote, b'"' | b'\'') {
        let inner = part(html, from + 1, html.len());
        let length = inner.find(char::from(quote)).unwrap_or(inner.len());
        return (from + 1, from + 1 + length);
    }
    (from, skip_while(html, from, |byte| !byte.is_ascii_whitespace() && byte != b'>').min(html.len()).max(from))
}

/// Takes the links and ids of a range of a buffer.
pub(super) fn read<'t>(print: &mut Print<'t>, buffer: &Buffer<'t>, from: usize, to: usize) {
    let html = part(buffer.text(), from, to);
    let mut emitter = html5gum::DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    let mut open = 0_usize;
    for token in html5gum::Tokenizer::new_with_emitter(html, emitter).flatten() {
        match token {
            html5gum::Token::StartTag(tag) => {
                let span = buffer.span(from + tag.span.start, (from + tag.span.end).min(to));
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                print.element(&name, &Read { tag: &tag, buffer, from, to }, span);
                open += usize::from(name == "a");
            }
            html5gum::Token::EndTag(tag) if tag.name.as_slice() == b"a" && open > 0 => {
                open -= 1;
                print.close_link();
            }
            html5gum::Token::String(text) => print.add_text(&String::from_utf8_lossy(&text.value)),
            _ => {}
        }
    }
    for _ in 0..open {
        print.close_link();
    }
}
