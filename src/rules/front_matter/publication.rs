//! Whether Jekyll reads a file as a post at all, which decides what its faults do.

use crate::document::Kind;
use crate::facts::Reading;
use crate::finding::Effect;
use crate::front_matter::{self, Engine, post_name};
use crate::language::{Message, say};

/// Whether Jekyll reads the file as a post: an archived one is not in a posts folder, one without a date in its name
/// is skipped unread, and one whose bytes are not UTF-8 is dropped.
pub(super) fn is_built(reading: &Reading<'_>, engine: Engine) -> bool {
    reading.kind == Kind::Post && reading.invalid.is_empty() && is_read(&reading.path, engine)
}

/// Whether Jekyll takes a path in a posts folder for that of a post.
fn is_read(path: &str, engine: Engine) -> bool {
    post_name::read(path, engine).is_some() && post_name::skipped_part(path).is_none()
}

/// Whether a page is served as it is, because Jekyll does not see its front matter; FM001 says so.
pub(super) fn is_static(reading: &Reading<'_>) -> bool {
    reading.kind == Kind::Page && !front_matter::is_page(reading.text.as_bytes())
}

/// The effect of a fault of a post: what Jekyll does, or, where Jekyll does not read the post, nothing but the risk
/// that it will one day.
pub(super) fn effect(reading: &Reading<'_>, engine: Engine, effect: Effect) -> Effect {
    if is_built(reading, engine) { effect } else { effect.max(Effect::DataSuspect) }
}

/// A sentence for posts that Jekyll does not read, to follow what it would do.
pub(super) fn unless_unread(reading: &Reading<'_>, engine: Engine) -> Message {
    match reading.kind {
        Kind::Archived => say!(" once the post is back in a posts folder"),
        Kind::Draft => say!(" once the draft is published"),
        Kind::Post if !reading.invalid.is_empty() => say!(" once its bytes are UTF-8"),
        Kind::Post if !is_read(&reading.path, engine) => say!(" once the file has a post's name"),
        Kind::Post | Kind::Page => Message::nothing(),
    }
}
