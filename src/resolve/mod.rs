//! From a destination as written to what it leads to.

use std::sync::Arc;

use crate::site::Served;

/// What a link leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// An address of the site itself.
    Site {
        /// The path, percent-decoded, from the site's root (`baseurl` taken off), with its leading `/`.
        path: Arc<str>,
        /// The fragment, percent-decoded, if it names a place.
        fragment: Option<Arc<str>>,
        /// What the site serves there.
        served: Served,
    },
    /// An address of the web, as it will be asked for: absolute, without fragment.
    Web {
        /// The address.
        url: Arc<str>,
        /// The fragment, percent-decoded.
        fragment: Option<Arc<str>>,
    },
    /// `mailto:` and its address.
    Mail(Arc<str>),
    /// A scheme that nobody fetches: `tel:`, `data:`, `weixin:`, `sms:`.
    Other(Arc<str>),
    /// Nothing to click on: an empty destination.
    Empty,
    /// `javascript:`, `file:`, a host on a private network: why.
    Unsafe(&'static str),
    /// It does not parse as an address: the parser's words.
    Invalid(Arc<str>),
    /// Liquid that the source alone does not decide.
    Template,
}
