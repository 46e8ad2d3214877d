//! Makes Liquid harmless for the parser of what it is written in.
//!
//! Jekyll runs Liquid before Markdown. What the tags give is not known here, so they become letters: an address with
//! `{{ … }}` in it is one address, whatever quotes and spaces are between the braces. What Liquid takes away becomes
//! space, or letters where space in front of text would change what the text is.

use super::{Liquid, PieceKind};

/// The text with its Liquid made harmless, equally long; `None` if there is none.
pub(crate) fn mask(text: &str, liquid: &Liquid<'_>) -> Option<String> {
    if liquid.pieces.is_empty() {
        return None;
    }
    let mut masked = String::with_capacity(text.len());
    let mut copied = 0;
    for piece in &liquid.pieces {
        let range = piece.span.range();
        masked.push_str(text.get(copied..range.start).unwrap_or_default());
        let starts_line = masked.bytes().rev().find(|&byte| byte != b' ').is_none_or(|byte| byte == b'\n');
        let ends_line = text.get(range.end..).is_some_and(|rest| {
            rest.trim_start_matches([' ', '\r']).starts_with('\n') || rest.trim_start_matches(' ').is_empty()
        });
        let is_alone = starts_line && ends_line && piece.kind != PieceKind::Output;
        masked.extend(std::iter::repeat_n(if is_alone { ' ' } else { 'x' }, range.len()));
        copied = range.end;
    }
    masked.push_str(text.get(copied..).unwrap_or_default());
    Some(masked)
}
