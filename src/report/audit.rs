//! What a person must know to trust a report: what was not checked, how old the answers are, what changed, and since when.
//!
//! A green report over half an archive is worse than a red one over all of it. So the report counts what was left out and
//! why, how fresh its knowledge is, and holds itself against the runs that the state file remembers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::Reported;
use super::shown::host;
use crate::finding::{Code, Severity};

/// Points of the trend that are kept; what is older, or closer together, is left out.
pub const TREND_POINTS: usize = 60;

/// Healed findings that are listed; the count is always whole.
pub const MAX_HEALED: usize = 100;

/// What was checked and what was not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Distinct addresses of the web.
    pub addresses: u64,
    /// Those with an answer that is still believed and says whether the link works; `blocked` does not.
    pub answered: u64,
    /// What was not checked: how many addresses, links or files, by the reason's name.
    pub not_checked: BTreeMap<String, u64>,
    /// Rules that did not run.
    pub rules_off: BTreeSet<Code>,
}

impl Coverage {
    /// The share of addresses with an answer, from 0 to 1; 1 where there is no address to ask for.
    #[expect(clippy::cast_precision_loss, reason = "addresses are counted in millions, not in quadrillions")]
    pub fn share(&self) -> f64 {
        if self.addresses == 0 { 1.0 } else { self.answered as f64 / self.addresses as f64 }
    }

    /// [`Coverage::share`] in tenths of a percent, rounded down: what is not whole is never called 100 %.
    pub fn permille(&self) -> u64 {
        self.answered.saturating_mul(1000).checked_div(self.addresses).unwrap_or(1000)
    }
}

/// How old the answers are, counted by address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Freshness {
    /// Asked in this run.
    pub this_run: u64,
    /// Remembered, at most a day old.
    pub day: u64,
    /// Remembered, at most seven days old.
    pub week: u64,
    /// Remembered, at most thirty days old.
    pub month: u64,
    /// Remembered, older than that.
    pub older: u64,
    /// Without an answer.
    pub never: u64,
}

impl Freshness {
    /// Counts an address: when it was asked, whether an earlier run did so, and when this run began.
    pub fn count(&mut self, checked_at: Option<Timestamp>, from_state: bool, now: Timestamp) {
        let age = |at: Timestamp| now.duration_since(at);
        let slot = match checked_at {
            None => &mut self.never,
            Some(_) if !from_state => &mut self.this_run,
            Some(at) if age(at) <= SignedDuration::from_hours(24) => &mut self.day,
            Some(at) if age(at) <= SignedDuration::from_hours(24 * 7) => &mut self.week,
            Some(at) if age(at) <= SignedDuration::from_hours(24 * 30) => &mut self.month,
            Some(_) => &mut self.older,
        };
        *slot += 1;
    }

    /// Each class by its name in outputs, the freshest first.
    pub fn classes(&self) -> [(&'static str, u64); 6] {
        let Self { this_run, day, week, month, older, never } = *self;
        [("this_run", this_run), ("day", day), ("week", week), ("month", month), ("older", older), ("never", never)]
    }
}

/// A finding that an earlier run saw and this one does not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Healed {
    /// The rule's code.
    pub code: String,
    /// The file.
    pub path: String,
    /// What was wrong.
    pub message: String,
    /// When it was first seen.
    pub since: Timestamp,
}

/// What changed since the last run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// When the last run began.
    pub since: Timestamp,
    /// Whether both runs were whole and looked for the same; else nothing is called healed.
    pub comparable: bool,
    /// Findings that no earlier run knew.
    pub new: u64,
    /// Findings that are gone.
    pub healed: u64,
    /// The first of them, sorted; at most [`MAX_HEALED`].
    pub healed_findings: Vec<Healed>,
}

/// A run that the state file remembers, in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastRun {
    /// When it began.
    pub started_at: Timestamp,
    /// Whether it did all that it set out to do.
    pub complete: bool,
    /// Whether the archive was healthy, if that was entered.
    pub healthy: Option<bool>,
    /// What it counted, by name: `errors`, `warnings`, `infos`, `posts`, `addresses`, and each verdict.
    pub counts: BTreeMap<String, u64>,
}

impl PastRun {
    /// How many of the named there were.
    pub fn count(&self, name: &str) -> u64 {
        self.counts.get(name).copied().unwrap_or(0)
    }

    fn is_healthy(&self, fail_at: Severity) -> bool {
        let failing =
            ["errors", "warnings", "infos"].into_iter().zip([Severity::Error, Severity::Warning, Severity::Info]);
        let counted = || failing.filter(|(_, severity)| *severity >= fail_at).all(|(name, _)| self.count(name) == 0);
        self.complete && self.healthy.unwrap_or_else(counted)
    }
}

/// How this run compares with the runs before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// What changed since the last run; `None` where no run is remembered.
    pub changes: Option<Changes>,
    /// The runs before this one, oldest first, at most [`TREND_POINTS`]: all, or the last of each day.
    pub trend: Vec<PastRun>,
    /// Since when the archive has been as healthy or unhealthy as it is now, as far as runs are remembered.
    pub since: Option<Timestamp>,
}

impl History {
    /// Holds a run against those before it, oldest first.
    pub fn new(healthy: bool, fail_at: Severity, changes: Option<Changes>, past: Vec<PastRun>) -> Self {
        let alike = past.iter().rev().take_while(|run| run.is_healthy(fail_at) == healthy).last();
        let since = alike.map(|run| run.started_at);
        Self { changes, since, trend: thinned(past) }
    }
}

/// All runs, or, where these are too many, the last of each day (UTC).
fn thinned(mut runs: Vec<PastRun>) -> Vec<PastRun> {
    if runs.len() > TREND_POINTS {
        let day = |run: &PastRun| run.started_at.as_second().div_euclid(86_400);
        // Of neighbours of one day the first stays, so the last must come first.
        runs.reverse();
        runs.dedup_by_key(|run| day(run));
        runs.truncate(TREND_POINTS);
        runs.reverse();
    }
    runs
}

/// Findings by severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Tally {
    /// Errors.
    pub errors: u64,
    /// Warnings.
    pub warnings: u64,
    /// Infos.
    pub infos: u64,
}

impl Tally {
    /// Counts one more.
    pub fn count(&mut self, severity: Severity) {
        *match severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
            Severity::Info => &mut self.infos,
        } += 1;
    }

    /// All of them.
    pub fn total(&self) -> u64 {
        self.errors + self.warnings + self.infos
    }
}

/// The findings by what they have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Breakdown {
    /// By the month in the file's name, `2022-01`.
    pub months: BTreeMap<String, Tally>,
    /// By the post's category, as its front matter spells it.
    pub categories: BTreeMap<Arc<str>, Tally>,
    /// By the host of the address that they are about.
    pub hosts: BTreeMap<String, Tally>,
}

impl Breakdown {
    /// Counts findings.
    pub fn of(findings: &[Reported]) -> Self {
        let (mut months, mut hosts) = (BTreeMap::<&str, Tally>::new(), BTreeMap::<&str, Tally>::new());
        let mut categories = BTreeMap::<Arc<str>, Tally>::new();
        for reported in findings {
            let severity = reported.finding.severity;
            if let Some(month) = reported.month() {
                months.entry(month).or_default().count(severity);
            }
            if let Some(host) = reported.host() {
                hosts.entry(host).or_default().count(severity);
            }
            if let Some(category) = &reported.category {
                categories.entry(Arc::clone(category)).or_default().count(severity);
            }
        }
        Self { months: owned(months), categories, hosts: owned(hosts) }
    }
}

fn owned(tallies: BTreeMap<&str, Tally>) -> BTreeMap<String, Tally> {
    tallies.into_iter().map(|(name, tally)| (name.to_owned(), tally)).collect()
}

impl Reported {
    /// The host of the address that it is about, if it is about one.
    pub fn host(&self) -> Option<&str> {
        self.finding.url.as_deref().map(host).filter(|host| !host.is_empty())
    }

    /// The month in its file's name, `2022-01`.
    pub fn month(&self) -> Option<&str> {
        month_of(&self.finding.path)
    }
}

/// The month in the name of a post's file: `2022-01` of `_posts/2022-01-17-a.md`.
pub(super) fn month_of(path: &str) -> Option<&str> {
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    let month = name.get(..7)?;
    let is_month = month.bytes().enumerate().all(|(at, b)| if at == 4 { b == b'-' } else { b.is_ascii_digit() });
    (is_month && name.get(7..8) == Some("-")).then_some(month)
}

#[cfg(test)]
mod tests {
    use super::super::Report;
    use super::super::model::tests::{ABORTS, BROKEN, STYLE, finding, parts};
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn past(started_at: &str, errors: u64, complete: bool) -> PastRun {
        PastRun { started_at: at(started_at), complete, healthy: None, counts: [("errors".to_owned(), errors)].into() }
    }

    #[test]
    fn what_is_not_whole_is_never_called_whole() {
        let coverage = |answered, addresses| Coverage { addresses, answered, ..Coverage::default() }.permille();
        assert_eq!(
            [coverage(0, 0), coverage(999_999, 1_000_000), coverage(5, 5), coverage(0, 9)],
            [1000, 999, 1000, 0]
        );
    }

    #[test]
    fn answers_are_sorted_by_age() {
        let now = at("2022-02-01T00:00:00Z");
        let mut freshness = Freshness::default();
        for (checked_at, from_state) in [
            (None, false),
            (Some("2022-02-01T00:00:01Z"), false),
            (Some("2022-01-31T00:00:00Z"), true),
            (Some("2022-01-30T23:59:59Z"), true),
            (Some("2022-01-25T00:00:00Z"), true),
            (Some("2022-01-24T00:00:00Z"), true),
            (Some("2021-12-31T00:00:00Z"), true),
            // A clock that went back makes no answer old.
            (Some("2022-02-01T00:30:00Z"), true),
        ] {
            freshness.count(checked_at.map(at), from_state, now);
        }
        assert_eq!(freshness.classes().map(|(_, count)| count), [1, 2, 2, 1, 1, 1]);
    }

    #[test]
    fn it_has_been_so_since_the_first_run_of_an_unbroken_row() {
        let runs = || {
            vec![
                past("2022-01-01T00:00:00Z", 1, true),
                past("2022-01-02T00:00:00Z", 0, true),
                past("2022-01-03T00:00:00Z", 3, true),
                past("2022-01-04T00:00:00Z", 0, false),
            ]
        };
        let since = |healthy, runs| History::new(healthy, Severity::Error, None, runs).since;
        assert_eq!(since(false, runs()), Some(at("2022-01-03T00:00:00Z")));
        assert_eq!(since(true, runs()), None);
        assert_eq!(since(true, runs()[..2].to_vec()), Some(at("2022-01-02T00:00:00Z")));
        assert_eq!(since(true, vec![]), None);
    }

    #[test]
    fn a_long_row_of_runs_keeps_the_last_of_each_day() {
        let run = |minute: i64| PastRun {
            started_at: Timestamp::from_second(1_700_000_000 + minute * 300).unwrap(),
            complete: true,
            healthy: Some(true),
            counts: BTreeMap::new(),
        };
        let short: Vec<PastRun> = (0..60).map(run).collect();
        assert_eq!(thinned(short.clone()), short);
        let long: Vec<PastRun> = (0..288 * 100).map(run).collect();
        let kept = thinned(long.clone());
        assert_eq!(kept.len(), TREND_POINTS);
        assert_eq!(kept.last(), long.last());
        assert!(kept.windows(2).all(|two| two[1].started_at.as_second() - two[0].started_at.as_second() <= 86_400));
    }

    #[test]
    fn findings_are_counted_by_month_category_and_host() {
        let mut with_host = finding(&BROKEN, "_posts/2022-01-18-b.md", (1, 2), "m");
        with_host.url("http://u:p@a.cn:80/x");
        let mut parts = parts(vec![
            finding(&ABORTS, "_posts/2022-01-17-a.md", (1, 2), "m"),
            finding(&STYLE, "old_post/2021-12-01-a.md", (1, 2), "m"),
            finding(&BROKEN, "category/-2022.html", (1, 2), "m"),
            with_host,
        ]);
        parts.categories.insert("_posts/2022-01-17-a.md".into(), "shamenribao".into());
        let report = Report::new(parts);
        let Breakdown { months, categories, hosts } = &report.breakdown;
        assert_eq!(months["2022-01"], Tally { errors: 1, warnings: 1, infos: 0 });
        assert_eq!(months["2021-12"].infos, 1);
        assert_eq!(months.len(), 2);
        assert_eq!(categories["shamenribao"].total(), 1);
        assert_eq!(hosts.keys().collect::<Vec<_>>(), ["a.cn"]);
    }
}
