//! What the JSON report says of itself: coverage, freshness, breakdown and history.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::super::shown::masked;
use super::super::{Breakdown, Context, Coverage, Healed, History, PastRun, Tally};
use super::{Sequence, moment};
use crate::finding::Code;

#[derive(Serialize)]
pub(super) struct CoverageView<'r> {
    addresses: u64,
    answered: u64,
    share: f64,
    not_checked: &'r BTreeMap<String, u64>,
    rules_off: &'r BTreeSet<Code>,
}

#[derive(Serialize)]
pub(super) struct BreakdownView<'r> {
    months: &'r BTreeMap<String, Tally>,
    categories: BTreeMap<Cow<'r, str>, Tally>,
    hosts: &'r BTreeMap<String, Tally>,
}

#[derive(Serialize)]
struct ChangesView<H: Serialize> {
    since: String,
    comparable: bool,
    new: u64,
    healed: u64,
    healed_findings: H,
}

#[derive(Serialize)]
struct HealedView<'r> {
    code: &'r str,
    path: &'r str,
    message: Cow<'r, str>,
    since: String,
}

#[derive(Serialize)]
struct HistoryView<C: Serialize, T: Serialize> {
    since: Option<String>,
    changes: Option<C>,
    trend: T,
}

#[derive(Serialize)]
struct PastRunView<'r> {
    started_at: String,
    complete: bool,
    counts: &'r BTreeMap<String, u64>,
}

pub(super) fn coverage(coverage: &Coverage) -> CoverageView<'_> {
    let Coverage { addresses, answered, not_checked, rules_off } = coverage;
    let share = coverage.share();
    CoverageView { addresses: *addresses, answered: *answered, share, not_checked, rules_off }
}

pub(super) fn breakdown<'r>(breakdown: &'r Breakdown, context: &Context<'_>) -> BreakdownView<'r> {
    let Breakdown { months, categories, hosts } = breakdown;
    // A category is a word of the archive, and might be an address.
    let categories = categories.iter().map(|(name, tally)| (masked(context.mask, name), *tally)).collect();
    BreakdownView { months, categories, hosts }
}

pub(super) fn history<'r>(history: &'r History, context: &'r Context<'_>) -> impl Serialize + 'r {
    let healed = |healed: &'r Healed| HealedView {
        code: &healed.code,
        path: &healed.path,
        message: masked(context.mask, &healed.message),
        since: moment(healed.since),
    };
    let past = |run: &'r PastRun| PastRunView {
        started_at: moment(run.started_at),
        complete: run.complete,
        counts: &run.counts,
    };
    HistoryView {
        since: history.since.map(moment),
        changes: history.changes.as_ref().map(|changes| ChangesView {
            since: moment(changes.since),
            comparable: changes.comparable,
            new: changes.new,
            healed: changes.healed,
            healed_findings: Sequence(changes.healed_findings.iter().map(healed)),
        }),
        trend: Sequence(history.trend.iter().map(past)),
    }
}
