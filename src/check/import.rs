//! Outcomes that another place has learnt, as `--format ndjson` wrote them there.
//!
//! A file that travelled is not believed: each line is read by itself, and what cannot be used is told with its number
//! and left out. Lines of other types are no trouble; what an address of another archive is, is nobody's business here.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::language::{Message, say};
use crate::probe::{Details, Drift, Hop, Outcome, Reason, Seen, Verdict};
use crate::store::{self, Checked};

/// No line is longer; an outcome takes some hundred bytes.
const LONGEST_LINE: usize = 1 << 20;
/// No text of a line is kept further than this.
const LONGEST_TEXT: usize = 2048;
/// No chain of redirects is.
const MOST_HOPS: usize = 50;
/// Places in one page that links can name.
const MOST_FRAGMENTS: usize = 1000;
/// A clock may be wrong by so much.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_hours(1);
/// Troubles that are told one by one.
const TOLD: usize = 5;
/// Numbers of further lines that are told.
const NUMBERED: usize = 20;

/// What a file of outcomes gives.
#[derive(Debug, Default)]
pub(super) struct Imported {
    /// The outcomes.
    pub(super) checked: Vec<Checked>,
    /// Sentences about what could not be used.
    pub(super) notices: Vec<Message>,
}

#[derive(Deserialize)]
struct Line {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    vantage: Option<String>,
}

#[derive(Deserialize)]
struct Record {
    url: String,
    verdict: Verdict,
    reason: String,
    #[serde(default)]
    status: Option<u16>,
    #[serde(default)]
    final_url: Option<String>,
    #[serde(default)]
    redirects: Vec<Hop>,
    checked_at: Option<String>,
    #[serde(default)]
    vantage: Option<String>,
    #[serde(default)]
    attempts: u16,
    #[serde(default)]
    elapsed_ms: u32,
    #[serde(default)]
    evidence: Option<String>,
    #[serde(default)]
    seen: Option<Seen>,
    #[serde(default)]
    fragments: Vec<String>,
    #[serde(default)]
    missing_fragments: Vec<String>,
    #[serde(default)]
    masked: bool,
}

/// Reads the outcomes in a file, of addresses for which `is_wanted` says so. `name` is the file's.
pub(super) fn read(name: &str, bytes: &[u8], now: Timestamp, is_wanted: &dyn Fn(&str) -> bool) -> Imported {
    let mut imported = Imported::default();
    let mut troubles = Vec::new();
    let mut place: Option<String> = None;
    let mut foreign = 0_usize;
    for (line, number) in bytes.split(|byte| *byte == b'\n').zip(1_usize..) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match read_line(line, now, &mut place) {
            Ok(Some(checked)) if is_wanted(&checked.url) => imported.checked.push(checked),
            Ok(Some(_)) => foreign += 1,
            Ok(None) => {}
            Err(words) => troubles.push((number, words)),
        }
    }
    for (number, words) in troubles.iter().take(TOLD) {
        let words = words.clone();
        imported.notices.push(say!("{name}:{number}: {words}; the line is left out", name, number, words));
    }
    if let Some(more) = troubles.len().checked_sub(TOLD).filter(|more| *more > 0) {
        let mut numbers: Vec<String> =
            troubles.iter().skip(TOLD).take(NUMBERED).map(|(number, _)| number.to_string()).collect();
        if more > NUMBERED {
            numbers.push("…".to_owned());
        }
        let lines = numbers.join(" ");
        imported.notices.push(say!("{name}: {more} more lines are left out, in lines {lines}", name, more, lines));
    }
    if foreign > 0 {
        imported.notices.push(say!(
            "{name}: {foreign} outcomes are of addresses that this archive does not name",
            name,
            foreign,
        ));
    }
    // The newest last, whatever the order of lines, so that it is what remains.
    imported.checked.sort_by(|a, b| (a.outcome.checked_at, &a.url).cmp(&(b.outcome.checked_at, &b.url)));
    imported
}

/// The outcome in a line; `None` for a line of another type, or of an address that was not asked.
fn read_line(line: &[u8], now: Timestamp, place: &mut Option<String>) -> Result<Option<Checked>, Message> {
    if line.len() > LONGEST_LINE {
        return Err(say!("it is longer than {bytes} bytes", bytes = LONGEST_LINE));
    }
    let head: Line = serde_json::from_slice(line).map_err(|error| say!("it is no record ({error})", error))?;
    match head.kind.as_str() {
        "run" => {
            *place = head.vantage;
            return Ok(None);
        }
        "outcome" => {}
        _ => return Ok(None),
    }
    let record: Record = serde_json::from_slice(line).map_err(|error| say!("it is no outcome ({error})", error))?;
    if record.verdict == Verdict::Skipped || record.masked {
        return Ok(None);
    }
    let Some(at) = record.checked_at.as_deref() else { return Ok(None) };
    let at: Timestamp = at.parse().map_err(|_| say!("`{text}` is no time", text = cut(at)))?;
    if at.duration_since(now) > CLOCK_TOLERANCE {
        return Err(say!("`{at}` has not come yet", at));
    }
    if !record.url.starts_with("http://") && !record.url.starts_with("https://") {
        return Err(say!("its `url` is no address of the web"));
    }
    let reason = store::reason_named(&record.reason)
        .ok_or_else(|| say!("`{text}` is no reason", text = record.reason.chars().take(40).collect::<String>()))?;
    agrees(record.verdict, reason)?;
    let place = record.vantage.as_ref().or(place.as_ref()).filter(|place| !place.is_empty());
    // What is said to be missing counts only if it was looked for.
    let fragments: Box<[Box<str>]> =
        record.fragments.iter().take(MOST_FRAGMENTS).map(|fragment| cut(fragment).into()).collect();
    let missing = record.missing_fragments.iter().map(|fragment| cut(fragment));
    let missing = missing.filter(|missing| fragments.iter().any(|known| **known == **missing));
    let missing_fragments = missing.map(Into::into).collect();
    let is_share = |drift: &Drift| drift.title <= 100 && drift.lead <= 100;
    let seen = record.seen.map(|seen| Seen { drift: seen.drift.filter(is_share) });
    let details = Details {
        final_url: record.final_url.as_deref().map(|url| cut(url).into()),
        redirects: record.redirects.into_iter().take(MOST_HOPS).collect(),
        evidence: record.evidence.as_deref().map(|words| cut(words).into()),
        missing_fragments,
        ..Details::default()
    };
    Ok(Some(Checked {
        origin: Some(cut(place.map_or("elsewhere", String::as_str)).into()),
        fragments,
        outcome: Outcome {
            verdict: record.verdict,
            reason,
            status: record.status.filter(|status| (100..=999).contains(status)),
            checked_at: Some(at),
            attempts: record.attempts,
            elapsed_ms: record.elapsed_ms,
            seen,
            ..Outcome::skipped(reason)
        }
        .with(details),
        url: record.url.into(),
    }))
}

/// An outcome whose two halves contradict each other was not written by this program.
fn agrees(verdict: Verdict, reason: Reason) -> Result<(), Message> {
    let is_sound = match reason {
        Reason::Status(404 | 410) => matches!(verdict, Verdict::Dead),
        Reason::DnsNotFound => verdict == Verdict::Dead,
        Reason::Status(status) => {
            status >= 300 || matches!(verdict, Verdict::Alive | Verdict::Moved | Verdict::Suspect)
        }
        Reason::Offline | Reason::Budget | Reason::Interrupted | Reason::Excluded | Reason::PrivateAddress => false,
        _ => !matches!(verdict, Verdict::Alive | Verdict::Moved),
    };
    if is_sound {
        return Ok(());
    }
    Err(say!("`{verdict}` cannot follow from `{reason}`", verdict = verdict.name(), reason = reason.name()))
}

fn cut(text: &str) -> &str {
    text.get(..text.floor_char_boundary(LONGEST_TEXT)).unwrap_or(text)
}

/// The newest outcome of each address, so that each is remembered once.
pub(super) fn newest(checked: Vec<Checked>) -> Vec<Checked> {
    let newest: BTreeMap<Box<str>, Checked> = checked.into_iter().map(|one| (one.url.clone(), one)).collect();
    newest.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    const NOW: &str = "2026-11-26T12:00:00Z";

    fn import(text: &str) -> (Vec<String>, Vec<String>) {
        let imported = read("o.ndjson", text.as_bytes(), NOW.parse().unwrap(), &|url| !url.contains("other"));
        let shown = newest(imported.checked).into_iter().map(|one| {
            let outcome = &one.outcome;
            format!(
                "{} {} {} {}",
                one.url,
                outcome.verdict.name(),
                outcome.reason.name(),
                one.origin.as_deref().unwrap()
            )
        });
        let english = |notice: &Message| notice.in_language(Language::English);
        (shown.collect(), imported.notices.iter().map(english).collect())
    }

    fn line(url: &str, verdict: &str, reason: &str, at: &str) -> String {
        format!(r#"{{"type":"outcome","url":"{url}","verdict":"{verdict}","reason":"{reason}","checked_at":"{at}"}}"#)
    }

    #[test]
    fn the_newest_counts_and_says_where_it_is_from() {
        let run = r#"{"type":"run","format":1,"vantage":"shanghai"}"#;
        let own = r#"{"type":"outcome","url":"http://b.cn/","verdict":"dead","reason":"http-404","status":404,"redirects":[{"status":301,"to":"http://c.cn/"}],"checked_at":"2026-11-25T00:00:00Z","vantage":"beijing","unknown":[1]}"#;
        let text = [
            line("http://a.cn/", "alive", "http-200", "2026-11-25T02:00:00Z"),
            run.to_owned(),
            line("http://a.cn/", "failing", "timeout", "2026-11-25T01:00:00Z"),
            own.to_owned(),
            line("http://c.cn/", "blocked", "robots", "2026-11-25T01:00:00Z"),
            line("http://d.cn/", "skipped", "budget", "2026-11-25T01:00:00Z"),
            r#"{"type":"finding","code":"FM001"}"#.to_owned(),
            String::new(),
        ]
        .join("\r\n");
        let (outcomes, notices) = import(&text);
        assert_eq!(
            outcomes,
            [
                "http://a.cn/ alive http-200 elsewhere",
                "http://b.cn/ dead http-404 beijing",
                "http://c.cn/ blocked robots shanghai"
            ]
        );
        assert!(notices.is_empty(), "{notices:?}");
    }

    #[test]
    fn what_was_looked_for_in_a_page_and_what_it_showed_come_along() {
        let of = |more: &str| {
            let line = line("http://a.cn/", "alive", "http-200", "2026-11-25T00:00:00Z");
            let line = format!("{},{more}}}", line.trim_end_matches('}'));
            let imported = read("o.ndjson", line.as_bytes(), NOW.parse().unwrap(), &|_| true);
            assert!(imported.notices.is_empty(), "{:?}", imported.notices);
            imported.checked.into_iter().next().unwrap()
        };
        let whole = r#""fragments":["a","第二章"],"missing_fragments":["第二章","other"],"seen":{"drift":{"title":90,"lead":4}}"#;
        let checked = of(whole);
        assert_eq!(&*checked.fragments, &["a".into(), "第二章".into()]);
        assert_eq!(&*checked.outcome.missing_fragments, &["第二章".into()], "what nobody looked for is not missing");
        assert_eq!(checked.outcome.seen, Some(Seen { drift: Some(Drift { title: 90, lead: 4 }) }));
        assert_eq!(of(r#""seen":{"drift":{"title":101,"lead":4}}"#).outcome.seen, Some(Seen { drift: None }));
        assert_eq!(of(r#""seen":null,"fragments":[]"#).outcome.seen, None);
    }

    #[test]
    fn what_cannot_be_used_is_told_with_its_line() {
        let lines = [
            "{".to_owned(),
            "[1]".to_owned(),
            line("http://a.cn/", "alive", "http-200", "2027-01-01T00:00:00Z"),
            line("file:///etc/passwd", "alive", "http-200", "2026-11-25T00:00:00Z"),
            line("http://a.cn/", "splendid", "http-200", "2026-11-25T00:00:00Z"),
            line("http://a.cn/", "alive", "moon-phase", "2026-11-25T00:00:00Z"),
            line("http://a.cn/", "alive", "http-404", "2026-11-25T00:00:00Z"),
            line("http://other.cn/", "alive", "http-200", "2026-11-25T00:00:00Z"),
            "\u{0}\u{1}".to_owned(),
        ];
        let (outcomes, notices) = import(&lines.join("\n"));
        assert!(outcomes.is_empty(), "{outcomes:?}");
        for (notice, words) in notices.iter().zip([
            "o.ndjson:1: it is no record (EOF",
            "o.ndjson:2: it is no record",
            "o.ndjson:3: `2027-01-01T00:00:00Z` has not come yet; the line is left out",
            "o.ndjson:4: its `url` is no address of the web",
            "o.ndjson:5: it is no outcome (unknown variant `splendid`",
            "o.ndjson: 3 more lines are left out, in lines 6 7 9",
            "o.ndjson: 1 outcomes are of addresses that this archive does not name",
        ]) {
            assert!(notice.starts_with(words), "{notice}");
        }
        assert_eq!(notices.len(), 7, "{notices:#?}");
    }

    #[test]
    fn nothing_is_too_hostile_to_be_read() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let long = line(&format!("http://a.cn/{}", "x".repeat(LONGEST_LINE)), "alive", "http-200", NOW);
        let (outcomes, notices) = import(&format!("{deep}\n{long}\n{}", "\n".repeat(1000)));
        assert!(outcomes.is_empty() && notices.len() == 2, "{notices:?}");
        let evidence = "证".repeat(100_000);
        let text = format!(
            r#"{{"type":"outcome","url":"http://a.cn/","verdict":"failing","reason":"timeout","checked_at":"{NOW}","evidence":"{evidence}"}}"#
        );
        let imported = read("o", text.as_bytes(), NOW.parse().unwrap(), &|_| true);
        assert!(imported.checked[0].outcome.evidence.as_ref().unwrap().len() <= LONGEST_TEXT);
    }
}
