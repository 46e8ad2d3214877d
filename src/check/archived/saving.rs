//! Handing source links over to a web archive, newest post first, and remembering what became of each.

use jiff::Timestamp;

use super::{Copy, Wanted, moment, spelling};
use crate::check::Settings;
use crate::probe::{self, ArchiveError, Cancel, Page, Saving};
use crate::store::{Handed, State, StateError};

/// What became of the pages that were handed over.
#[derive(Debug, Default)]
pub struct Saved {
    /// Saved.
    pub saved: usize,
    /// Under way; the next run asks after them.
    pub pending: usize,
    /// Not saved: the address and why.
    pub refused: Vec<(String, String)>,
    /// Why it ended early.
    pub trouble: Option<ArchiveError>,
}

/// Hands over at most `limit` source links of which no copy is known, and asks after those of earlier runs.
pub fn save(
    settings: &Settings,
    (wanted, state): (&mut [Wanted], &mut State),
    limit: usize,
    cancel: &Cancel,
) -> Result<Saved, StateError> {
    let mut pages: Vec<(usize, Page)> = Vec::new();
    for (number, one) in wanted.iter().enumerate().filter(|(_, one)| one.is_source) {
        let has_copy = one.held.as_ref().is_some_and(|held| held.copy.is_some());
        let handed = state.handed(&one.url)?;
        let job = match handed.as_ref().map(|handed| handed.state.as_str()) {
            Some("never" | "saved") => continue,
            Some("pending") => handed.and_then(|handed| handed.job),
            _ if has_copy => continue,
            _ => None,
        };
        pages.push((number, Page { url: one.url.clone(), job }));
    }
    // What was handed over before comes first, then the newest posts: what is new is most likely still there.
    let date = |number: usize| wanted.get(number).and_then(|one| one.date);
    pages.sort_by(|(a, x), (b, y)| (x.job.is_none(), date(*b), a).cmp(&(y.job.is_none(), date(*a), b)));
    pages.truncate(limit);
    let (numbers, pages): (Vec<usize>, Vec<Page>) = pages.into_iter().unzip();
    let mut saved = Saved::default();
    let mut broken = None;
    let cancel_here = cancel.clone();
    let ended = probe::save_pages(&settings.archive, &settings.probe, cancel, &pages, &mut |index, saving| {
        let Some(one) = numbers.get(index).and_then(|number| wanted.get(*number)) else { return };
        if let Err(trouble) = note(settings, (one, state), saving, &mut saved) {
            broken = Some(trouble);
            cancel_here.cancel();
        }
    });
    saved.trouble = ended.err();
    broken.map_or(Ok(saved), Err)
}

fn note(
    settings: &Settings,
    (one, state): (&Wanted, &mut State),
    saving: Saving,
    saved: &mut Saved,
) -> Result<(), StateError> {
    let at: Timestamp = (settings.clock)();
    let (name, job, words) = match saving {
        Saving::Pending(job) => {
            // It is told twice of one that is still pending at the end.
            if state.handed(&one.url)?.is_none_or(|handed| handed.job.as_deref() != Some(job.as_str())) {
                saved.pending += 1;
            }
            ("pending", Some(job), None)
        }
        Saving::Saved { timestamp, original } => {
            saved.saved += 1;
            saved.pending = saved.pending.saturating_sub(1);
            let copy = moment(&timestamp).zip(spelling(&original));
            let copy = copy.map(|(taken_at, original)| Copy { taken_at, original: original.into() });
            if copy.is_some() {
                state.enter_held((&one.url, None), &[(one.url.as_str(), copy)], at)?;
            }
            ("saved", None, None)
        }
        Saving::Later(words) | Saving::Enough(words) => ("later", None, Some(words)),
        Saving::Never(words) => ("never", None, Some(words)),
    };
    if let Some(words) = &words {
        saved.refused.push((one.url.clone(), words.clone()));
    }
    state.hand(&one.url, &Handed { state: name.to_owned(), job, words, asked_at: at })
}
