//! Generated posts in memory.

use super::generator::{Settings, files};

/// The first `count` posts of a healthy archive.
pub(crate) fn texts(count: usize) -> Vec<String> {
    let files = files(Settings { posts: count, seed: 1, damage: 0 });
    files.filter(|file| file.path.contains("_post")).filter_map(|file| String::from_utf8(file.bytes).ok()).collect()
}

/// Their bytes.
pub(crate) fn size(posts: &[String]) -> usize {
    posts.iter().map(String::len).sum()
}
