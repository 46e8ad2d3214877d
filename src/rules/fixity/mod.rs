//! The archive against its seal.

mod altered_post;
mod missing_post;
mod unsealed_post;

pub(crate) use altered_post::AlteredPost;
pub(crate) use missing_post::MissingPost;
pub(crate) use unsealed_post::UnsealedPost;

#[cfg(test)]
mod testing;
