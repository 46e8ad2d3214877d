//! A site that was built: its files beside the sources, as one archive.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::kinds::Role;
use crate::source::{SourceError, Walk, Walked, walk_built};

/// Rules that look at the links of sources, which are judged in the built pages instead; and the one that judges notes,
/// which would find those for such rules unused.
pub(super) const LEFT_OUT: [&str; 7] = ["NV001", "NV002", "NV003", "NV007", "NV008", "DU002", "PP001"];

/// Whether a rule judges what a built page holds: its links.
pub(super) fn judges_pages(code: &str) -> bool {
    code.starts_with("LK")
}

/// The files of a site that was built.
#[derive(Debug)]
pub(super) struct Site {
    /// The path that stands before each of its files in the archive.
    pub(super) folder: String,
    files: Vec<Arc<str>>,
}

/// Finds the files of a built site and takes them out of the sources, in case they lie among them.
///
/// Where the folder lies outside the archive, `walked` learns where its files are.
pub(super) fn walk(settings: &Walk, folder: &Path, walked: &mut Walked) -> Result<Site, SourceError> {
    let name = name_of(&settings.root, folder);
    let walk = Walk { root: folder.to_owned(), ..settings.clone() };
    let built = walk_built(&walk)?;
    walked.files.retain(|path| !lies_below(path, &name));
    let is_inside = settings.root.join(&name) == *folder;
    let files = built.files.iter().map(|path| {
        let shown: Arc<str> = format!("{name}/{path}").into();
        if !is_inside || built.odd_names.contains_key(path) {
            walked.odd_names.insert(Arc::clone(&shown), built.locate(folder, path));
        }
        shown
    });
    let files = files.collect();
    walked.notices.extend(built.notices);
    Ok(Site { folder: name, files })
}

/// The files of the sources and of the site in one list, with their roles.
pub(super) fn merged<'s>(
    (sources, roles): (&'s [Arc<str>], Vec<Role>),
    site: Option<&Site>,
) -> (Cow<'s, [Arc<str>]>, Vec<Role>) {
    let Some(site) = site else { return (sources.into(), roles) };
    let built = site.files.iter().map(|path| (Arc::clone(path), role(path)));
    let mut all: Vec<(Arc<str>, Role)> = sources.iter().cloned().zip(roles).chain(built).collect();
    all.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    let (files, roles): (Vec<_>, Vec<_>) = all.into_iter().unzip();
    (files.into(), roles)
}

fn role(path: &str) -> Role {
    let end = path.rsplit('.').next().unwrap_or_default();
    let is_page = ["html", "htm", "xhtml"].iter().any(|html| end.eq_ignore_ascii_case(html));
    if is_page { Role::Built } else { Role::Static }
}

fn lies_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// The folder as seen from the archive; as it was named, where it lies elsewhere.
fn name_of(root: &Path, folder: &Path) -> String {
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let inside = absolute(folder).strip_prefix(absolute(root)).map(PathBuf::from);
    let name = inside.unwrap_or_else(|_| folder.to_owned());
    let name = name.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
    name.trim_end_matches('/').to_owned()
}
