//! The map of a site that was built: its files are its addresses, whatever built it.

use std::borrow::Cow;

use jiff::Timestamp;

use super::article::Address;
use super::beyond::Beyond;
use super::context::Item;
use super::judge::Verdict;
use super::map::SiteMap;
use super::settings::Settings;
use super::table::Stage;
use super::url::escape_path;
use crate::document::Archive;
use crate::front_matter::Engine;

impl<'a> SiteMap<'a> {
    /// Maps a site from what its generator wrote: the documents and files of the archive that lie below `folder`.
    ///
    /// Nothing is known of what is not there: a theme or plugin has written its files, or serves none.
    pub fn of_built(settings: &'a Settings, archive: &'a Archive, folder: &str, now: Timestamp) -> Self {
        let mut map = Self::empty(settings, archive, now);
        map.beyond = Beyond::declared_only(settings);
        let (documents, files) = (archive.documents.len(), archive.files.len());
        let items = (0..documents).map(|at| Item::document(archive, at));
        let items = items.chain((0..files).map(|at| Item::file(archive, at)));
        for item in items.flatten() {
            let below = item.path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/'));
            let made = below.map(|path| (address_of(path), Stage::Static)).into_iter().collect();
            map.place(item.source, Verdict { made, ..Verdict::default() });
        }
        map.settle_shared();
        map.table.shrink();
        map
    }
}

/// The address of a file: that of its folder, where it is the folder's index.
fn address_of(path: &str) -> Address {
    let kept = path.strip_suffix("index.html").filter(|folder| folder.is_empty() || folder.ends_with('/'));
    let url: Cow<'_, str> = escape_path(Engine::Jekyll4, kept.unwrap_or(path));
    Address { url: format!("/{url}"), destination: path.to_owned() }
}
