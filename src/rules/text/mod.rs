//! Rules about text: bytes, characters, and whether the post is whole.

mod byte_order_mark;
mod conflict_marker;
mod control_character;
mod empty_body;
mod invalid_utf8;
mod mojibake;
mod replacement_character;
mod truncated_post;

mod topic;

pub(crate) use byte_order_mark::ByteOrderMark;
pub(crate) use conflict_marker::ConflictMarker;
pub(crate) use control_character::ControlCharacter;
pub(crate) use empty_body::EmptyBody;
pub(crate) use invalid_utf8::InvalidUtf8;
pub(crate) use mojibake::Mojibake;
pub(crate) use replacement_character::ReplacementCharacter;
pub(crate) use truncated_post::TruncatedPost;
