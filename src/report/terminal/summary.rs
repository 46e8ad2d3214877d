//! What stands last on the terminal: the report in a few lines.

use std::io::{self, Write};

use super::super::ranking::worst_hosts;
use super::super::shown::{grouped, shown, size};
use super::super::{Context, Report, Verbosity};
use crate::language::{Message, mark, say};
use crate::probe::Verdict;

/// Hosts that are named.
const HOSTS: usize = 3;

/// Writes the summary.
pub(super) fn write(report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Report { run, archive, summary, notices, .. } = report;
    for notice in notices {
        writeln!(out, "{}", context.say(&say!("note: {notice}", notice = shown(context, notice))))?;
    }
    let seconds = run.finished_at.duration_since(run.started_at).as_secs_f64();
    let read = say!(
        "archive: {posts}, {pages}, {files}, {size} in {seconds} s",
        posts = context.counted(archive.posts, mark!("post")),
        pages = context.counted(archive.pages, mark!("page")),
        files = context.counted(archive.files, mark!("static file")),
        size = size(archive.bytes, context),
        seconds = format!("{seconds:.1}"),
    );
    writeln!(out, "{}", context.say(&read))?;
    links(report, context, out)?;
    if !summary.by_rule.is_empty() {
        let rules: Vec<String> =
            summary.by_rule.iter().map(|(code, &count)| format!("{code} {}", grouped(count))).collect();
        writeln!(out, "{}", context.say(&say!("rules: {list}", list = rules.join(" · "))))?;
    }
    let hidden = match (summary.infos, context.verbosity) {
        (0, _) | (_, Verbosity::Verbose) => Message::nothing(),
        _ => say!(" (-v shows them)"),
    };
    if summary.known > 0 {
        let known = context.counted(summary.known, mark!("finding"));
        writeln!(out, "{}", context.say(&say!("baseline: {known} known already", known)))?;
    }
    let counts = say!(
        "{errors}, {warnings}, {infos}{hidden}",
        errors = context.counted(summary.errors, mark!("error")),
        warnings = context.counted(summary.warnings, mark!("warning")),
        infos = context.counted(summary.infos, mark!("info")),
        hidden,
    );
    let (verdict, color) = match (run.complete, summary.healthy) {
        (false, _) => (say!("not complete, this is what was found so far"), "\u{1b}[1;33m"),
        (true, true) => (say!("healthy"), "\u{1b}[1;32m"),
        (true, false) => (say!("not healthy"), "\u{1b}[1;31m"),
    };
    let verdict = context.say(&verdict);
    let verdict = if context.color { format!("{color}{verdict}\u{1b}[0m") } else { verdict };
    writeln!(out, "{}", context.say(&say!("{verdict}: {counts}", verdict, counts)))
}

fn links(report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let links = &report.summary.links;
    if links.occurrences > 0 {
        let found = say!(
            "links: {all}, {unique}: {internal} of the site, {external} of the web",
            all = context.counted(links.occurrences, mark!("link")),
            unique = context.counted(links.unique, mark!("distinct target")),
            internal = grouped(links.internal),
            external = grouped(links.external),
        );
        writeln!(out, "{}", context.say(&found))?;
    }
    let verdicts = Verdict::ALL.iter().filter(|&&verdict| links.of(verdict) > 0);
    let verdicts: Vec<String> =
        verdicts.map(|&verdict| format!("{} {}", verdict.name(), grouped(links.of(verdict)))).collect();
    if !verdicts.is_empty() {
        writeln!(out, "{}", context.say(&say!("web: {list}", list = verdicts.join(" · "))))?;
    }
    for host in worst_hosts(report).iter().take(HOSTS).filter(|host| host.addresses.len() > 1) {
        let reasons = host.reasons.iter().take(HOSTS);
        let reasons: Vec<String> = reasons
            .map(|((verdict, reason), count)| format!("{} {} ({reason})", grouped(*count), verdict.name()))
            .collect();
        let line = say!(
            "{host}: {reasons} in {uses}",
            host = shown(context, host.name),
            reasons = reasons.join(", "),
            uses = context.counted(host.occurrences, mark!("link")),
        );
        writeln!(out, "  {}", context.say(&line))?;
    }
    let coverage = &report.coverage;
    if coverage.addresses > 0 {
        let permille = coverage.permille();
        let share = format!("{}.{}", permille / 10, permille % 10);
        let answered = grouped(coverage.answered);
        let all = context.counted(coverage.addresses, mark!("web address"));
        let line = if coverage.addresses == 1 {
            say!("coverage: {share} %, {answered} of {all} has an answer", share, answered, all)
        } else {
            say!("coverage: {share} %, {answered} of {all} have an answer", share, answered, all)
        };
        writeln!(out, "{}", context.say(&line))?;
    }
    if !coverage.not_checked.is_empty() {
        let reasons = coverage.not_checked.iter();
        let reasons: Vec<String> =
            reasons.map(|(reason, &count)| format!("{} {}", shown(context, reason), grouped(count))).collect();
        writeln!(out, "{}", context.say(&say!("not checked: {list}", list = reasons.join(" · "))))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::super::model::tests::{ABORTS, STYLE, address, finding, parts};
    use super::super::super::shown::tests::hide;
    use super::*;
    use crate::probe::Reason;
    use crate::report::Coverage;

    #[test]
    fn a_run_in_a_few_lines() {
        let mut parts = parts(vec![finding(&ABORTS, "a.md", (0, 1), "m"), finding(&STYLE, "a.md", (0, 1), "m")]);
        parts.links.occurrences = 192_157;
        parts.links.unique = 50_128;
        parts.links.external = 50_127;
        parts.links.internal = 1;
        parts.addresses =
            (0..3).map(|n| address(&format!("http://a.cn/{n}"), Verdict::Dead, Reason::DnsNotFound)).collect();
        (0..3).for_each(|_| parts.links.judged(Verdict::Dead));
        parts.coverage = Coverage { addresses: 50_127, answered: 48_927, ..Coverage::default() };
        parts.coverage.not_checked.insert("robots".into(), 1200);
        parts.notices.push("The reports folder is published.".into());
        let report = Report::new(parts);
        let mut out = Vec::new();
        write(&report, &Context::new(&|_| None, hide), &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "\
note: The reports folder is published.
archive: 20,000 posts, 19 pages, 3 static files, 66.3 MB in 2.5 s
links: 192,157 links, 50,128 distinct targets: 1 of the site, 50,127 of the web
web: dead 3
  a.cn: 3 dead (dns-not-found) in 9 links
coverage: 97.6 %, 48,927 of 50,127 web addresses have an answer
not checked: robots 1,200
rules: FM008 1 · FM009 1
not healthy: 1 error, 0 warnings, 1 info (-v shows them)
"
        );
    }

    #[test]
    fn an_interrupted_run_says_so() {
        let mut parts = parts(vec![]);
        parts.run.complete = false;
        let mut out = Vec::new();
        write(&Report::new(parts), &Context::new(&|_| None, hide), &mut out).unwrap();
        assert!(String::from_utf8(out).unwrap().contains("not complete, this is what was found so far"));
    }
}
