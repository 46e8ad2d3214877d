//! The findings as a table for spreadsheets: a record a line, RFC 4180 with CRLF, and a byte order mark, without which
//! Excel takes Chinese for the system's code page.
//!
//! A spreadsheet runs what begins like a formula, and a title or a file's name can: such a cell begins with `'`, which
//! spreadsheets show as text. Line breaks and controls inside a cell become visible signs, so that a record is one line.
//! Programs that need the bytes as they are read the JSON or the NDJSON report.

use std::borrow::Cow;
use std::io::{self, BufWriter, Write};

use ::csv::{Terminator, WriterBuilder};

use super::json::moment;
use super::shown::shown;
use super::{Context, Format, Report, Reported};

/// The columns, in their order.
const COLUMNS: [&str; 17] = [
    "severity",
    "code",
    "name",
    "effect",
    "path",
    "line",
    "column",
    "end_line",
    "end_column",
    "offset",
    "length",
    "message",
    "help",
    "url",
    "fingerprint",
    "since",
    "known",
];

/// The format `csv`, file `health.csv`.
#[derive(Clone, Copy, Debug)]
pub struct Csv;

impl Format for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn file_name(&self) -> &'static str {
        "health.csv"
    }

    fn write(&self, report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut out = BufWriter::with_capacity(1 << 16, out);
        out.write_all("\u{FEFF}".as_bytes())?;
        let mut table = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out);
        table.write_record(COLUMNS)?;
        for reported in &report.findings {
            table.write_record(row(reported, context).iter().map(|cell| cell.as_bytes()))?;
        }
        table.flush()
    }
}

fn row<'r>(reported: &'r Reported, context: &Context<'_>) -> [Cow<'r, str>; 17] {
    let finding = &reported.finding;
    let (start, end) = finding
        .lines
        .map_or(((1, 1), (1, 1)), |lines| ((lines.start.line, lines.start.column), (lines.end.line, lines.end.column)));
    let number = |number: u32| Cow::Owned(number.to_string());
    let foreign = |text: &'r str| inert(shown(context, text));
    [
        finding.severity.name().into(),
        finding.meta.code.as_str().into(),
        finding.meta.name.into(),
        finding.effect.name().into(),
        foreign(&finding.path),
        number(start.0),
        number(start.1),
        number(end.0),
        number(end.1),
        number(finding.span.start),
        number(finding.span.len()),
        foreign(&finding.message),
        foreign(finding.help.as_deref().unwrap_or_default()),
        foreign(finding.url.as_deref().unwrap_or_default()),
        reported.fingerprint.to_string().into(),
        reported.since.map(moment).unwrap_or_default().into(),
        // Only a run with a baseline knows.
        if reported.known { "known".into() } else { Cow::Borrowed("") },
    ]
}

/// A cell that no spreadsheet takes for a formula, whatever white space or width its first sign has.
fn inert(cell: Cow<'_, str>) -> Cow<'_, str> {
    let first = cell.trim_start().chars().next();
    match first {
        Some('=' | '+' | '-' | '@' | '|' | '%' | '＝' | '＋' | '－' | '＠' | '␉' | '␍' | '␊') => {
            Cow::Owned(format!("'{cell}"))
        }
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::tests::{ABORTS, finding, parts};
    use super::super::samples::{assert_harmless, hostile, pictured, written};
    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn the_table_of_a_report() {
        insta::assert_snapshot!(pictured(&Csv).replace('\r', ""));
    }

    #[test]
    fn every_record_is_a_line_and_no_cell_a_formula() {
        let text = written(&Csv, &hostile());
        assert_harmless(text.trim_start_matches('\u{FEFF}'));
        assert_eq!(text.matches("\r\n").count(), 4);
        assert_eq!(text.matches('\n').count(), 4);
        let rows = rows(&text);
        assert_eq!(rows.len(), 4);
        for cell in rows.iter().skip(1).flatten() {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t']), "{cell}");
        }
        assert_eq!(rows[1][4], "'-x.md");
        assert_eq!(rows[2][4], "'@x.md");
    }

    #[test]
    fn white_space_and_full_width_signs_hide_no_formula() {
        for text in ["=1", " =1", "\u{3000}=1", "＝1", "\t=1", "\r\n=1", "-2+3", "@SUM(1)", "+1", "|cmd", "%0A"] {
            let report = Report::new(parts(vec![finding(&ABORTS, "a.md", (0, 0), text)]));
            let rows = rows(&written(&Csv, &report));
            assert!(rows[1][11].starts_with('\''), "{text:?}: {}", rows[1][11]);
        }
        for text in ["a=1", "中文", "'=1", "1-2", "http://a.example/?a=b"] {
            let report = Report::new(parts(vec![finding(&ABORTS, "a.md", (0, 0), text)]));
            assert_eq!(rows(&written(&Csv, &report))[1][11], text);
        }
    }

    #[test]
    fn commas_quotes_and_chinese_come_back_as_they_were() {
        let report = Report::new(parts(vec![finding(&ABORTS, "a,\"b\".md", (0, 0), "他说,\"好\"")]));
        let rows = rows(&written(&Csv, &report));
        assert_eq!((&*rows[1][4], &*rows[1][11]), ("a,\"b\".md", "他说,\"好\""));
    }
}
