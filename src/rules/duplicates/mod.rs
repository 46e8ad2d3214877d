//! One article in two files, two articles in one.

mod duplicate_body;
mod duplicate_source;
mod duplicate_url;
mod mixed_post;
mod near_duplicate_body;
mod same_id;

pub(crate) use duplicate_body::DuplicateBody;
pub(crate) use duplicate_source::DuplicateSource;
pub(crate) use duplicate_url::DuplicateUrl;
pub(crate) use mixed_post::MixedPost;
pub(crate) use near_duplicate_body::NearDuplicateBody;
pub(crate) use same_id::SameId;
