//! From destinations as written to what they lead to.
//!
//! A destination that does not depend on the page it stands on is resolved once for the whole archive, however many
//! posts name it; relative ones are resolved against the address that their page will have.
//! Nothing is asked of the network here.

mod destination;
mod links;
mod table;
mod template;

use std::sync::Arc;

pub use destination::{Base, Place, Resolver};
pub use links::{Address, Questions, Ranks, Resolved, is_rewritten, resolve};
pub use template::Name;

use crate::site::Served;

/// An address of the site itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnSite {
    /// The path from the site's root, percent-decoded, with its leading `/` and without `baseurl`.
    pub path: Arc<str>,
    /// The fragment, percent-decoded, if there is one.
    pub fragment: Option<Arc<str>>,
    /// What the site serves there.
    pub served: Served,
}

/// What a link leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target<'r> {
    /// An address of the site itself.
    Site(&'r OnSite),
    /// An address of the web.
    Web {
        /// Its index in [`Resolved::addresses`].
        address: u32,
        /// The fragment, percent-decoded, if there is one.
        fragment: Option<&'r Arc<str>>,
    },
    /// What follows `mailto:`.
    Mail(&'r str),
    /// A scheme that nobody fetches: `tel:`, `data:`, `weixin:`.
    Other,
    /// Nothing to click on: an empty destination.
    Empty,
    /// A scheme that must not be in an archive: `javascript:`, `vbscript:`, `file:`.
    Unsafe,
    /// It does not parse as an address: the parser's words.
    Invalid(&'static str),
    /// Liquid that the source alone does not decide.
    Template,
}

impl Target<'_> {
    /// Whether it is what most links lead to: an address of the web, or a page or file of the site, and no place in it.
    pub fn is_plain(self) -> bool {
        match self {
            Self::Web { fragment, .. } => fragment.is_none(),
            Self::Site(site) => {
                let is_served = matches!(site.served, Served::Document(_) | Served::File(_) | Served::Generated(_));
                site.fragment.is_none() && is_served
            }
            _ => false,
        }
    }
}
