//! Pages that say that there is nothing.
//!
//! Three things speak for it: the title, what the text says, and that it says little else. None is enough: an essay may be
//! called "Error", an article may be about error pages, and a flash of news may be one sentence long.

use super::phrases::{ERROR_TITLES, GENERIC_TITLES, GONE, QUOTES, SEARCHES};
use super::view::{View, normal, weight};
use super::{Suspicion, quoted};
use crate::probe::outcome::Reason;

/// The weight of text up to which a page says little, by what else speaks for an error page.
const WITH_TITLE: usize = 260;
const WITH_TITLE_AND_PHRASE: usize = 700;
const WITH_GENERIC_TITLE: usize = 420;
const WITH_PHRASE: usize = 180;
/// A heading is no longer.
const HEADING: usize = 24;
/// Without a title that says so, the phrase comes after no more than this.
const BEFORE_PHRASE: usize = 24;
/// A page whose title is a bare number, and that says no more than this.
const NUMBER_ALONE: usize = 60;

/// What a title says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Title {
    Other,
    Generic,
    Error,
}

/// Judges a page by its title and text.
pub(super) fn judge(view: &View) -> Option<Suspicion> {
    let heading =
        view.blocks.first().filter(|block| weight(block) <= HEADING).map_or(Title::Other, |block| classify(block));
    let title = classify(&view.title).max(heading);
    let is_number = is_number(&view.title) || view.blocks.first().is_some_and(|block| is_number(block));
    let phrase = view.blocks.iter().find(|block| says_gone(block));
    let is_error = match (title, phrase) {
        (Title::Error, Some(_)) => view.weight <= WITH_TITLE_AND_PHRASE,
        (Title::Error, None) => view.weight <= WITH_TITLE,
        (Title::Generic, Some(_)) => view.weight <= WITH_GENERIC_TITLE,
        (Title::Generic, None) => is_number && view.weight <= NUMBER_ALONE && !view.is_shell(),
        (Title::Other, Some(_)) => view.weight <= WITH_PHRASE && begins_so(view),
        (Title::Other, None) => false,
    };
    let evidence = match (title, phrase) {
        (Title::Other, Some(phrase)) => format!("the page says {}", quoted(phrase)),
        (_, Some(phrase)) => format!("its title is {} and it says {}", quoted(&view.title), quoted(phrase)),
        (_, None) => format!("its title is {} and it says little else", quoted(&view.title)),
    };
    is_error.then(|| Suspicion::new(Reason::Soft404, evidence))
}

/// The parts of a title: a site puts its name behind or before the page's own.
fn parts(title: &str) -> impl Iterator<Item = String> {
    let split = title.split(['_', '|', '｜', '–', '—', '·', '•', '»', '>', '-', '：']);
    split
        .map(normal)
        .map(|part| part.trim_matches(['.', '…', '!', '！', '。', ':']).to_owned())
        .filter(|part| !part.is_empty())
}

fn classify(title: &str) -> Title {
    let is_search = parts(title).any(|part| SEARCHES.iter().any(|word| part.contains(word)));
    let of_part = |part: String| {
        let is = |list: &[&str]| list.iter().any(|phrase| *phrase == part);
        // A title that is little more than the phrase: "抱歉，您访问的页面不存在".
        let near = || GONE.iter().any(|phrase| contains(&part, phrase) && weight(&part) <= weight(phrase) + 16);
        if is(ERROR_TITLES) || near() {
            Title::Error
        } else if is(GENERIC_TITLES) {
            Title::Generic
        } else {
            Title::Other
        }
    };
    let title = parts(title).map(of_part).max().unwrap_or(Title::Other);
    // What was looked for stands in the title of a page of results.
    if title == Title::Error && is_search { Title::Generic } else { title }
}

/// Whether a part of a title is the number of the error.
fn is_number(title: &str) -> bool {
    parts(title).any(|part| part == "404" || part == "410")
}

/// Whether the page's first words say that it is gone: news tell of a page that was taken down at their end.
fn begins_so(view: &View) -> bool {
    let first: String = view.blocks.iter().take(2).map(|block| normal(block)).collect();
    let before = |phrase: &&str| first.find(*phrase).and_then(|at| first.get(..at)).map(weight);
    GONE.iter().filter_map(before).min().is_some_and(|before| before <= BEFORE_PHRASE)
}

/// Whether a block says that the page is gone, in its own words and not in quotation marks.
fn says_gone(block: &str) -> bool {
    let text = normal(block);
    GONE.iter().any(|phrase| contains(&text, phrase))
}

/// Whether a text has a phrase outside of quotation marks: what is quoted is talked about.
pub(super) fn contains(text: &str, phrase: &str) -> bool {
    text.match_indices(phrase).any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default();
        let is_within = |(open, close): &(char, char)| {
            let (opened, closed) = (before.matches(*open).count(), before.matches(*close).count());
            if open == close { opened % 2 == 1 } else { opened > closed }
        };
        !QUOTES.iter().any(is_within)
    })
}
