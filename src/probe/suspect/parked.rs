//! Domains that nobody uses any more, or that are for sale.
//!
//! No sign is enough by itself: a broker of domains says "for sale" too, and an article may name those who park them. Two
//! of different kinds are, on a page that says little.

use url::Url;

use super::phrases::{ADVERTISING, FOR_SALE, PARKERS, UNUSED};
use super::title::contains;
use super::view::{View, normal};
use super::{Suspicion, quoted};
use crate::probe::outcome::Reason;

/// A page that says more than this is not parked.
const MOST: usize = 240;
/// Signs that are enough.
const ENOUGH: usize = 2;

/// Judges a page by the signs of a parked domain; `url` is where it came from.
pub(super) fn judge(url: &Url, view: &View) -> Option<Suspicion> {
    if view.weight > MOST {
        return None;
    }
    let title = normal(&view.title);
    let body: String = view.blocks.iter().map(|block| normal(block)).collect();
    let says = |text: &str, lists: &[&[&str]]| {
        let phrase = lists.iter().copied().flatten().find(|phrase| contains(text, phrase))?;
        Some(format!("it says {}", quoted(phrase)))
    };
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    let signs: Vec<String> = [
        says(&title, &[FOR_SALE, UNUSED]),
        says(&body, &[FOR_SALE]),
        says(&body, &[UNUSED]),
        says(&view.text, &[ADVERTISING]),
        PARKERS.iter().find(|name| view.machinery.contains(**name)).map(|name| format!("it names {name}")),
        (host.contains('.') && title.starts_with(host)).then(|| format!("its title is {}", quoted(&view.title))),
    ]
    .into_iter()
    .flatten()
    .collect();
    (signs.len() >= ENOUGH).then(|| Suspicion::new(Reason::Parked, signs.join(", ")))
}
