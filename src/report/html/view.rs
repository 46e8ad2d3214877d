//! What the page says above its tables: the answer, what happens, the cards, what changed, what is known.

use std::io;

use askama::Template;
use jiff::Timestamp;

use super::chapters::{self, AddressRow, Chapter};
use super::columns::told;
use super::pictures::{self, Bars, Columns, Stacked, Trend};
use super::words::{Noun, Words, chosen, fill, words};
use super::{EARLY_SCRIPT, MAX_ROWS, SCRIPT, STYLE, data, policy};
use crate::finding::{Effect, Severity};
use crate::report::shown::{grouped, shown, size};
use crate::report::{Context, Report};

/// Everything that the template shows.
#[derive(Template)]
#[template(path = "page.html", config = "src/report/html/askama.toml")]
pub(super) struct Page {
    w: &'static Words,
    policy: String,
    style: &'static str,
    early_script: &'static str,
    script: &'static str,
    data: String,
    answer: Answer,
    effects: Vec<Consequence>,
    cards: Vec<Card>,
    changes: Option<Changed>,
    trend: Option<Trend>,
    verdicts: Option<Stacked>,
    pictures: Vec<Bars>,
    months: Option<Columns>,
    total_findings: usize,
    findings_cut: Option<String>,
    static_note: &'static str,
    chapters: Vec<Chapter>,
    addresses: Vec<AddressRow>,
    no_addresses: String,
    addresses_cut: Option<String>,
    addresses_note: String,
    coverage_sentence: String,
    freshness: Option<Stacked>,
    not_checked: Vec<NotChecked>,
    notices: Vec<String>,
    facts: Vec<Fact>,
}

struct Answer {
    class: &'static str,
    sign: &'static str,
    state: &'static str,
    headline: &'static str,
    lines: Vec<String>,
    when: Moment,
}

/// A moment for people and for programs.
struct Moment {
    machine: String,
    shown: String,
}

struct Consequence {
    name: &'static str,
    count: String,
    what: &'static str,
}

struct Card {
    class: &'static str,
    href: Option<&'static str>,
    number: String,
    name: &'static str,
    note: String,
}

struct Changed {
    heading: String,
    sentence: String,
    has_new: bool,
    healed_heading: String,
    healed: Vec<HealedRow>,
}

struct HealedRow {
    code: String,
    path: String,
    message: String,
}

struct NotChecked {
    what: String,
    why: String,
    count: String,
}

struct Fact {
    name: &'static str,
    value: String,
}

/// The page of a report.
pub(super) fn page(report: &Report, context: &Context<'_>) -> io::Result<Page> {
    let w = words(context.language);
    let cut = |all: usize| {
        let (shown, all_shown) = (grouped(MAX_ROWS as u64), grouped(all as u64));
        (all > MAX_ROWS).then(|| fill(w.cut, &[("shown", &shown), ("all", &all_shown)]))
    };
    let told = told(report);
    let addresses = chapters::addresses(report, &told, context);
    let all_addresses = told.len();
    let (listed, all) = (grouped(addresses.len() as u64), grouped(all_addresses as u64));
    Ok(Page {
        w,
        policy: policy::policy(&[STYLE], &[EARLY_SCRIPT, SCRIPT]),
        style: STYLE,
        early_script: EARLY_SCRIPT,
        script: SCRIPT,
        data: data::data(report, &told, context)?,
        answer: answer(report, context),
        effects: consequences(report, w),
        cards: cards(report, context),
        changes: changes(report, context),
        trend: pictures::trend(report, w),
        verdicts: pictures::verdicts(report, w),
        pictures: pictures::bars(report, context),
        months: pictures::months(report, w),
        total_findings: report.findings.len(),
        findings_cut: cut(report.findings.len()),
        static_note: w.static_note,
        chapters: chapters::chapters(report, context),
        addresses_cut: cut(all_addresses),
        addresses_note: fill(w.addresses_note, &[("shown", &listed), ("all", &all)]),
        addresses,
        no_addresses: if report.run.offline { coverage_sentence(report, w) } else { w.no_addresses.to_owned() },
        coverage_sentence: coverage_sentence(report, w),
        freshness: pictures::freshness(report, w),
        not_checked: not_checked(report, context),
        notices: report.notices.iter().map(|notice| shown(context, notice).into_owned()).collect(),
        facts: facts(report, context),
    })
}

/// A moment to the minute, in UTC.
pub(super) fn date(at: Timestamp) -> String {
    let text = crate::report::json::moment(at);
    let minute = text.len().saturating_sub(":00Z".len());
    text.get(..minute).unwrap_or(&text).replace('T', " ")
}

/// A number and its noun.
pub(super) fn counted(count: u64, noun: &Noun) -> String {
    format!("{} {}", grouped(count), chosen(noun, count))
}

fn answer(report: &Report, context: &Context<'_>) -> Answer {
    let w = words(context.language);
    let summary = &report.summary;
    let (class, sign, state, headline) = match (report.run.complete, summary.healthy) {
        (false, _) => ("is-cut", "M12 7v6m0 4v.5", w.not_complete, w.not_complete_headline),
        (true, true) => ("is-well", "m5 12.5 4.5 4.5L19 7.5", w.healthy, w.healthy_headline),
        (true, false) => ("is-bad", "m7 7 10 10M17 7 7 17", w.not_healthy, w.not_healthy_headline),
    };
    let counts = fill(
        w.counts,
        &[
            ("errors", &counted(summary.errors, &w.error)),
            ("warnings", &counted(summary.warnings, &w.warning)),
            ("infos", &counted(summary.infos, &w.info)),
            ("posts", &counted(report.archive.posts, &w.post)),
        ],
    );
    let mut lines = vec![format!("{counts} {}", since(report, w))];
    if summary.known > 0 {
        lines.push(fill(w.baseline, &[("known", &counted(summary.known, &w.count_of_findings))]));
    }
    if let Some(revision) = &report.run.since {
        lines.push(fill(w.only_changes, &[("revision", &shown(context, revision))]));
    }
    lines.push(coverage_sentence(report, w));
    let at = report.run.finished_at;
    let when = Moment { machine: crate::report::json::moment(at), shown: format!("{} UTC", date(at)) };
    Answer { class, sign, state, headline, lines, when }
}

/// Since when it has been so.
fn since(report: &Report, w: &'static Words) -> String {
    let history = &report.history;
    match (&history.since, &history.changes) {
        (Some(since), _) => fill(w.since, &[("when", &date(*since))]),
        (None, Some(changes)) => {
            let text = if report.summary.healthy { w.was_not_healthy } else { w.was_healthy };
            fill(text, &[("when", &date(changes.since))])
        }
        (None, None) if report.run.offline => w.offline_history.to_owned(),
        (None, None) => w.no_history.to_owned(),
    }
}

fn coverage_sentence(report: &Report, w: &'static Words) -> String {
    let coverage = &report.coverage;
    let addresses = grouped(coverage.addresses);
    if coverage.addresses == 0 {
        w.nothing_to_cover.to_owned()
    } else if report.run.offline {
        fill(w.offline, &[("addresses", &addresses)])
    } else {
        fill(w.covered, &[("share", &percent(coverage.permille())), ("addresses", &addresses)])
    }
}

fn percent(permille: u64) -> String {
    format!("{}.{} %", permille / 10, permille % 10)
}

/// What happens because of the findings, the worst first; infos hurt nobody.
fn consequences(report: &Report, w: &'static Words) -> Vec<Consequence> {
    let effects = [
        Effect::BuildAbort,
        Effect::PostLost,
        Effect::PublishedWrong,
        Effect::LinkBroken,
        Effect::DataSuspect,
        Effect::Style,
    ];
    let count = |effect: Effect| {
        let hurts = |reported: &&crate::report::Reported| reported.finding.severity > Severity::Info;
        let found = report.findings.iter().filter(hurts).filter(|reported| reported.finding.effect == effect);
        found.count() as u64
    };
    let counts = effects.map(|effect| (effect, count(effect))).into_iter().filter(|(_, count)| *count > 0);
    let shown = counts.map(|(effect, count)| Consequence {
        name: effect.name(),
        count: grouped(count),
        what: w.consequence(effect, count),
    });
    shown.collect()
}

fn cards(report: &Report, context: &Context<'_>) -> Vec<Card> {
    let w = words(context.language);
    let (summary, archive, coverage) = (&report.summary, &report.archive, &report.coverage);
    let severity = |class, href, count: u64, name| Card {
        class: if count > 0 { class } else { "" },
        href: (count > 0).then_some(href),
        number: grouped(count),
        name,
        note: String::new(),
    };
    let (pages, bytes) = (grouped(archive.pages), size(archive.bytes, context));
    let posts = fill(w.posts_note, &[("pages", &pages), ("size", &bytes)]);
    let links = fill(w.links_note, &[("unique", &grouped(summary.links.unique))]);
    let (answered, addresses) = (grouped(coverage.answered), grouped(coverage.addresses));
    let mut cards = vec![
        severity("t-error", "#severity=error", summary.errors, w.errors),
        severity("t-warning", "#severity=warning", summary.warnings, w.warnings),
        severity("t-info", "#severity=info", summary.infos, w.infos),
        Card { class: "", href: None, number: grouped(archive.posts), name: w.posts, note: posts },
        Card { class: "", href: None, number: grouped(summary.links.occurrences), name: w.links, note: links },
    ];
    if coverage.addresses > 0 {
        cards.push(Card {
            class: "",
            href: Some("#knowledge"),
            number: percent(coverage.permille()),
            name: w.coverage,
            note: fill(w.coverage_note, &[("answered", &answered), ("addresses", &addresses)]),
        });
    }
    cards
}

fn changes(report: &Report, context: &Context<'_>) -> Option<Changed> {
    let w = words(context.language);
    let changes = report.history.changes.as_ref()?;
    let values = [("new", grouped(changes.new)), ("healed", grouped(changes.healed))];
    let [new, healed] = &values;
    let mut sentence = fill(w.changed, &[(new.0, &new.1), (healed.0, &healed.1)]);
    if !changes.comparable {
        sentence = format!("{sentence} {}", w.not_comparable);
    }
    let rows = changes.healed_findings.iter().map(|healed| HealedRow {
        code: shown(context, &healed.code).into_owned(),
        path: shown(context, &healed.path).into_owned(),
        message: shown(context, &healed.message).into_owned(),
    });
    Some(Changed {
        heading: fill(w.changes, &[("when", &date(changes.since))]),
        sentence,
        has_new: changes.new > 0,
        healed_heading: fill(w.healed_list, &[("count", &grouped(changes.healed_findings.len() as u64))]),
        healed: rows.collect(),
    })
}

fn not_checked(report: &Report, context: &Context<'_>) -> Vec<NotChecked> {
    let w = words(context.language);
    let coverage = &report.coverage;
    let mut items: Vec<NotChecked> = Vec::new();
    for (reason, count) in &coverage.not_checked {
        let (what, why) = w.reason(reason);
        items.push(NotChecked { what: shown(context, what).into_owned(), why: why.to_owned(), count: grouped(*count) });
    }
    if !coverage.rules_off.is_empty() {
        let codes: Vec<&str> = coverage.rules_off.iter().map(|code| code.as_str()).collect();
        let what = fill(w.rules_off, &[("codes", &codes.join(", "))]);
        items.push(NotChecked { what, why: String::new(), count: grouped(codes.len() as u64) });
    }
    items
}

fn facts(report: &Report, context: &Context<'_>) -> Vec<Fact> {
    let w = words(context.language);
    let run = &report.run;
    let made = format!("{} – {} UTC", date(run.started_at), date(run.finished_at));
    let mut facts = vec![Fact { name: w.made, value: made }];
    if let Some(revision) = &run.revision {
        facts.push(Fact { name: w.revision, value: shown(context, revision).into_owned() });
    }
    if let Some(since) = &run.since {
        facts.push(Fact { name: w.changes_since, value: shown(context, since).into_owned() });
    }
    facts.push(Fact { name: w.elsewhere, value: w.elsewhere_names.to_owned() });
    let tool = format!("{} {}", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    facts.push(Fact { name: w.made_by, value: tool });
    facts
}
