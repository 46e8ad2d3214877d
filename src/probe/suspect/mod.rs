//! Whether a page that answers well is what was linked.
//!
//! Many servers answer 200 with a page that says "not found", redirect what is gone to their home page, or belong to
//! somebody else by now. Everything here is pure: a page, an address or a list of addresses in, and a judgement with the
//! evidence for it out. It leans to "well": a page about error pages, a flash of one sentence and an application that its
//! scripts fill are nobody's error page, and what cannot be told is not suspected.
//!
//! The limits were set on one half of the pages in `tests/fixtures/pages` and are held to the other half by
//! `tests/judgement.rs`.

mod drift;
mod funnel;
mod login;
mod parked;
mod phrases;
mod redirect;
mod sibling;
mod title;
mod view;

use scraper::Html;
use url::Url;

pub use drift::{Claim, Drift};
pub use funnel::funnels;
pub(crate) use redirect::judge_redirect;
pub(crate) use sibling::{Answer, Shape, beside, compare};
pub(crate) use view::View;

use super::outcome::Reason;
use super::page;

/// A judgement that speaks against a page, and what led to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspicion {
    /// What kind of page it is taken for.
    pub reason: Reason,
    /// What was seen, as a fragment of a sentence.
    pub evidence: Box<str>,
}

impl Suspicion {
    fn new(reason: Reason, evidence: impl Into<Box<str>>) -> Self {
        Self { reason, evidence: evidence.into() }
    }
}

/// Judges a page, as it came, by its own words; `url` is where it came from.
pub fn judge_page(url: &str, content_type: Option<&str>, bytes: &[u8]) -> Option<Suspicion> {
    judge_view(&Url::parse(url).ok()?, &read(content_type, bytes))
}

/// Measures how much of a post a page, as it came, still shows; `None` where that cannot be told.
pub fn measure_drift(content_type: Option<&str>, bytes: &[u8], claim: &Claim) -> Option<Drift> {
    Drift::measure(&read(content_type, bytes), claim)
}

fn read(content_type: Option<&str>, bytes: &[u8]) -> View {
    View::of(&Html::parse_document(&page::decode(content_type, bytes)))
}

/// [`judge_page`] of a page that was read.
pub(crate) fn judge_view(url: &Url, view: &View) -> Option<Suspicion> {
    parked::judge(url, view).or_else(|| title::judge(view)).or_else(|| login::judge(view))
}

/// The beginning of a text that somebody else wrote, on one line, as evidence.
fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.retain(|letter| !letter.is_control());
    if line.chars().count() > LONGEST {
        line = line.chars().take(LONGEST - 1).chain(['…']).collect();
    }
    format!("“{line}”")
}
