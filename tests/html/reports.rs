//! Reports that are made here: large ones, and one that tries to break out of its page.

use std::collections::BTreeMap;
use std::sync::Arc;

use postproof::finding::{Finding, Lines, Meta, Severity};
use postproof::language::{Language, Message};
use postproof::probe::{Details, Hop, Outcome, Reason, Verdict};
use postproof::report::{
    Address, ArchiveCounts, Baseline, Changes, Coverage, Freshness, Healed, History, LinkCounts, Parts, PastRun, Place,
    Report, Run,
};
use postproof::rules;
use postproof::text::{Position, Span};

/// Rules that a large report has findings of.
pub(crate) const RULES: usize = 12;

const LINE: &str = "前文 [wrong](a b) 后文，今天的新闻";

/// The bytes of a post of a large report.
#[expect(clippy::unnecessary_wraps, reason = "it is a source, and a source may have nothing")]
pub(crate) fn large_source(_path: &str) -> Option<Vec<u8>> {
    Some(format!("---\nlayout: post\n---\n{LINE}\n").into_bytes())
}

/// A report of so many findings in posts of ten years, 200 categories and 300 hosts; without any, of a healthy archive.
pub(crate) fn large(count: usize) -> Report {
    let start = u32::try_from("---\nlayout: post\n---\n前文 ".len()).unwrap();
    let mut parts = parts();
    for number in 0..count {
        let meta = rules::ALL[number % RULES * 5].meta();
        let (year, month, day) = (2013 + number / 97 % 10, 1 + number / 31 % 12, 1 + number % 28);
        let path: Arc<str> = format!("_posts/{year}-{month:02}-{day:02}-NW{number:012}.md").into();
        let span = Span::new(start, start + 12);
        let mut finding = finding(meta, &path, span, format!("white space in `a b`, found as number {number}"));
        finding.severity([Severity::Error, Severity::Warning, Severity::Info][number % 7 % 3]);
        finding.help = Some("write `%20` for each space".into());
        finding.url(format!("http://host{}.example/{number}", number % 300));
        let at = |column| Position { line: 4, column, utf16_column: column };
        finding.lines = Some(Lines { start: at(4), end: at(16) });
        parts.categories.insert(path, format!("category{}", number % 200).into());
        parts.findings.push(finding);
    }
    if count > 0 {
        for number in 0..count.min(5000) {
            parts.addresses.push(address(&format!("http://host{}.example/{number}", number % 300), number));
        }
        parts.links.by_verdict =
            BTreeMap::from([(Verdict::Alive, 40_000), (Verdict::Dead, 4_000), (Verdict::Moved, 1_000)]);
        parts.links.external = 45_000;
        parts.coverage = Coverage { addresses: 45_000, answered: 44_900, ..Coverage::default() };
        parts.coverage.not_checked.insert("excluded".into(), 100);
        parts.freshness = Freshness { this_run: 40_000, day: 3_000, week: 1_900, month: 0, older: 0, never: 100 };
    }
    let mut report = Report::new(parts);
    if count > 0 {
        remember(&mut report);
    }
    report
}

/// A large report of which a baseline knows every other finding.
pub(crate) fn half_known(count: usize) -> Report {
    let mut report = all_known(count);
    for reported in report.findings.iter_mut().step_by(2) {
        reported.known = false;
    }
    report.summary.known = report.findings.iter().filter(|reported| reported.known).count() as u64;
    report.summary.healthy = false;
    report
}

/// A large report of which a baseline knows every finding that can fail a run, without the rest.
pub(crate) fn all_known(count: usize) -> Report {
    let mut report = large(count);
    report.hold_against(&Baseline::default().updated(&report));
    report
}

/// A finding that says what is given, in whatever language.
fn finding(meta: &'static Meta, path: &Arc<str>, span: Span, message: String) -> Finding {
    let nothing = Message::marked("");
    let mut finding = Finding::new(meta, (Arc::clone(path), span), (Language::English, &nothing));
    finding.message = message;
    finding
}

fn address(url: &str, number: usize) -> Address {
    let (verdict, reason) = if number.is_multiple_of(5) {
        (Verdict::Moved, Reason::Status(200))
    } else {
        (Verdict::Dead, Reason::Status(404))
    };
    let redirects: Box<[Hop]> = if verdict == Verdict::Moved {
        [Hop { status: 301, to: format!("{url}?new").into() }].into()
    } else {
        Box::default()
    };
    let outcome = Outcome {
        verdict,
        checked_at: Some("2022-01-18T00:00:01Z".parse().unwrap()),
        attempts: 2,
        elapsed_ms: 40,
        ..Outcome::skipped(reason)
    };
    let outcome = outcome.with(Details { redirects, ..Details::default() });
    let place = Place { path: "_posts/2022-01-17-a.md".into(), line: 9, column: 1, text: "原文".into() };
    Address {
        fragments: Box::default(),
        url: url.into(),
        outcome,
        from_state: false,
        origin: None,
        occurrences: 1 + number as u64 % 9,
        places: vec![place],
    }
}

/// Eight runs before this one, and what changed since the last of them.
fn remember(report: &mut Report) {
    let run = |day: u64| PastRun {
        started_at: format!("2022-01-{day:02}T00:00:00Z").parse().unwrap(),
        complete: true,
        healthy: Some(false),
        counts: [("errors".to_owned(), 30 + day), ("warnings".to_owned(), 60 - day)].into(),
    };
    let past: Vec<PastRun> = (10..18).map(run).collect();
    let healed = Healed {
        code: "LK002".into(),
        path: "_posts/2022-01-01-gone.md".into(),
        message: "white space in `a b`".into(),
        since: past[0].started_at,
    };
    let changes =
        Changes { since: past[7].started_at, comparable: true, new: 7, healed: 1, healed_findings: vec![healed] };
    for (number, reported) in report.findings.iter_mut().enumerate() {
        reported.since = Some(if number < 7 { report.run.started_at } else { past[number % 8].started_at });
    }
    report.history = History::new(false, Severity::Error, Some(changes), past);
}

fn parts() -> Parts {
    Parts {
        run: Run {
            started_at: "2022-01-18T00:00:00Z".parse().unwrap(),
            finished_at: "2022-01-18T00:02:30Z".parse().unwrap(),
            offline: false,
            since: None,
            revision: Some("0123456789abcdef".into()),
            complete: true,
            insecure: false,
            vantage: None,
        },
        archive: ArchiveCounts { posts: 200_000, pages: 2_019, files: 3, bytes: 663_420_100 },
        links: LinkCounts::default(),
        findings: Vec::new(),
        lists_alive: true,
        addresses: Vec::new(),
        notices: Vec::new(),
        coverage: Coverage::default(),
        freshness: Freshness::default(),
        categories: BTreeMap::new(),
        fail_at: Severity::Error,
    }
}

/// Texts that would break out of an attribute, an element, a script, a comment, or a template, or command a terminal.
const EVIL: [&str; 12] = [
    "<script>globalThis.evil = 'ran'</script>",
    "</script><script>globalThis.evil = 'ran'</script>",
    "<!--<script>",
    "\"><img src=x onerror=\"globalThis.evil='ran'\">",
    "' onmouseover='globalThis.evil=1' x='",
    "</style></title></textarea></template><x-evil>",
    "javascript:globalThis.evil='ran'",
    "{{ 7 * 7 }} {% raw %} ${globalThis.evil='ran'}",
    "]]>--><svg onload=globalThis.evil='ran'>",
    "\u{202e}\u{1b}[31m\u{7}\u{2028}\u{0}",
    "http://u:p@evil.example/?api_key=hunter2hunter2hunter2",
    "&lt;script&gt;globalThis.evil='ran'&lt;/script&gt;",
];

/// The bytes of a hostile post: all of it on the line that is shown.
#[expect(clippy::unnecessary_wraps, reason = "it is a source, and a source may have nothing")]
pub(crate) fn hostile_source(_path: &str) -> Option<Vec<u8>> {
    Some(format!("x{}\n", EVIL[..6].concat()).into_bytes())
}

/// A report in which every text is hostile.
pub(crate) fn hostile() -> Report {
    with(|number| EVIL[number % EVIL.len()].to_owned())
}

/// The same with plain texts.
pub(crate) fn tame() -> Report {
    with(|number| format!("plain {number}"))
}

/// A text as it may stand in a path; secrets stand in addresses.
fn in_path(text: &str) -> String {
    text.replace("http://u:p@", "").replace("?api_key=hunter2hunter2hunter2", "")
}

fn with(text: impl Fn(usize) -> String) -> Report {
    let mut parts = parts();
    for number in 0..EVIL.len() {
        let path: Arc<str> = format!("_posts/2022-01-17-{}.md", in_path(&text(number))).into();
        let meta = rules::ALL[number % 3].meta();
        let mut finding = finding(meta, &path, Span::new(1, 40), text(number));
        (finding.help, finding.url) = (Some(text(number)), Some(text(number)));
        parts.categories.insert(path, text(number).into());
        parts.findings.push(finding);
        let mut hostile = address(&format!("http://evil.example/{number}/{}", in_path(&text(number))), number * 5);
        hostile.outcome.redirects = [Hop { status: 301, to: text(number).into() }].into();
        hostile.outcome.evidence = Some(text(number).into());
        hostile.outcome.final_url = Some(text(number).into());
        hostile.places[0].path = text(number).into();
        parts.addresses.push(hostile);
        let mut alone = address("x", 0);
        alone.url = text(number).into();
        parts.addresses.push(alone);
        parts.notices.push(text(number));
        parts.coverage.not_checked.insert(text(number), 1);
    }
    parts.run.revision = Some(text(0));
    parts.run.since = Some(text(3));
    parts.links.external = 24;
    parts.links.by_verdict = BTreeMap::from([(Verdict::Moved, 24)]);
    parts.coverage.addresses = 24;
    let mut report = Report::new(parts);
    remember(&mut report);
    if let Some(changes) = &mut report.history.changes {
        let evil =
            |number| Healed { code: text(number), path: text(number), message: text(number), since: changes.since };
        changes.healed_findings = (0..EVIL.len()).map(evil).collect();
    }
    report
}
