//! Jekyll without Jekyll: every address that the site will serve, known from the source alone.
//!
//! [`Settings`] is what `_config.yml` says, [`SiteMap`] what follows from it and from the archive: which file becomes
//! which address, which post is not published and why, which file stops the build, which addresses collide.
//! The rules are those of Jekyll 4 and of 3.10 as GitHub Pages runs it. Nothing is rendered here, no file is read,
//! and what a theme or an unknown plugin adds is said to be unknown, not guessed.

mod config_value;
mod engine;
mod from_config;
mod sections;
mod settings;

mod defaults;
mod entry;
mod fnmatch;
mod moment;
mod name;
mod plugins;
mod slug;
mod template;
mod url;

mod abort;
mod article;
mod context;
mod data;
mod intended;
mod judge;
mod page;

mod beyond;
mod built;
mod claims;
mod collisions;
mod generated;
mod listing;
mod lookup;
mod map;
mod readme;
mod relative_links;
mod table;
mod variables;

use std::sync::Arc;

use crate::language::{Message, say};

pub use crate::front_matter::Engine;
pub use abort::Abort;
pub use collisions::{Collision, CollisionKind, ServedAddress};
pub use config_value::ConfigValue;
pub use engine::{BuildFiles, found_engine};
pub use entry::published_paths;
pub use from_config::ConfigProblem;
pub use lookup::candidates;
pub use map::SiteMap;
pub use relative_links::named_source;
pub use settings::{Archives, Collection, DefaultSet, Feed, Promotion, Settings};
pub use slug::{Case, SlugMode, lowercase, slugify, titleize};

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
    /// Nothing, but a file of the source lies there that Jekyll's rules or `exclude` leave out: its index in
    /// [`crate::document::Archive::files`].
    LeftOut(usize),
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

impl Unpublished {
    /// The same as a clause that a document stands before: "it is a draft".
    pub fn message(self) -> Message {
        match self {
            Self::Archived => say!("it is in an archive folder"),
            Self::Draft => say!("it is a draft"),
            Self::Future => say!("its date has not come"),
            Self::Switched => say!("it says `published: false`"),
            Self::Misnamed => say!("its name is not YYYY-MM-DD-slug.ext"),
            Self::Undecodable => say!("it is not UTF-8"),
            Self::Excluded => say!("`_config.yml` or a rule of Jekyll's leaves it out"),
        }
    }
}
