//! The JSON report, version 1: what scripts and other programs read. Its shape is fixed by `health.schema.json`.
//!
//! It is written as it is walked: no tree is built, so a report of 300,000 findings costs next to no memory of its own.
//! Each finding and each address stands on a line of its own, so that `grep`, `diff` and git work on it.
//! Characters that would command a terminal are escaped; to a JSON parser that makes no difference.

mod address;
mod audit;
pub(super) mod lines;
mod rows;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

use jiff::{Timestamp, TimestampRound, Unit};
use serde::{Serialize, Serializer};

use self::audit::{BreakdownView, CoverageView};
use self::lines::Lines;
use super::shown::masked;
use super::{ArchiveCounts, Context, Fingerprint, Format, Freshness, Report, Reported, Summary, VERSION};
use crate::finding::{Effect, Severity};
use crate::probe::{Hop, Outcome, Verdict};

/// The format `json`, file `health.json`.
#[derive(Clone, Copy, Debug)]
pub struct Json;

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn file_name(&self) -> &'static str {
        "health.json"
    }

    fn write(&self, report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut out = BufWriter::with_capacity(1 << 16, out);
        let mut head = Vec::new();
        view(report, context).serialize(&mut serde_json::Serializer::with_formatter(&mut head, Lines::default()))?;
        // The object stays open for what is long.
        out.write_all(head.strip_suffix(b"\n}").unwrap_or(&head))?;
        let finding = |number: usize, out: &mut Vec<u8>| {
            let Some(reported) = report.findings.get(number) else { return Ok(false) };
            let view = finding_view(reported, context);
            view.serialize(&mut serde_json::Serializer::with_formatter(out, Lines::within(2)))?;
            Ok(true)
        };
        rows::write(&mut out, "findings", report.findings.len(), finding)?;
        let address = |number: usize, out: &mut Vec<u8>| {
            let row = report.addresses.get(number).filter(|row| report.lists(row));
            let Some(row) = row else { return Ok(false) };
            address::write(&row, &report.addresses.places(number), context, out).map(|()| true)
        };
        rows::write(&mut out, "addresses", report.addresses.len(), address)?;
        out.write_all(b"\n}\n")?;
        out.flush()
    }
}

#[derive(Serialize)]
struct View<'r, R: Serialize, C: Serialize, H: Serialize, N: Serialize> {
    version: u32,
    tool: Tool,
    run: R,
    archive: C,
    summary: SummaryView<'r>,
    coverage: CoverageView<'r>,
    freshness: Freshness,
    breakdown: BreakdownView<'r>,
    history: H,
    notices: N,
}

/// The program that wrote the report.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Run<'r> {
    started_at: String,
    finished_at: String,
    offline: bool,
    since: Option<&'r str>,
    revision: Option<&'r str>,
    complete: bool,
    insecure: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    vantage: Option<&'r str>,
}

#[derive(Serialize)]
struct Archive {
    posts: u64,
    pages: u64,
    files: u64,
    bytes: u64,
}

/// The summary as the JSON report has it.
#[derive(Serialize)]
pub(super) struct SummaryView<'r> {
    healthy: bool,
    errors: u64,
    warnings: u64,
    infos: u64,
    known: u64,
    by_rule: BTreeMap<&'static str, u64>,
    links: Links<'r>,
}

#[derive(Serialize)]
struct Links<'r> {
    occurrences: u64,
    unique: u64,
    internal: u64,
    external: u64,
    #[serde(serialize_with = "by_verdict")]
    by_verdict: &'r Summary,
}

#[derive(Serialize)]
struct FindingView<'r> {
    code: &'static str,
    name: &'static str,
    severity: Severity,
    effect: Effect,
    path: &'r str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    offset: u32,
    length: u32,
    message: Cow<'r, str>,
    help: Option<Cow<'r, str>>,
    url: Option<Cow<'r, str>>,
    fingerprint: Fingerprint,
    since: Option<String>,
    known: bool,
    category: Option<Cow<'r, str>>,
}

#[derive(Serialize)]
struct HopView<'r> {
    status: u16,
    to: Cow<'r, str>,
}

/// A sequence that is made while it is written.
struct Sequence<I>(I);

impl<I> Serialize for Sequence<I>
where
    I: Clone + IntoIterator,
    I::Item: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.clone())
    }
}

/// Who wrote the report.
pub(super) const TOOL: Tool = Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };

/// All but the findings and the addresses.
fn view<'r>(report: &'r Report, context: &'r Context<'_>) -> impl Serialize + 'r {
    let Report { run, archive, summary, notices, coverage, freshness, .. } = report;
    let Report { breakdown, history, .. } = report;
    View {
        version: VERSION,
        tool: TOOL,
        run: run_view(run),
        archive: archive_view(*archive),
        summary: summary_view(summary),
        coverage: audit::coverage(coverage),
        freshness: *freshness,
        breakdown: audit::breakdown(breakdown, context),
        history: audit::history(history, context),
        notices: Sequence(notices.iter().map(|notice| masked(context.mask, notice))),
    }
}

/// The run as the JSON report has it.
pub(super) fn run_view(run: &super::Run) -> impl Serialize + use<'_> {
    Run {
        started_at: moment(run.started_at),
        finished_at: moment(run.finished_at),
        offline: run.offline,
        since: run.since.as_deref(),
        revision: run.revision.as_deref(),
        complete: run.complete,
        insecure: run.insecure,
        vantage: run.vantage.as_deref(),
    }
}

/// What was read as the JSON report has it.
pub(super) fn archive_view(archive: ArchiveCounts) -> impl Serialize {
    Archive { posts: archive.posts, pages: archive.pages, files: archive.files, bytes: archive.bytes }
}

/// The summary as the JSON report has it.
pub(super) fn summary_view(summary: &Summary) -> SummaryView<'_> {
    SummaryView {
        healthy: summary.healthy,
        errors: summary.errors,
        warnings: summary.warnings,
        infos: summary.infos,
        known: summary.known,
        by_rule: summary.by_rule.iter().map(|(code, &count)| (code.as_str(), count)).collect(),
        links: Links {
            occurrences: summary.links.occurrences,
            unique: summary.links.unique,
            internal: summary.links.internal,
            external: summary.links.external,
            by_verdict: summary,
        },
    }
}

fn by_verdict<S: Serializer>(summary: &Summary, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(Verdict::ALL.iter().map(|&verdict| (verdict.name(), summary.links.of(verdict))))
}

/// A finding as the JSON report has it.
///
/// One whose lines nobody could find, because its file is gone, is put at the file's beginning.
pub(super) fn finding_view<'r>(reported: &'r Reported, context: &Context<'_>) -> impl Serialize + use<'r> {
    let finding = &reported.finding;
    let masked = |text: &'r str| masked(context.mask, text);
    let start = finding.lines.map_or((1, 1), |lines| (lines.start.line, lines.start.column));
    let end = finding.lines.map_or((1, 1), |lines| (lines.end.line, lines.end.column));
    FindingView {
        code: finding.meta.code.as_str(),
        name: finding.meta.name,
        severity: finding.severity,
        effect: finding.effect,
        path: &finding.path,
        line: start.0,
        column: start.1,
        end_line: end.0,
        end_column: end.1,
        offset: finding.span.start,
        length: finding.span.len(),
        message: masked(&finding.message),
        help: finding.help.as_deref().map(masked),
        url: finding.url.as_deref().map(context.mask),
        fingerprint: reported.fingerprint,
        since: reported.since.map(moment),
        known: reported.known,
        category: reported.category.as_deref().map(masked),
    }
}

/// The redirects on the way to an outcome, as the JSON report has them.
pub(super) fn redirects<'r>(outcome: &'r Outcome, context: &'r Context<'_>) -> impl Serialize + use<'r> {
    let hop = |hop: &'r Hop| HopView { status: hop.status, to: (context.mask)(&hop.to) };
    Sequence(outcome.redirects.iter().map(hop))
}

/// A moment as RFC 3339 in UTC, in whole seconds, the fraction cut off.
pub(super) fn moment(at: Timestamp) -> String {
    let whole = TimestampRound::new().smallest(Unit::Second).mode(jiff::RoundMode::Floor);
    at.round(whole).unwrap_or(at).to_string()
}

#[cfg(test)]
mod tests {
    use super::super::model::tests::{ABORTS, BROKEN, STYLE, address, finding, parts};
    use super::super::shown::{is_hidden, tests::hide};
    use super::*;
    use crate::language::say;
    use crate::probe::Reason;
    use crate::report::{Changes, Coverage, Healed, History, PastRun};
    use serde_json::Value;

    fn written(report: &Report) -> String {
        let mut out = Vec::new();
        Json.write(report, &Context::new(&|_| None, hide), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn sample() -> Report {
        let mut broken = finding(&BROKEN, "_posts/2022-01-17-a.md", (31, 37), "white space in http://u:p@a.cn/");
        broken.help(say!("write `%20`")).url("http://u:p@a.cn/");
        let mut parts = parts(vec![broken, finding(&ABORTS, "b\u{1b}\u{202e}\n.md", (0, 0), "\u{9b}31m\u{e0041}")]);
        parts.findings.push(finding(&STYLE, "_posts/2022-01-17-a.md", (1, 2), "m"));
        let mut moved = address("http://u:p@b.cn/", Verdict::Moved, Reason::Status(200));
        moved.outcome.redirects = [Hop { status: 301, to: "http://u:p@c.cn/".into() }].into();
        moved.outcome.final_url = Some("http://u:p@c.cn/".into());
        moved.outcome.checked_at = Some("2022-01-18T00:00:01.9Z".parse().unwrap());
        parts.addresses = vec![moved, address("http://a.cn/", Verdict::Dead, Reason::Status(404))];
        parts.links.judged(Verdict::Moved);
        parts.links.judged(Verdict::Dead);
        parts.notices.push("A notice on http://u:p@a.cn/.".into());
        parts.categories.insert("_posts/2022-01-17-a.md".into(), "shamenribao http://u:p@a.cn/".into());
        parts.coverage = Coverage { addresses: 3, answered: 1, ..Coverage::default() };
        parts.coverage.not_checked.insert("robots".into(), 2);
        parts.coverage.rules_off.insert(STYLE.code);
        let mut report = Report::new(parts);
        let moment: Timestamp = "2021-12-31T00:00:00.5Z".parse().unwrap();
        let healed = Healed {
            code: "LK002".into(),
            path: "gone.md".into(),
            message: "white space in http://u:p@a.cn/".into(),
            since: moment,
        };
        let changes = Changes { since: moment, comparable: true, new: 1, healed: 1, healed_findings: vec![healed] };
        let past =
            PastRun { started_at: moment, complete: true, healthy: None, counts: [("errors".to_owned(), 2)].into() };
        report.history = History::new(report.summary.healthy, report.fail_at, Some(changes), vec![past]);
        report.findings[0].since = Some("2021-12-31T00:00:00Z".parse().unwrap());
        report
    }

    #[test]
    fn what_is_written_keeps_the_schema() {
        let schema: Value = serde_json::from_str(super::super::schema()).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        for report in [sample(), Report::new(parts(vec![]))] {
            let value: Value = serde_json::from_str(&written(&report)).unwrap();
            let errors: Vec<String> =
                validator.iter_errors(&value).map(|error| format!("{error} at {}", error.instance_path())).collect();
            assert_eq!(errors, [""; 0]);
        }
        for (pointer, wrong) in [
            ("/version", Value::from(2)),
            ("/findings/0/severity", Value::from("fatal")),
            ("/findings/0/fingerprint", Value::from("12")),
            ("/findings/0/line", Value::from(0)),
            ("/addresses/0/verdict", Value::from("zombie")),
            ("/addresses/0/reason", Value::from("HTTP 404")),
            ("/run/started_at", Value::from("yesterday")),
            ("/summary/links/by_verdict", serde_json::json!({})),
            ("/coverage/share", Value::from(1.5)),
            ("/coverage/rules_off/0", Value::from("style")),
            ("/freshness/never", Value::Null),
            ("/breakdown/hosts", serde_json::json!({"a.cn": 1})),
            ("/history/changes/since", Value::from("yesterday")),
            ("/history/trend/0/counts/errors", Value::from(-1)),
            ("/archive", serde_json::json!({"posts": 1, "pages": 1, "files": 1, "bytes": 1, "more": 1})),
        ] {
            let mut value: Value = serde_json::from_str(&written(&sample())).unwrap();
            *value.pointer_mut(pointer).unwrap() = wrong;
            assert!(!validator.is_valid(&value), "{pointer} is not held");
        }
    }

    #[test]
    fn the_shape_is_the_contract() {
        let value: Value = serde_json::from_str(&written(&sample())).unwrap();
        let keys = |pointer: &str| keys(&value, pointer);
        assert_eq!(
            keys(""),
            "version tool run archive summary coverage freshness breakdown history notices findings addresses"
        );
        assert_eq!(keys("/run"), "started_at finished_at offline since revision complete insecure");
        assert_eq!(keys("/summary"), "healthy errors warnings infos known by_rule links");
        assert_eq!(keys("/summary/links"), "occurrences unique internal external by_verdict");
        assert_eq!(keys("/summary/links/by_verdict"), "alive moved dead failing blocked suspect skipped");
        assert_eq!(
            keys("/findings/0"),
            "code name severity effect path line column end_line end_column offset length message help url fingerprint since known category"
        );
        assert_eq!(
            keys("/addresses/0"),
            "url verdict reason status final_url redirects checked_at from_state attempts elapsed_ms evidence occurrences places"
        );
        assert_eq!(keys("/addresses/1/redirects/0"), "status to");
        assert_eq!(keys("/addresses/0/places/0"), "path line column text");
        assert_eq!(value["addresses"][1]["checked_at"], "2022-01-18T00:00:01Z");
    }

    #[test]
    fn the_shape_of_the_audit_is_the_contract() {
        let value: Value = serde_json::from_str(&written(&sample())).unwrap();
        let keys = |pointer: &str| keys(&value, pointer);
        assert_eq!(keys("/coverage"), "addresses answered share not_checked rules_off");
        assert_eq!(keys("/freshness"), "this_run day week month older never");
        assert_eq!(keys("/breakdown"), "months categories hosts");
        assert_eq!(keys("/breakdown/months/2022-01"), "errors warnings infos");
        assert_eq!(keys("/history"), "since changes trend");
        assert_eq!(keys("/history/changes"), "since comparable new healed healed_findings");
        assert_eq!(keys("/history/changes/healed_findings/0"), "code path message since");
        assert_eq!(keys("/history/trend/0"), "started_at complete counts");
    }

    fn keys(value: &Value, pointer: &str) -> String {
        value.pointer(pointer).unwrap().as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn no_secret_and_no_command_is_written() {
        let text = written(&sample());
        assert!(!text.contains("u:p"), "{text}");
        assert!(!text.chars().any(|c| is_hidden(c) && c != '\n'), "{text}");
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["findings"][2]["path"], "b\u{1b}\u{202e}\n.md");
        assert_eq!(value["findings"][2]["message"], "\u{9b}31m\u{e0041}");
    }

    #[test]
    fn each_finding_has_a_line() {
        let text = written(&sample());
        assert_eq!(text.lines().filter(|line| line.trim_start().starts_with("{\"code\"")).count(), 3);
        assert_eq!(text.lines().filter(|line| line.trim_start().starts_with("{\"url\"")).count(), 2);
    }
}
