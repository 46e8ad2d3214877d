//! Which addresses of an archive a web archive holds: asked by the beginnings of addresses, remembered in the state file.
//!
//! What each answer tells is entered at once, with the key to go on with, so that a run that ends early costs nothing.
//! That there is no copy is only said of a place that was answered to its end.

mod place;
mod saving;

use std::collections::{BTreeMap, HashMap, VecDeque};

use foldhash::fast::RandomState;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp, civil};
use url::Url;

use super::{Settings, Survey, resolve_links};
use crate::document::{Date, Document};
use crate::event::{Event, Observer, Stage};
use crate::probe::{self, Answer, ArchiveError, Cancel, Next, Question, Row, Told, Verdict, surt};
use crate::resolve::Target;
use crate::store::{Copy, Held, State, StateError, Sweep};

use place::{Place, parts, places};
pub use saving::{Saved, save};

/// An address of which a copy is wanted.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The address.
    pub url: String,
    /// The day of the first post that names it.
    pub date: Option<Timestamp>,
    /// What is known of it by the web's own word.
    pub verdict: Option<Verdict>,
    /// Whether it is a source link of a post.
    pub is_source: bool,
    /// What a web archive holds of it, as far as it was asked.
    pub held: Option<Held>,
}

/// Every address of an archive that may be asked, sorted, with what the state file knows of it.
pub fn wanted(settings: &Settings, survey: &Survey, state: &State) -> Result<Vec<Wanted>, StateError> {
    let archive = survey.archive();
    let map = survey.map(settings);
    let resolved = resolve_links(settings, (&survey.site, &map), archive);
    let mut dates: BTreeMap<u32, Option<Timestamp>> = BTreeMap::new();
    for (number, document) in archive.documents.iter().enumerate().filter(|(_, document)| document.kind.is_post()) {
        let date = date_of(document);
        for index in 0..document.links.len() {
            if let Some(Target::Web { address, .. }) = resolved.target(archive, number, index) {
                let known = dates.entry(address).or_insert(date);
                *known = (*known).into_iter().chain(date).min();
            }
        }
    }
    let url = |address: &u32| resolved.url(&archive.strings, *address);
    let mut found: Vec<Wanted> = Vec::new();
    for (address, date) in dates.iter().filter(|(address, _)| !settings.exclude.is_match(url(address))) {
        let url = url(address).to_owned();
        let is_source = settings.rules.source_links.iter().any(|pattern| pattern.id_in(&url).is_some());
        found.push(Wanted { held: state.held(&url)?, url, date: *date, verdict: None, is_source });
    }
    found.sort_by(|a, b| a.url.cmp(&b.url));
    let urls: Vec<&str> = found.iter().map(|wanted| wanted.url.as_str()).collect();
    let memories = state.recall(&urls)?;
    for (wanted, memory) in found.iter_mut().zip(memories) {
        wanted.verdict = memory.map(|memory| memory.outcome.verdict);
    }
    Ok(found)
}

/// The moment of a post: its date, or the day in its file's name.
fn date_of(document: &Document) -> Option<Timestamp> {
    match document.fields.date {
        Date::Instant(seconds) | Date::Local(seconds) => Timestamp::from_second(seconds).ok(),
        Date::Absent | Date::Invalid => {
            let day: civil::Date = document.file_name().get(..10)?.parse().ok()?;
            Offset::UTC.to_timestamp(day.to_datetime(civil::Time::midnight())).ok()
        }
    }
}

/// How an asking went.
#[derive(Debug, Default)]
pub struct Swept {
    /// Questions that were answered.
    pub questions: usize,
    /// Sentences about what could not be learnt.
    pub notices: Vec<String>,
    /// Why it ended early.
    pub trouble: Option<ArchiveError>,
}

/// Asks a web archive for copies of the addresses that are due, and enters what it says in them and in the state file.
pub fn sweep(
    settings: &Settings,
    (wanted, state): (&mut [Wanted], &mut State),
    is_due: &dyn Fn(&Wanted) -> bool,
    (observer, cancel): (&dyn Observer, &Cancel),
) -> Result<Swept, StateError> {
    let mut keys: HashMap<String, Vec<usize>, RandomState> = HashMap::default();
    for (number, one) in wanted.iter().enumerate().filter(|(_, one)| is_due(one)) {
        if let Some(key) = surt(&one.url) {
            keys.entry(key).or_default().push(number);
        }
    }
    let due = wanted.iter().enumerate().filter(|(_, one)| is_due(one));
    let due: Vec<(usize, &str)> = due.map(|(number, one)| (number, one.url.as_str())).collect();
    observer.observe(&Event::Begin { stage: Stage::Fetch, total: Some(due.len() as u64) });
    let queue = places(due.into_iter()).into();
    let now = (settings.clock)();
    let mut work = Work { wanted, keys, queue, under_way: None, now, swept: Swept::default(), observer };
    let mut broken = None;
    let ended = probe::ask_archive(&settings.archive, &settings.probe, cancel, &mut |answer| {
        work.next(state, answer).unwrap_or_else(|trouble| {
            broken = Some(trouble);
            None
        })
    });
    observer.observe(&Event::End { stage: Stage::Fetch });
    let mut swept = work.swept;
    swept.trouble = ended.err();
    broken.map_or(Ok(swept), Err)
}

/// The place that is being asked about.
struct UnderWay {
    place: Place,
    begun_at: Timestamp,
    answers: usize,
    best: BTreeMap<usize, Copy>,
}

struct Work<'w, 'o> {
    wanted: &'w mut [Wanted],
    keys: HashMap<String, Vec<usize>, RandomState>,
    queue: VecDeque<Place>,
    under_way: Option<UnderWay>,
    now: Timestamp,
    swept: Swept,
    observer: &'o dyn Observer,
}

impl Work<'_, '_> {
    /// Takes an answer and names the next question.
    fn next(&mut self, state: &mut State, answer: Told) -> Result<Next, StateError> {
        match (answer, self.under_way.take()) {
            (Some(Ok(answer)), Some(under_way)) => {
                if let Some(more) = self.take(state, under_way, answer)? {
                    return Ok(Some(more));
                }
            }
            (Some(Err(words)), Some(under_way)) => {
                self.swept.notices.push(format!("{}: {words}", under_way.place.question.place));
            }
            _ => {}
        }
        let Some(place) = self.queue.pop_front() else { return Ok(None) };
        let sweep = state.sweep(&key_of(&place.question))?;
        // What an earlier run learnt of a place counts for a day.
        let sweep = sweep.filter(|sweep| self.now.duration_since(sweep.begun_at) < SignedDuration::from_hours(24));
        let (begun_at, resume) = sweep.map_or((self.now, None), |sweep| (sweep.begun_at, Some(sweep.resume)));
        let question = place.question.clone();
        self.under_way = Some(UnderWay { place, begun_at, answers: 0, best: BTreeMap::new() });
        Ok(Some((question, resume)))
    }

    /// Takes an answer about a place; gives the next question about it, if there is one.
    fn take(&mut self, state: &mut State, mut under_way: UnderWay, answer: Answer) -> Result<Next, StateError> {
        self.swept.questions += 1;
        under_way.answers += 1;
        for row in &answer.rows {
            self.weigh(&mut under_way.best, row);
        }
        let is_left = under_way.answers >= under_way.place.patience();
        let is_done = answer.resume.is_none();
        let mut found: BTreeMap<usize, Option<Copy>> =
            under_way.best.iter().map(|(number, copy)| (*number, Some(copy.clone()))).collect();
        let rest = self.not_found(state, &under_way, &found)?;
        if is_done {
            found.extend(rest.iter().map(|number| (*number, None)));
            self.observer.observe(&Event::Advance { stage: Stage::Fetch, count: under_way.place.wanted.len() as u64 });
        }
        let sweep = answer.resume.filter(|_| !is_left);
        let sweep = sweep.map(|resume| Sweep { begun_at: under_way.begun_at, resume });
        self.enter(state, (&key_of(&under_way.place.question), sweep.as_ref()), found)?;
        if let Some(Sweep { resume, .. }) = sweep {
            let question = under_way.place.question.clone();
            self.under_way = Some(under_way);
            return Ok(Some((question, Some(resume))));
        }
        if !is_done {
            let rest = rest.iter().filter_map(|number| Some((*number, self.wanted.get(*number)?.url.as_str())));
            for part in parts(&under_way.place, rest.collect()).into_iter().rev() {
                self.queue.push_front(part);
            }
        }
        Ok(None)
    }

    /// Keeps a copy if it is of an address that is wanted, and nearer to its day than what is known.
    fn weigh(&self, best: &mut BTreeMap<usize, Copy>, row: &Row) {
        let Some(numbers) = surt(&row.original).and_then(|key| self.keys.get(&key)) else { return };
        let Some(taken_at) = moment(&row.timestamp) else { return };
        let Some(original) = spelling(&row.original) else { return };
        for number in numbers {
            let day = self.wanted.get(*number).and_then(|wanted| wanted.date).unwrap_or(Timestamp::UNIX_EPOCH);
            let distance = |taken: Timestamp| taken.duration_since(day).abs();
            if best.get(number).is_none_or(|known| distance(taken_at) < distance(known.taken_at)) {
                best.insert(*number, Copy { taken_at, original: original.as_str().into() });
            }
        }
    }

    /// The addresses of a place of which neither this run nor the one that it goes on from has found a copy.
    fn not_found(
        &self,
        state: &State,
        under_way: &UnderWay,
        found: &BTreeMap<usize, Option<Copy>>,
    ) -> Result<Vec<usize>, StateError> {
        let mut rest = Vec::new();
        for number in under_way.place.wanted.iter().filter(|number| !found.contains_key(number)) {
            let Some(wanted) = self.wanted.get(*number) else { continue };
            let held = if under_way.begun_at < self.now { state.held(&wanted.url)? } else { None };
            if !held.is_some_and(|held| held.copy.is_some() && held.asked_at >= under_way.begun_at) {
                rest.push(*number);
            }
        }
        Ok(rest)
    }

    /// Enters what was found.
    fn enter(
        &mut self,
        state: &mut State,
        (place, sweep): (&str, Option<&Sweep>),
        found: BTreeMap<usize, Option<Copy>>,
    ) -> Result<(), StateError> {
        let named =
            found.iter().filter_map(|(number, copy)| Some((self.wanted.get(*number)?.url.as_str(), copy.clone())));
        let named: Vec<(&str, Option<Copy>)> = named.collect();
        state.enter_held((place, sweep), &named, self.now)?;
        for (number, copy) in found {
            if let Some(wanted) = self.wanted.get_mut(number) {
                wanted.held = Some(Held { copy, asked_at: self.now });
            }
        }
        Ok(())
    }
}

/// How the state file names a place.
fn key_of(question: &Question) -> String {
    format!("{}{}", question.place, if question.below { "*" } else { "" })
}

/// The moment of fourteen digits.
fn moment(digits: &str) -> Option<Timestamp> {
    let time = civil::DateTime::strptime("%Y%m%d%H%M%S", digits).ok()?;
    Offset::UTC.to_timestamp(time).ok()
}

/// An address as it may stand in a link: what an archive says is not believed to be one.
fn spelling(original: &str) -> Option<String> {
    let url = Url::parse(original).or_else(|_| Url::parse(&format!("http://{original}"))).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.into())
}

/// The address of a copy, and the day on which it was taken.
pub(super) fn copy_address(settings: &Settings, copy: &Copy) -> (String, String) {
    let digits = copy.taken_at.strftime("%Y%m%d%H%M%S").to_string();
    (settings.archive.copy_address(&digits, &copy.original), copy.taken_at.strftime("%Y-%m-%d").to_string())
}

impl Wanted {
    /// The address of its copy and the day on which that was taken, if there is one.
    pub fn copy(&self, settings: &Settings) -> Option<(String, String)> {
        Some(copy_address(settings, self.held.as_ref()?.copy.as_ref()?))
    }
}
