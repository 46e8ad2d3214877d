//! What happened when: findings by month of the post, and errors and warnings over the runs.

use std::fmt::Write as _;

use super::super::view::date;
use super::super::words::{Words, chosen, fill};
use super::{Entry, Part, decimal, parts, ratio};
use crate::report::shown::grouped;
use crate::report::{Report, Tally};

/// Months that are drawn one by one; of more, years are.
const MONTHS: usize = 72;

/// A row of the table beside a picture.
pub(in crate::report::html) struct Row {
    pub(in crate::report::html) name: String,
    pub(in crate::report::html) errors: String,
    pub(in crate::report::html) warnings: String,
    pub(in crate::report::html) infos: String,
}

/// One column of months or years.
pub(in crate::report::html) struct Column {
    pub(in crate::report::html) title: String,
    pub(in crate::report::html) x: usize,
    pub(in crate::report::html) parts: Vec<Part>,
}

/// Columns side by side.
pub(in crate::report::html) struct Columns {
    pub(in crate::report::html) name: &'static str,
    pub(in crate::report::html) note: String,
    pub(in crate::report::html) label: String,
    pub(in crate::report::html) width: usize,
    pub(in crate::report::html) each: Vec<Column>,
    pub(in crate::report::html) first: String,
    pub(in crate::report::html) last: String,
    pub(in crate::report::html) rows: Vec<Row>,
}

/// A line of the trend.
pub(in crate::report::html) struct Line {
    pub(in crate::report::html) class: &'static str,
    pub(in crate::report::html) path: String,
}

/// A run on a line.
pub(in crate::report::html) struct Dot {
    pub(in crate::report::html) class: &'static str,
    pub(in crate::report::html) x: String,
    pub(in crate::report::html) y: String,
    pub(in crate::report::html) title: String,
}

/// Errors and warnings over the runs.
pub(in crate::report::html) struct Trend {
    pub(in crate::report::html) note: String,
    pub(in crate::report::html) label: String,
    pub(in crate::report::html) first: String,
    pub(in crate::report::html) last: String,
    pub(in crate::report::html) lines: Vec<Line>,
    pub(in crate::report::html) dots: Vec<Dot>,
    pub(in crate::report::html) legend: Vec<Entry>,
    pub(in crate::report::html) rows: Vec<Row>,
}

/// Findings by month of the post, or by year where the months are too many; `None` without any.
pub(in crate::report::html) fn months(report: &Report, words: &'static Words) -> Option<Columns> {
    let months = &report.breakdown.months;
    let (first, last) = (months.keys().next()?, months.keys().next_back()?);
    let (from, to) = (month_number(first)?, month_number(last)?);
    let by_year = months.len() > MONTHS;
    let mut tallies: Vec<(String, Tally)> = Vec::new();
    if by_year {
        for (month, tally) in months {
            let year = month.get(..4).unwrap_or_default();
            match tallies.last_mut().filter(|(known, _)| known == year) {
                Some((_, sum)) => add(sum, *tally),
                None => tallies.push((year.to_owned(), *tally)),
            }
        }
    } else if to - from < MONTHS {
        // A month without findings is drawn too: a gap says as much as a column.
        let name = |number: usize| format!("{:04}-{:02}", number / 12, number % 12 + 1);
        tallies
            .extend((from..=to).map(name).map(|name| (name.clone(), months.get(&name).copied().unwrap_or_default())));
    } else {
        tallies.extend(months.iter().map(|(name, tally)| (name.clone(), *tally)));
    }
    Some(columns(words, if by_year { words.by_year } else { words.by_month }, &tallies))
}

fn add(sum: &mut Tally, more: Tally) {
    sum.errors += more.errors;
    sum.warnings += more.warnings;
    sum.infos += more.infos;
}

fn month_number(month: &str) -> Option<usize> {
    let (year, month) = month.split_once('-')?;
    Some(year.parse::<usize>().ok()? * 12 + month.parse::<usize>().ok()?.checked_sub(1)?)
}

fn columns(words: &'static Words, name: &'static str, tallies: &[(String, Tally)]) -> Columns {
    let most = tallies.iter().map(|(_, tally)| tally.total()).max().unwrap_or(1).max(1);
    let top = tallies.iter().find(|(_, tally)| tally.total() == most).map_or("", |(name, _)| name);
    let row = |(name, tally): &(String, Tally)| Row {
        name: name.clone(),
        errors: grouped(tally.errors),
        warnings: grouped(tally.warnings),
        infos: grouped(tally.infos),
    };
    let column = |(at, (name, tally)): (usize, &(String, Tally))| {
        let counts = [tally.infos, tally.warnings, tally.errors];
        let classes = ["f-info", "f-warning", "f-error"];
        let mut parts = parts(&counts, &classes, (most, 100.0, 1.0));
        let height: f64 = parts.iter().filter_map(|part| part.width.parse::<f64>().ok()).sum();
        for part in &mut parts {
            part.x = decimal(part.x.parse::<f64>().unwrap_or(0.0) + 100.0 - height);
        }
        Column { title: format!("{name}: {}", grouped(tally.total())), x: at * 10 + 1, parts }
    };
    let ends = |end: Option<&(String, Tally)>| end.map_or(String::new(), |(name, _)| name.clone());
    let (first, last) = (ends(tallies.first()), ends(tallies.last()));
    let values = [("first", first.as_str()), ("last", &last), ("top", top), ("count", &grouped(most))];
    let label = fill(words.columns_label, &values);
    Columns {
        name,
        note: fill(words.most, &[("count", &grouped(most))]),
        label,
        // A few columns alone would be as broad as walls.
        width: tallies.len().max(12) * 10,
        each: tallies.iter().enumerate().map(column).collect(),
        first,
        last,
        rows: tallies.iter().filter(|(_, tally)| tally.total() > 0).map(row).collect(),
    }
}

/// Errors and warnings of the runs before this one and of this one; `None` if this is the first.
pub(in crate::report::html) fn trend(report: &Report, words: &'static Words) -> Option<Trend> {
    let past = report.history.trend.iter().map(|run| (run.started_at, run.count("errors"), run.count("warnings")));
    let now = (report.run.started_at, report.summary.errors, report.summary.warnings);
    let runs: Vec<_> = past.chain([now]).collect();
    let first = *runs.first().filter(|_| runs.len() > 1)?;
    let span = u64::try_from(now.0.as_second() - first.0.as_second()).unwrap_or(0);
    let most = runs.iter().map(|run| run.1.max(run.2)).max().unwrap_or(1).max(1);
    let x =
        |at: jiff::Timestamp| ratio(u64::try_from(at.as_second() - first.0.as_second()).unwrap_or(0), span) * 1000.0;
    let y = |count: u64| 100.0 - ratio(count, most) * 96.0;
    let (mut errors, mut warnings, mut dots) = (String::new(), String::new(), Vec::new());
    for (at, run) in runs.iter().enumerate() {
        let step = if at == 0 { 'M' } else { 'L' };
        // Writing to a string cannot fail.
        let _ = write!(errors, "{step}{} {}", decimal(x(run.0)), decimal(y(run.1)));
        let _ = write!(warnings, "{step}{} {}", decimal(x(run.0)), decimal(y(run.2)));
        dots.extend([("f-warning", run.2, words.warning), ("f-error", run.1, words.error)].map(
            |(class, count, noun)| Dot {
                class,
                x: decimal(x(run.0) - 2.0),
                y: decimal(y(count) - 2.0),
                title: format!("{}: {} {}", date(run.0), grouped(count), chosen(&noun, count)),
            },
        ));
    }
    let count = grouped(runs.len() as u64);
    let (from, to) = (date(first.0), date(now.0));
    let (before, after) = (grouped(first.1), grouped(now.1));
    let values = [("runs", count.as_str()), ("first", &from), ("last", &to), ("before", &before), ("now", &after)];
    let entry = |class, name, count| Entry { class, name, count: grouped(count), href: None };
    Some(Trend {
        note: fill(words.runs, &[("runs", &count)]),
        label: fill(words.trend_label, &values),
        first: from.clone(),
        last: to.clone(),
        lines: vec![Line { class: "l-warning", path: warnings }, Line { class: "l-error", path: errors }],
        dots,
        legend: vec![entry("f-error", words.errors, now.1), entry("f-warning", words.warnings, now.2)],
        rows: runs.iter().rev().map(|run| row_of(*run)).collect(),
    })
}

fn row_of((at, errors, warnings): (jiff::Timestamp, u64, u64)) -> Row {
    Row { name: date(at), errors: grouped(errors), warnings: grouped(warnings), infos: String::new() }
}
