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
pub(crate) use near_duplicate_body::{ALIKE, COMMON, NearDuplicateBody};
pub(crate) use same_id::SameId;

use crate::document::{Archive, Document};

/// The posts in the order of their files' names: which of two is the first does not change when one moves to an archive
/// folder.
fn posts_by_name(archive: &Archive) -> impl Iterator<Item = &Document> {
    let posts = archive.documents.iter().filter(|document| document.kind.is_post());
    let mut posts: Vec<(&str, &Document)> = posts.map(|document| (document.file_name(), document)).collect();
    posts.sort_by(|(name, post), (other_name, other)| name.cmp(other_name).then_with(|| post.path.cmp(&other.path)));
    posts.into_iter().map(|(_, post)| post)
}
