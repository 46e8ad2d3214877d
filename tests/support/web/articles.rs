//! The titles of the sample archive's posts, by the code in their source link.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

/// What the news service holds.
#[derive(Debug, Default)]
pub(super) struct Articles(BTreeMap<String, Vec<String>>);

impl Articles {
    /// Reads the posts of an archive.
    pub(super) fn read(archive: &Path) -> io::Result<Self> {
        let mut articles = Self::default();
        for folder in ["_posts", "old_post"] {
            for entry in fs::read_dir(archive.join(folder))? {
                articles.add(&String::from_utf8_lossy(&fs::read(entry?.path())?));
            }
        }
        Ok(articles)
    }

    /// The titles of the posts that name a code as their source.
    pub(super) fn titles(&self, code: &str) -> &[String] {
        self.0.get(code).map_or(&[], Vec::as_slice)
    }

    fn add(&mut self, text: &str) {
        let title = text.lines().find_map(|line| line.strip_prefix("title:")).unwrap_or("无题");
        let title = title.trim().trim_matches('"').to_owned();
        for rest in text.split("infoCode=").skip(1) {
            let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(rest.len());
            let code = rest.get(..end).unwrap_or_default().to_owned();
            self.0.entry(code).or_default().push(title.clone());
        }
    }
}
