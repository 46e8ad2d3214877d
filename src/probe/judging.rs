//! From an address that answers well to the judgement of its page.
//!
//! A page is judged by its own words first, then held against what its host answers for an address that cannot exist.
//! That is asked once for each shape of a folder; pages that come meanwhile wait for the answer, and cost the host nothing.
//! A host with links over `http` is asked once whether it answers over `https` too.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher};
use std::time::Instant;

use jiff::Timestamp;
use url::Url;

use super::engine::Engine;
use super::exchange::Reply;
use super::journey::{Ask, Errand, Journey};
use super::outcome::{Reason, Seen, Verdict};
use super::queue::HostId;
use super::suspect::{self, Answer, Shape, View};
use super::trouble::Trouble;

/// What a journey has come to: the verdict, the reason, and the evidence.
pub(crate) type Judgement = (Verdict, Reason, Option<Box<str>>);

/// What is asked beside the addresses.
#[derive(Default)]
pub(crate) struct Errands {
    /// Folders of which it is being asked what is answered for an address that cannot exist.
    folders: HashMap<Shape, Vec<Waiting>, foldhash::fast::RandomState>,
}

/// A page that waits for what its host answers for an address that cannot exist.
struct Waiting {
    host: HostId,
    journey: Box<Journey>,
    view: Box<View>,
    judgement: Judgement,
}

impl Engine<'_> {
    /// Judges the page of a journey that has come to its end. `None` where that end is not yet known, or is no address's.
    pub(crate) fn weigh(
        &mut self,
        id: HostId,
        mut journey: Box<Journey>,
        judgement: Judgement,
    ) -> Option<(Box<Journey>, Judgement)> {
        match journey.errand.take() {
            Some(Errand::Sibling(shape, token)) => {
                self.sibling_known(&shape, &token, &journey);
                return None;
            }
            Some(Errand::Upgrade(name)) => {
                self.settings.book.note_https(&name, false, Timestamp::now());
                return None;
            }
            None => {}
        }
        if !matches!(judgement.0, Verdict::Alive | Verdict::Moved) {
            return Some((journey, judgement));
        }
        self.ask_upgrade(id, &journey);
        // What is no page, or has not changed, is as well as it was.
        journey.seen = journey.judges.then_some(Seen { drift: journey.drift });
        let Some(view) = journey.view.take() else { return Some((journey, judgement)) };
        if let Some(suspicion) = suspect::judge_view(&journey.url, &view) {
            return Some((journey, suspected(suspicion)));
        }
        let start = journey.start();
        let Some(shape) = Url::parse(start).ok().and_then(|start| Shape::of(&start)) else {
            return Some((journey, judgement));
        };
        if let Some(answer) = self.settings.book.sibling(&shape, Timestamp::now()) {
            let judgement = held_against(&journey, &view, judgement, &answer);
            return Some((journey, judgement));
        }
        let start = start.to_owned();
        let waiting = Waiting { host: id, journey, view, judgement };
        if let Some(others) = self.errands.folders.get_mut(&shape) {
            others.push(waiting);
        } else {
            self.errands.folders.insert(shape.clone(), vec![waiting]);
            self.ask_sibling(shape, &start);
        }
        None
    }

    /// Asks for an address beside another that cannot exist. Its name is made of the run's seed, so that it is the same
    /// whenever the run is, and nobody's.
    fn ask_sibling(&mut self, shape: Shape, start: &str) {
        let Ok(start) = Url::parse(start) else { return };
        let mut hasher = foldhash::quality::FixedState::with_seed(self.settings.seed).build_hasher();
        hasher.write(shape.host.as_bytes());
        hasher.write(shape.folder.as_bytes());
        let token = format!("{:016x}", hasher.finish());
        let mut journey = Journey::new(u32::MAX, suspect::beside(&start, &token), Ask::Get);
        journey.judges = true;
        journey.errand = Some(Errand::Sibling(shape, token.into()));
        self.enqueue(journey);
    }

    /// It is known what a host answers for an address that cannot exist; whoever waited for it is judged.
    fn sibling_known(&mut self, shape: &Shape, token: &str, journey: &Journey) {
        let to = journey.hops.last().map(|hop| &*hop.to);
        let answer = Answer::of(journey.status, to, (journey.view.as_deref(), token));
        self.settings.book.note_sibling(shape, &answer, Timestamp::now());
        for waiting in self.errands.folders.remove(shape).unwrap_or_default() {
            let Waiting { host, journey, view, judgement } = waiting;
            let judgement = held_against(&journey, &view, judgement, &answer);
            self.tell(host, journey, judgement);
        }
    }

    /// Nobody will answer any more: whoever waits is judged by what is known.
    pub(crate) fn give_up_waiting(&mut self) {
        let mut folders: Vec<(Shape, Vec<Waiting>)> = self.errands.folders.drain().collect();
        folders.sort_by(|(one, _), (other, _)| one.cmp(other));
        for waiting in folders.into_iter().flat_map(|(_, waiting)| waiting) {
            self.tell(waiting.host, waiting.journey, waiting.judgement);
        }
    }

    /// Asks, once for each host, whether what answers over `http` answers over `https` as well.
    fn ask_upgrade(&mut self, id: HostId, journey: &Journey) {
        if !self.settings.ask_https || journey.url.scheme() != "http" || !journey.hops.is_empty() {
            return;
        }
        let Some(host) = self.queue.host(id) else { return };
        if std::mem::replace(&mut host.asked_https, true) {
            return;
        }
        // A port of its own has no twin, and nobody gives certificates to addresses.
        let Some(name) = journey.url.domain().filter(|_| journey.url.port().is_none()) else { return };
        if self.settings.book.answers_https(name, Timestamp::now()).is_some() {
            return;
        }
        let mut url = journey.url.clone();
        if url.set_scheme("https").is_err() {
            return;
        }
        let mut upgrade = Journey::new(u32::MAX, url, Ask::Get);
        upgrade.errand = Some(Errand::Upgrade(name.into()));
        self.queue.give(id, upgrade, Instant::now());
    }

    /// What became of the question for `https`. Whatever it is, it says nothing about the host's addresses over `http`.
    pub(crate) fn hear_upgrade(
        &mut self,
        id: HostId,
        mut journey: Box<Journey>,
        result: &Result<Reply, Trouble>,
        now: Instant,
    ) {
        let is_late = matches!(result, Err(trouble) if trouble.reason == Reason::Timeout);
        if is_late && journey.tries == 0 {
            journey.tries = 1;
            self.queue.give_last(id, journey, now);
            return;
        }
        let Some(Errand::Upgrade(name)) = &journey.errand else { return };
        let answers = result.as_ref().is_ok_and(|reply| (200..300).contains(&reply.status));
        self.settings.book.note_https(name, answers, Timestamp::now());
    }
}

fn held_against(journey: &Journey, view: &View, judgement: Judgement, answer: &Answer) -> Judgement {
    let to = journey.hops.last().map(|hop| &*hop.to);
    suspect::compare(journey.start(), to, view, answer).map_or(judgement, suspected)
}

fn suspected(suspicion: suspect::Suspicion) -> Judgement {
    (Verdict::Suspect, suspicion.reason, Some(suspicion.evidence))
}
