//! Where a file that is not served would be if it were.

use super::article::{Address, Place, Reading};
use super::context::{Context, Item};
use super::data::Data;
use super::name::dated;
use super::page::{page_address, static_address};
use super::url::file_name;
use crate::document::{Field, Head};

/// The address that a file which is not served would have if it were.
pub(super) fn intended<'a>(context: &'a Context<'a>, item: &Item<'a>, is_archived: bool) -> Option<Address> {
    // Bytes that are not UTF-8 do not change where the mended file will be.
    let head = if item.head == Head::Undecodable { Head::Parsed } else { item.head };
    let item = Item { head, ..*item };
    let place = |relative_path| Place { relative_path, label: "posts", draft: false };
    if is_archived {
        let path = as_archived_post(context, item.path);
        let reading = Reading::new(context, &item, place(&path));
        return stable_address(&reading);
    }
    let relative_path = below_collections(context, item.path);
    if let Some((_, entry)) = item.path.rsplit_once("_posts/") {
        dated(context.settings.engine, entry)?;
        return stable_address(&Reading::new(context, &item, place(relative_path)));
    }
    if item.path.contains("_drafts/") {
        let reading = Reading::new(context, &item, Place { draft: true, ..place(relative_path) });
        return stable_address(&reading);
    }
    if head == Head::Missing {
        return Some(static_address(context, item.path));
    }
    let data = Data::asked(item.fields, context.archive, &context.defaults, item.path);
    page_address(context, item.path, data.get(Field::Permalink)).ok()
}

/// The path of a file below the folder that holds the collections.
pub(super) fn below_collections<'p>(context: &Context<'_>, path: &'p str) -> &'p str {
    let base = context.settings.collections_dir.as_str();
    let below = path.strip_prefix(base).and_then(|rest| rest.strip_prefix('/'));
    below.filter(|_| !base.is_empty()).unwrap_or(path)
}

/// The path that a file would have if the folder before `entry` were named `_posts`.
pub(super) fn as_post(path: &str, entry: usize) -> String {
    let folder = path.get(..entry.saturating_sub(1)).unwrap_or_default();
    let rest = path.get(entry..).unwrap_or_default();
    match folder.rsplit_once('/') {
        Some((above, _)) => [above, "/_posts/", rest].concat(),
        None => ["_posts/", rest].concat(),
    }
}

/// The path that an archived post had while it was published.
fn as_archived_post(context: &Context<'_>, path: &str) -> String {
    let inside = |folder: &&String| path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/'));
    match context.settings.archive_folders.iter().filter(inside).max_by_key(|folder| folder.len()) {
        Some(folder) => as_post(path, folder.len() + 1),
        None => ["_posts/", file_name(path)].concat(),
    }
}

/// The address of a document, unless it is made of the moment of the build.
fn stable_address(reading: &Reading<'_, '_>) -> Option<Address> {
    let (address, unstable) = reading.article().ok()?.address.ok()?;
    (!unstable).then_some(address)
}
