//! Records, one JSON object a line: what `jq`, `duckdb` and other machines read without holding the whole of it.
//!
//! Every record has a `type`. A file is, in this order, one `run`, the `notice`s, the `finding`s, the `outcome`s, and
//! one `summary`; a file without its `summary` was cut.
//!
//! ```json
//! {"type":"run","format":1,"tool":{…},"run":{…},"archive":{…},"vantage":"shanghai"}
//! {"type":"notice","text":"…"}
//! {"type":"finding","code":"FM003","name":"invalid-yaml",…}
//! {"type":"outcome","url":"http://a.example/x","verdict":"moved","reason":"http-200","status":200,
//!  "final_url":"https://a.example/x","redirects":[{"status":301,"to":"https://a.example/x"}],
//!  "checked_at":"2022-01-18T00:00:01Z","vantage":"shanghai","from_state":false,"attempts":2,"elapsed_ms":40,
//!  "evidence":null,"fragments":["chapter-2"],"missing_fragments":[],"occurrences":3,"masked":false}
//! {"type":"summary","healthy":false,…,"not_checked":{"excluded":3}}
//! ```
//!
//! `run`, `finding` and `summary` have the members of the JSON report. An `outcome` is what one address of the web
//! answered, for another machine to take over:
//!
//! - `url`: absolute, without fragment, as the JSON report's; `verdict` and `reason` are its words too.
//! - `status`, `final_url`, `checked_at` (RFC 3339, UTC), `vantage` and `evidence` are `null` where there is none;
//!   an address that was not asked has the verdict `skipped` and no `checked_at`.
//! - `vantage`: the place that asked, by its name in the settings.
//! - `fragments`: the places in the page that were looked for, of which `missing_fragments` are not there.
//! - `seen`: what was seen of a page that was judged by what it says; not there otherwise. `drift` is how much of the
//!   post's title and lead it shows, in percent.
//! - `masked`: whether a secret in any of its addresses was hidden; `url` is then not the address that was asked, and
//!   the record is for reading only.
//!
//! A reader leaves out members and types that it does not know. Every address is there, the living ones too: to know from
//! elsewhere that an address is well is what an import is for.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

use serde::Serialize;

use super::json::lines::OneLine;
use super::json::{TOOL, Tool, archive_view, finding_view, moment, redirects, run_view, summary_view};
use super::shown::masked;
use super::{Context, Format, Report, Row};
use crate::probe::{Seen, Verdict};

/// Version of the records; it changes when a reader must.
const FORMAT: u32 = 1;

/// The format `ndjson`, file `health.ndjson`.
#[derive(Clone, Copy, Debug)]
pub struct Ndjson;

impl Format for Ndjson {
    fn name(&self) -> &'static str {
        "ndjson"
    }

    fn file_name(&self) -> &'static str {
        "health.ndjson"
    }

    fn hands_over(&self) -> bool {
        true
    }

    fn write(&self, report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut out = BufWriter::with_capacity(1 << 16, out);
        let Report { run, archive, summary, findings, addresses, notices, coverage, .. } = report;
        let vantage = run.vantage.as_deref();
        let (tool, run) = (TOOL, run_view(run));
        record(&mut out, "run", Head { format: FORMAT, tool, run, archive: archive_view(*archive), vantage })?;
        for notice in notices {
            record(&mut out, "notice", Notice { text: masked(context.mask, notice) })?;
        }
        for reported in findings {
            record(&mut out, "finding", finding_view(reported, context))?;
        }
        for address in addresses.iter() {
            record(&mut out, "outcome", outcome(&address, vantage, context))?;
        }
        record(&mut out, "summary", Tail { summary: summary_view(summary), not_checked: &coverage.not_checked })?;
        out.flush()
    }
}

#[derive(Serialize)]
struct Record<V: Serialize> {
    r#type: &'static str,
    #[serde(flatten)]
    value: V,
}

#[derive(Serialize)]
struct Head<'r, R: Serialize, A: Serialize> {
    format: u32,
    tool: Tool,
    run: R,
    archive: A,
    vantage: Option<&'r str>,
}

#[derive(Serialize)]
struct Tail<'r, S: Serialize> {
    #[serde(flatten)]
    summary: S,
    not_checked: &'r BTreeMap<String, u64>,
}

#[derive(Serialize)]
struct Notice<'r> {
    text: Cow<'r, str>,
}

#[derive(Serialize)]
struct Outcome<'r, R: Serialize> {
    url: Cow<'r, str>,
    verdict: Verdict,
    reason: Cow<'static, str>,
    status: Option<u16>,
    final_url: Option<Cow<'r, str>>,
    redirects: R,
    checked_at: Option<String>,
    vantage: Option<&'r str>,
    from_state: bool,
    attempts: u16,
    elapsed_ms: u32,
    evidence: Option<Cow<'r, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seen: Option<Seen>,
    fragments: Vec<&'r str>,
    missing_fragments: Vec<&'r str>,
    occurrences: u64,
    masked: bool,
}

fn record(out: &mut impl Write, r#type: &'static str, value: impl Serialize) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, OneLine);
    Record { r#type, value }.serialize(&mut serializer)?;
    out.write_all(b"\n")
}

fn outcome<'r>(
    address: &Row<'r>,
    vantage: Option<&'r str>,
    context: &'r Context<'_>,
) -> Outcome<'r, impl Serialize + use<'r>> {
    let (spelt, outcome) = (address.url, address.outcome);
    let url = (context.mask)(address.url);
    let final_url = outcome.final_url.as_deref().map(context.mask);
    let is_hidden = |url: &str| matches!((context.mask)(url), Cow::Owned(_));
    let masked_addresses = matches!(url, Cow::Owned(_))
        || matches!(final_url, Some(Cow::Owned(_)))
        || outcome.redirects.iter().any(|hop| is_hidden(&hop.to));
    // A fragment that hides a secret is nobody's place in a page.
    let shown = |fragments: &mut dyn Iterator<Item = &'r str>| {
        let is_harmless = |fragment: &&str| !is_hidden(&format!("{spelt}#{fragment}"));
        fragments.filter(|fragment| masked_addresses || is_harmless(fragment)).collect()
    };
    Outcome {
        url,
        verdict: outcome.verdict,
        reason: outcome.reason.name(),
        status: outcome.status,
        final_url,
        redirects: redirects(outcome, context),
        checked_at: outcome.checked_at.map(moment),
        vantage: address.origin.or(vantage),
        from_state: address.from_state,
        attempts: outcome.attempts,
        elapsed_ms: outcome.elapsed_ms,
        evidence: outcome.evidence.as_deref().map(|evidence| masked(context.mask, evidence)),
        seen: outcome.seen,
        fragments: shown(&mut address.fragments.iter().map(|fragment| &**fragment)),
        missing_fragments: shown(&mut outcome.missing_fragments.iter().map(|fragment| &**fragment)),
        occurrences: address.occurrences,
        masked: masked_addresses,
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{assert_harmless, hostile, pictured, usual, written};
    use super::*;
    use serde_json::Value;

    fn records(report: &Report) -> Vec<Value> {
        let text = written(&Ndjson, report);
        assert!(text.ends_with('\n'));
        text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
    }

    #[test]
    fn the_records_of_a_report() {
        insta::assert_snapshot!(pictured(&Ndjson));
    }

    #[test]
    fn every_record_has_its_type_and_the_end_is_marked() {
        let types: Vec<String> = records(&hostile()).iter().map(|record| record["type"].to_string()).collect();
        let expected =
            ["run", "notice", "finding", "finding", "finding", "outcome", "summary"].map(|name| format!("{name:?}"));
        assert_eq!(types, expected);
    }

    #[test]
    fn what_is_hostile_is_one_line_and_gives_nothing_away() {
        let report = hostile();
        assert_harmless(&written(&Ndjson, &report));
        let records = records(&report);
        let outcome = records.iter().find(|record| record["type"] == "outcome").unwrap();
        assert_eq!(outcome["masked"], true);
        assert_eq!(outcome["url"], "http://***@a.example/?access_token=***");
        assert_eq!(outcome["redirects"][0]["to"], "http://***@b.example/");
    }

    #[test]
    fn findings_are_those_of_the_json_report() {
        let report = usual();
        let whole: Value = serde_json::from_str(&written(&super::super::Json, &report)).unwrap();
        let mut found: Vec<Value> = records(&report).into_iter().filter(|record| record["type"] == "finding").collect();
        for finding in &mut found {
            finding.as_object_mut().unwrap().shift_remove("type");
        }
        assert_eq!(Value::from(found), whole["findings"]);
    }
}
