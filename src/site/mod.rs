//! Jekyll without Jekyll: every address that the site will serve, known from the source alone.

use std::sync::Arc;

/// What a request for an address of the site leads to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Served {
    /// The page of a document: its index in [`crate::document::Archive::documents`].
    Document(usize),
    /// A static file: its index in [`crate::document::Archive::files`].
    File(usize),
    /// A page that a plugin or the theme makes: `jekyll-feed`, `redirect_from of a.md`.
    Generated(Arc<str>),
    /// Nothing, but a document exists that would be there if it were published: its index, and why it is not.
    Unpublished(usize, Unpublished),
    /// A plugin or theme that the source does not show may serve it: which.
    Unknown(Arc<str>),
    /// Nothing.
    Nothing,
}

/// Why a document has no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unpublished {
    /// It was moved to an archive folder.
    Archived,
    /// It is a draft.
    Draft,
    /// Its date has not come.
    Future,
    /// `published: false`.
    Switched,
    /// A file in `_posts` whose name is not `YYYY-MM-DD-slug.ext`.
    Misnamed,
    /// It is not UTF-8.
    Undecodable,
    /// `_config.yml` or a rule of Jekyll's leaves it out.
    Excluded,
}
