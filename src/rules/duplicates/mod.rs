//! One article in two files, two articles in one.

mod duplicate_body;
mod duplicate_source;
mod duplicate_url;
mod mixed_post;
mod near_duplicate_body;
mod repeated;
mod same_id;

pub(crate) use duplicate_body::DuplicateBody;
pub(crate) use duplicate_source::DuplicateSource;
pub(crate) use duplicate_url::DuplicateUrl;
pub(crate) use mixed_post::MixedPost;
pub(crate) use near_duplicate_body::{ALIKE, COMMON, NearDuplicateBody};
pub(crate) use same_id::SameId;

use repeated::Repeated;

use crate::document::{Archive, Document};

/// The posts of which `key` may be that of another post too, in the order of their files' names: which of two is the
/// first does not change when one moves to an archive folder.
fn sharing(archive: &Archive, key: impl Fn((usize, &Document)) -> Option<u64>) -> Vec<&Document> {
    let posts = archive.documents.iter().enumerate().filter(|(_, document)| document.kind.is_post());
    let keys: Vec<(usize, u64)> = posts.filter_map(|post| Some((post.0, key(post)?))).collect();
    let repeated = Repeated::of(keys.len(), keys.iter().map(|(_, key)| *key));
    let shared = keys.into_iter().filter(|(_, key)| repeated.may_hold(*key));
    let posts = shared.filter_map(|(number, _)| archive.documents.get(number));
    let mut posts: Vec<(&str, &Document)> = posts.map(|document| (document.file_name(), document)).collect();
    posts.sort_by(|(name, post), (other_name, other)| name.cmp(other_name).then_with(|| post.path.cmp(&other.path)));
    posts.into_iter().map(|(_, post)| post).collect()
}
