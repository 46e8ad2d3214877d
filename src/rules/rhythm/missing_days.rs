//! AR001: days without posts, or with far fewer than usual.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};

use super::gaps::{Gap, LEAST as WEEKS, gaps, without_holidays};
use super::silence::{Silence, silence};
use crate::declare_rule;
use crate::document::{self, Document, Field};
use crate::facts::{Facts, Shelves};
use crate::finding::Meta;
use crate::language::{Message, say};
use crate::rules::overview::overview;
use crate::rules::{ArchiveSink, At, Rule, Settings, category};

/// Days after which an archive goes on as another one.
const PAUSE: i32 = 400;

/// Days of one archive; a file that is named after the year 9999 makes no archive of eight thousand years.
const LONGEST: usize = 40_000;

/// Posts from which a category has a rhythm. Of one that has fewer, the category may be a mistake for another.
const LEAST: usize = 28;

/// Days from the first post on of which nothing can be said.
const UNKNOWN: usize = WEEKS * 7;

/// Ranges of days that a finding lists.
const LISTED: usize = 20;

declare_rule! {
    /// ## What it does
    ///
    /// Finds days without posts, or with far fewer than are usual on their weekday: of the archive as a whole, and of each
    /// category. What is usual is learnt from the eight weeks before, so nothing is said of the first four weeks, of days
    /// on which there are usually no posts, or where the numbers go up and down by themselves. A pause that the other years
    /// have as well, on its date or within the month by which holidays move that follow the moon, is a holiday.
    /// Days that many categories lack, such as holidays, are told once. The days are those of the files' names.
    ///
    /// In a git repository it also finds that the program which adds posts has made no commit for a day at least, for
    /// eight times its usual interval, and for twice as long as ever in 250,000 commits. That program is who made more
    /// than half of the newest commits of the branch, in a rhythm: people fall silent without a finding, and so does an
    /// archive of fewer than fifty such commits, a shallow clone of these, a commit that is checked out without a branch.
    /// A clone tells only what it would know: nothing of the time after it last fetched, unless the commits are its own.
    ///
    /// ## Why is this bad?
    ///
    /// A program that collects posts may fail without a word, and what it missed is soon gone from its source.
    ///
    /// ## Example
    ///
    /// Fifty posts a day, and none from 2022-03-04 to 2022-03-06.
    ///
    /// ## Use instead
    ///
    /// Collect these days again while their posts can be had. If the source itself was silent, nothing is missing.
    pub(crate) struct MissingDays; "AR001", "missing-days", Info, DataSuspect
}

impl Rule for MissingDays {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_archive(&self, settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        // Of a part of the archive nobody knows its days.
        if facts.part.is_some() {
            return;
        }
        let shelves = &overview(settings, facts).shelves;
        let documents = &facts.archive.documents;
        let posts = (0..).zip(documents).filter_map(|(number, post)| {
            let shelf = u32::try_from(shelves.of(number as usize)?).ok()?;
            Some((day_of(post), number, shelf))
        });
        let (mut posts, mut astray) = (posts.collect::<Vec<Dated>>(), Astray::new());
        // The posts of a day stand in the order of the archive, which is that of their paths.
        posts.sort_unstable();
        let is_near = |one: &Dated, other: &Dated| match (one.0, other.0) {
            (Some(one), Some(other)) => (other - one).get_days() <= PAUSE,
            (one, other) => one == other,
        };
        let (eras, rest): (Vec<&[Dated]>, Vec<_>) = posts
            .chunk_by(is_near)
            .partition(|posts| posts.len() >= LEAST && posts.iter().all(|post| post.0.is_some()));
        if let Some(silence) = facts.history.and_then(|history| silence(history.commits.as_ref()?))
            && let Some(newest) = posts.iter().rev().find(|post| post.0.is_some())
            && let Some(newest) = documents.get(newest.1 as usize)
        {
            tell_silence(sink, newest, &silence, &settings.front_matter.zone());
        }
        for post in rest.into_iter().flatten().filter_map(|(_, post, _)| documents.get(*post as usize)) {
            *astray.entry(category(facts.archive, post).unwrap_or_default()).or_default() += 1;
        }
        let names = shelves.firsts(facts.archive).map(|(post, _)| category(facts.archive, post));
        let names: Vec<Option<&str>> = names.collect();
        for posts in eras {
            let scene = (documents.as_slice(), &settings.front_matter.zone());
            if let Some(calendar) = Calendar::of((shelves, &names), scene, posts) {
                calendar.judge(sink, &astray);
            }
        }
    }
}

/// Tells at the newest post that nobody committed since.
fn tell_silence(sink: &mut ArchiveSink, newest: &Document, silence: &Silence, zone: &TimeZone) {
    let Ok(since) = Timestamp::from_second(silence.since) else { return };
    let since = zone.to_datetime(since).strftime("%Y-%m-%d %H:%M").to_string();
    let subject = format!("commits since {since}");
    let at = At { document: newest, span: newest.place_of(Field::Title), subject: &subject };
    let (length, usual) = (span(silence.length), span(silence.usual));
    let message =
        say!("no commit for {length}, since {since}, where one usually comes every {usual}", length, since, usual);
    sink.report(&MissingDays::META, at, message)
        .help(say!("see whether the program that collects posts still runs, and collect what is missing"));
}

/// A length of time as a reader says it.
fn span(seconds: i64) -> Message {
    let minutes = (seconds + 30) / 60;
    match minutes {
        ..=1 => say!("minute"),
        2..120 => say!("{count} minutes", count = minutes),
        120..4_320 => say!("{count} hours", count = (minutes + 30) / 60),
        _ => say!("{count} days", count = (minutes + 720) / 1_440),
    }
}

/// The day in the name of a post, its number in the archive, and the shelf of its categories.
type Dated = (Option<Date>, u32, u32);

/// How many posts of a category have no day, or one that is far from all others: each may be the one that another day lacks.
type Astray<'a> = BTreeMap<&'a str, usize>;

/// The day in the name of a post's file.
fn day_of(post: &Document) -> Option<Date> {
    post.id()?;
    post.file_name().get(..10)?.parse().ok()
}

/// The day of its `date`.
fn written_day(post: &Document, zone: &TimeZone) -> Option<Date> {
    match post.fields.date {
        document::Date::Instant(second) => Some(zone.to_datetime(Timestamp::from_second(second).ok()?).date()),
        document::Date::Local(second) => Some(Offset::UTC.to_datetime(Timestamp::from_second(second).ok()?).date()),
        document::Date::Absent | document::Date::Invalid => None,
    }
}

/// How many posts a day has, and the first of them.
#[derive(Clone, Copy, Default)]
struct Day<'a> {
    posts: usize,
    first: Option<&'a Document>,
}

/// The posts of each day.
struct Calendar<'a> {
    first: Date,
    days: Vec<Day<'a>>,
    /// How many days are over: all but the newest.
    over: usize,
    /// The category of each post of a day, where it has one with a rhythm.
    categories: BTreeMap<&'a str, Vec<usize>>,
    /// Days with a post of no category, of one that hardly any other is of, or of another day by its `date`: another
    /// category or day may lack it.
    unclear: BTreeSet<usize>,
}

impl<'a> Calendar<'a> {
    /// Those of posts that are sorted by their day; `names` are the categories of the shelves.
    fn of(
        (shelves, names): (&Shelves, &[Option<&'a str>]),
        (documents, zone): (&'a [Document], &TimeZone),
        posts: &[Dated],
    ) -> Option<Self> {
        let (first, last) = (posts.first()?.0?, posts.last()?.0?);
        let at = |day: Date| usize::try_from((day - first).get_days()).unwrap_or(usize::MAX);
        let length = Some(at(last)).filter(|length| (1..=LONGEST).contains(length))?;
        let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
        for (name, posts) in names.iter().zip(shelves.counted(posts.iter().map(|(.., shelf)| *shelf as usize))) {
            *sizes.entry(name.unwrap_or_default()).or_default() += posts;
        }
        let large: Vec<&str> = sizes.into_iter().filter(|(_, posts)| *posts >= LEAST).map(|(name, _)| name).collect();
        // The place of a shelf's category among those that have a rhythm.
        let places: Vec<Option<usize>> = names.iter().map(|name| large.binary_search(&(*name)?).ok()).collect();
        let mut of_category = vec![Vec::new(); large.len()];
        let mut calendar = Self {
            first,
            days: vec![Day::default(); length + 1],
            over: length,
            categories: BTreeMap::new(),
            unclear: BTreeSet::new(),
        };
        for (day, post, shelf) in posts {
            let (day, post) = (at((*day)?), documents.get(*post as usize)?);
            let own = calendar.days.get_mut(day)?;
            own.posts += 1;
            own.first.get_or_insert(post);
            if let Some(other) = written_day(post, zone).map(at).filter(|other| *other != day) {
                calendar.unclear.extend([day, other]);
            }
            match places.get(*shelf as usize).copied().flatten().and_then(|place| of_category.get_mut(place)) {
                Some(days) => days.push(day),
                None => {
                    calendar.unclear.insert(day);
                }
            }
        }
        calendar.categories = large.into_iter().zip(of_category).filter(|(_, days)| !days.is_empty()).collect();
        Some(calendar)
    }

    fn judge(&self, sink: &mut ArchiveSink, astray: &Astray<'_>) {
        let counts: Vec<Option<usize>> = self.days.iter().take(self.over).map(|day| Some(day.posts)).collect();
        let missing = gaps(&counts);
        for gap in &self.without_holidays(&missing, 0) {
            self.tell(sink, (gap.days.0..gap.days.1, "days"), self.of_all(gap));
        }
        let told: BTreeSet<usize> = missing.iter().flat_map(|gap| gap.days.0..gap.days.1).collect();
        let mut of_category: BTreeMap<&str, Vec<Gap>> = BTreeMap::new();
        let mut silent: BTreeMap<usize, usize> = BTreeMap::new();
        for (name, days) in &self.categories {
            let found = self.gaps_of(days, &told);
            for day in found.iter().flat_map(|gap| gap.days.0..gap.days.1) {
                *silent.entry(day).or_default() += 1;
            }
            of_category.insert(name, found);
        }
        // What a quarter of the categories lack has one cause.
        let most = (self.categories.len() / 4).max(3);
        silent.retain(|_, categories| *categories >= most);
        let common: Vec<usize> = silent.keys().copied().collect();
        for days in common.chunk_by(|one, other| *other == one + 1) {
            let (Some(from), Some(to)) = (days.first(), days.last()) else { continue };
            let count = silent.get(from).copied().unwrap_or(0);
            let shown = self.shown(&(*from..to + 1));
            let message =
                say!("{count} categories lack posts on {days}, where they usually have some", count, days = shown);
            self.tell(sink, (*from..to + 1, "categories"), message);
        }
        for (name, found) in of_category {
            let mut own: Vec<usize> = found.iter().flat_map(|gap| gap.days.0..gap.days.1).collect();
            own.retain(|day| !silent.contains_key(day));
            if own.len() > astray.get(name).copied().unwrap_or(0) {
                self.tell_category(sink, name, &own);
            }
        }
    }

    /// The gaps of a category of which there are posts on these days.
    fn gaps_of(&self, days: &[usize], told: &BTreeSet<usize>) -> Vec<Gap> {
        let first = days.first().copied().unwrap_or(0);
        let mut counts: Vec<Option<usize>> = vec![Some(0); self.over.saturating_sub(first)];
        for day in days {
            if let Some(Some(count)) = counts.get_mut(day - first) {
                *count += 1;
            }
        }
        for day in self.unclear.iter().chain(told).filter(|day| (first..self.over).contains(*day)) {
            // A number that is not what it should be for another reason is nothing to learn from.
            if let Some(count) = counts.get_mut(day - first) {
                *count = None;
            }
        }
        let shifted = |gap: Gap| Gap { days: (gap.days.0 + first, gap.days.1 + first), ..gap };
        let gaps: Vec<Gap> = gaps(&counts).into_iter().map(shifted).collect();
        self.without_holidays(&gaps, first)
    }

    /// The gaps that do not come every year, in numbers of which the first is that of the day `from`.
    fn without_holidays(&self, gaps: &[Gap], from: usize) -> Vec<Gap> {
        without_holidays(gaps, self.first, &(from + UNKNOWN..self.over))
    }

    fn of_all(&self, gap: &Gap) -> Message {
        let (days, usual) = (self.shown(&(gap.days.0..gap.days.1)), gap.usual);
        match gap.posts {
            0 => say!("no posts on {days}, where about {usual} are usual", days, usual),
            1 => say!("one post on {days}, where about {usual} are usual", days, usual),
            posts => say!("{posts} posts on {days}, where about {usual} are usual", posts, days, usual),
        }
    }

    fn tell_category(&self, sink: &mut ArchiveSink, name: &str, days: &[usize]) {
        let ranges: Vec<Range<usize>> = days
            .chunk_by(|one, other| *other == one + 1)
            .filter_map(|days| Some(*days.first()?..days.last()? + 1))
            .collect();
        let Some(first) = ranges.first().cloned() else { return };
        let shown: Vec<String> = ranges.iter().take(LISTED).map(|range| self.shown(range)).collect();
        let (shown, more) = (shown.join(", "), ranges.len().saturating_sub(LISTED));
        let message = match (days.len(), more) {
            (1, _) => say!("`{name}` lacks its usual posts on {days}", name, days = shown),
            (count, 0) => say!("`{name}` lacks its usual posts on {count} days: {days}", name, count, days = shown),
            (count, more) => say!(
                "`{name}` lacks its usual posts on {count} days: {days}, and {more} times more",
                name,
                count,
                days = shown,
                more
            ),
        };
        self.tell(sink, (first, name), message);
    }

    /// Tells a finding at the first post after the days, or at one of the last day before them.
    fn tell(&self, sink: &mut ArchiveSink, (days, about): (Range<usize>, &str), message: Message) {
        let after = self.days.iter().skip(days.end).find_map(|day| day.first);
        let before = || self.days.iter().take(days.start).rev().find_map(|day| day.first);
        let Some(document) = after.or_else(before) else { return };
        let subject = format!("{about} {}", self.shown(&days));
        let at = At { document, span: document.place_of(Field::Title), subject: &subject };
        sink.report(&MissingDays::META, at, message).shared().help(say!(
            "see whether the source was silent or the program that collects posts, and collect what is missing"
        ));
    }

    /// Days as a reader writes them.
    fn shown(&self, days: &Range<usize>) -> String {
        let day = |number: usize| {
            let span = jiff::Span::new().days(i64::try_from(number).unwrap_or(0));
            self.first.saturating_add(span).to_string()
        };
        match days.len() {
            0 | 1 => day(days.start),
            _ => format!("{} – {}", day(days.start), day(days.end - 1)),
        }
    }
}
