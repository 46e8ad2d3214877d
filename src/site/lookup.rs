//! What the server answers to a path.

use std::borrow::Cow;

use rayon::prelude::*;

use super::context::Item;
use super::intended::intended;
use super::map::SiteMap;
use super::{Served, Unpublished};
use crate::document::fragment_digest;

/// Ends of names of Markdown files, as Jekyll's `markdown_ext` has them.
const MARKDOWN: [&str; 5] = ["md", "markdown", "mkdown", "mkdn", "mkd"];

impl SiteMap<'_> {
    /// What a request for a path leads to.
    ///
    /// `path` is percent-decoded and counts from the site's root, `baseurl` taken off. The server's rules are those of
    /// GitHub Pages: `/x` finds `x.html`, `/folder` leads to `/folder/`, which is its `index.html`; case counts, and so
    /// does the Unicode normal form.
    pub fn lookup(&self, path: &str) -> Served {
        let path = path.strip_prefix('/').unwrap_or(path);
        if let Some(number) = candidates(path).find_map(|file| self.table.find(&file)) {
            return self.served_by(number);
        }
        if let Some(declared) = self.beyond.declared(path) {
            return Served::Generated(declared);
        }
        let document = candidates(path).find_map(|file| self.find_intended(&file));
        if let Some((document, reason)) = document {
            return Served::Unpublished(document, reason);
        }
        let possible = self.beyond.possible(path).map(Served::Unknown);
        possible.or_else(|| self.left_out(path)).unwrap_or(Served::Nothing)
    }

    /// The file that would be served at a path if nothing left it out, or that its page would be made of.
    fn left_out(&self, path: &str) -> Option<Served> {
        let files = &self.context.archive.files;
        let find = |file: &str| files.binary_search_by(|known| (**known).cmp(file)).ok().map(Served::LeftOut);
        candidates(path).find_map(|file| {
            let stem = file.strip_suffix(".html");
            let sources = stem.into_iter().flat_map(|stem| MARKDOWN.map(|end| format!("{stem}.{end}")));
            find(&file).or_else(|| sources.into_iter().find_map(|source| find(&source)))
        })
    }

    /// Remembers where documents that are not served would be.
    pub(super) fn learn_intended(&mut self) {
        let documents = 0..self.context.archive.documents.len();
        let digests = documents.into_par_iter().filter_map(|document| {
            // An archived post can be served as a page, and is missed at the address of a post all the same.
            let is_archived = self.is_archived(document);
            if !is_archived && self.served_number(document).is_some() {
                return None;
            }
            let item = Item::document(self.context.archive, document)?;
            let address = intended(&self.context, &item, is_archived)?;
            Some((fragment_digest(&address.destination), u32::try_from(document).ok()?))
        });
        let mut digests: Vec<_> = digests.collect();
        digests.par_sort_unstable();
        self.intended = digests;
    }

    fn find_intended(&self, file: &str) -> Option<(usize, Unpublished)> {
        let digest = fragment_digest(file);
        let at = self.intended.partition_point(|&(other, _)| other < digest);
        let &(found, document) = self.intended.get(at)?;
        let document = document as usize;
        let reason = if self.is_archived(document) { Unpublished::Archived } else { self.unpublished(document)? };
        (found == digest).then_some((document, reason))
    }
}

/// The files that GitHub Pages looks for when a path is asked for, in its order; all without a leading slash.
pub fn candidates(path: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let is_folder = path.is_empty() || path.ends_with('/');
    let exact = (!is_folder).then_some(Cow::Borrowed(path));
    let page = (!is_folder).then(|| Cow::Owned(format!("{path}.html")));
    let index = if is_folder { format!("{path}index.html") } else { format!("{path}/index.html") };
    exact.into_iter().chain(page).chain([Cow::Owned(index)])
}
