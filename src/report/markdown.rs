//! The Markdown report: a person's first look at the archive's health, on GitHub or in an editor.
//!
//! It says whether the archive is healthy, what is wrong most, and where: posts, hosts, months, each with a few
//! examples. Everything is in the JSON report; this one stays short however much is wrong.
//! Whatever comes from the archive or the web is put in a code span, where no Markdown engine finds markup.

use std::fmt;
use std::io::{self, BufWriter, Write};

use super::json::moment;
use super::ranking::{
    HostTally, RuleGroup, Tally, by_rule, distinct_files, examples, worst_files, worst_hosts, worst_months,
};
use super::shown::{addresses as foreign_addresses, grouped, shown};
use super::{Context, Format, Report, Reported};
use crate::finding::Severity;
use crate::language::{Message, mark, say};
use crate::probe::Verdict;

/// Rules, posts, hosts and months that are listed, each.
const ROWS: usize = 10;
/// Examples of each.
const EXAMPLES: usize = 3;
/// Characters of one foreign text that are shown.
const LONGEST: usize = 160;

/// The format `markdown`, file `health.md`.
#[derive(Clone, Copy, Debug)]
pub struct Markdown;

impl Format for Markdown {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn file_name(&self) -> &'static str {
        "health.md"
    }

    fn write(&self, report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut out = BufWriter::new(out);
        head(report, context, &mut out)?;
        rules(report, context, &mut out)?;
        files(report, context, &mut out)?;
        hosts(report, context, &mut out)?;
        months(report, context, &mut out)?;
        addresses(report, context, &mut out)?;
        out.flush()
    }
}

/// Foreign text as a code span: nothing in it is markup to CommonMark, kramdown or Liquid.
pub(super) fn code(context: &Context<'_>, text: &str) -> String {
    let shown = shown(context, text);
    let mut held: String = shown.chars().take(LONGEST).collect();
    if held.len() < shown.len() {
        held.push('…');
    }
    let held = defused(&held);
    let longest = held.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if longest > 0 || held.trim().len() < held.len() || held.is_empty() { " " } else { "" };
    format!("{fence}{pad}{held}{pad}{fence}")
}

/// Liquid runs before Markdown and knows no code spans; a bar would end the cell of a table.
fn defused(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '{' | '%' if written.ends_with('{') => written.extend([' ', c]),
            '|' => written.push_str("\\|"),
            _ => written.push(c),
        }
    }
    written
}

/// A sentence of ours that may quote the archive: backticks in it open code spans, everything else is literal.
pub(super) fn prose(context: &Context<'_>, text: &str) -> String {
    let shown = shown(context, text);
    let pieces: Vec<&str> = shown.split('`').collect();
    if pieces.len().is_multiple_of(2) {
        return code(context, text);
    }
    let write =
        |(at, piece): (usize, &&str)| if at % 2 == 1 { code(context, piece) } else { with_addresses(context, piece) };
    pieces.iter().enumerate().map(write).collect()
}

/// Plain text in which each address is a code span: escaped, nobody could read it.
fn with_addresses(context: &Context<'_>, text: &str) -> String {
    let (mut written, mut done) = (String::new(), 0);
    for range in foreign_addresses(text) {
        written.push_str(&escaped(text.get(done..range.start).unwrap_or_default()));
        written.push_str(&code(context, text.get(range.clone()).unwrap_or_default()));
        done = range.end;
    }
    written + &escaped(text.get(done..).unwrap_or_default())
}

/// Plain text with every character escaped that could be markup.
fn escaped(text: &str) -> String {
    let mut written = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            // An entity cannot begin an autolink, a mention, a reference to an issue, a tag, or a Liquid tag.
            '<' | '>' | '&' | '@' | '#' | '{' | '}' | '|' | ':' | '$' => {
                // Writing to a string cannot fail.
                let _written = fmt::Write::write_fmt(&mut written, format_args!("&#{};", u32::from(c)));
            }
            '\\' | '`' | '*' | '_' | '[' | ']' | '(' | ')' | '!' | '~' | '+' | '-' | '=' | '^' => {
                written.extend(['\\', c]);
            }
            _ => written.push(c),
        }
    }
    // `www.` begins a bare address on GitHub without any sign before it.
    written.replace("www.", "www&#46;").replace("WWW.", "WWW&#46;")
}

fn head(report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Report { run, archive, summary, notices, .. } = report;
    writeln!(out, "# {}\n", context.say(&say!("Archive health")))?;
    let verdict = say!(
        "**{verdict}:** {errors}, {warnings}, {infos}.",
        verdict = if summary.healthy { say!("Healthy") } else { say!("Not healthy") },
        errors = context.counted(summary.errors, mark!("error")),
        warnings = context.counted(summary.warnings, mark!("warning")),
        infos = context.counted(summary.infos, mark!("info")),
    );
    writeln!(out, "{}", context.say(&verdict))?;
    if summary.known > 0 {
        let known = context.counted(summary.known, mark!("finding"));
        writeln!(out, "\n{}", context.say(&say!("The baseline knows {known} of them.", known)))?;
    }
    if !run.complete {
        writeln!(out, "\n{}", context.say(&say!("**The run is not complete;** this is what it found.")))?;
    }
    let checked = say!(
        "{posts}, {pages}, {files} and {links} were checked.",
        posts = context.counted(archive.posts, mark!("post")),
        pages = context.counted(archive.pages, mark!("page")),
        files = context.counted(archive.files, mark!("static file")),
        links = context.counted(summary.links.occurrences, mark!("link")),
    );
    writeln!(out, "\n{}\n", context.say(&checked))?;
    let mut line = |message: Message| writeln!(out, "- {}", context.say(&message));
    line(say!("Run: {start} to {end}", start = moment(run.started_at), end = moment(run.finished_at)))?;
    if let Some(revision) = &run.revision {
        line(say!("Revision: {revision}", revision = code(context, revision)))?;
    }
    if let Some(since) = &run.since {
        line(say!("Changes since: {revision}", revision = code(context, since)))?;
    }
    if run.offline {
        line(say!("Offline: no address of the web was asked."))?;
    }
    if let Some(changes) = &report.history.changes {
        line(say!(
            "Since the last run, {day}: {new}, {healed} healed{whole}",
            day = moment(changes.since),
            new = context.counted(changes.new, mark!("new finding")),
            healed = grouped(changes.healed),
            whole = if changes.comparable {
                Message::nothing()
            } else {
                say!(" (the runs do not compare, so nothing is called healed)")
            },
        ))?;
    }
    for notice in notices {
        writeln!(out, "- {}", prose(context, notice))?;
    }
    Ok(())
}

fn rules(report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let groups = by_rule(report.findings.iter());
    if groups.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n## {}\n", context.say(&say!("What is wrong")))?;
    writeln!(out, "{}", context.say(&say!("| rule | severity | effect | findings | files |")))?;
    writeln!(out, "| --- | --- | --- | ---: | ---: |")?;
    for RuleGroup { effect, severity, meta, findings } in &groups {
        let (count, files) = (grouped(findings.len() as u64), grouped(distinct_files(findings)));
        let (effect, severity) = (effect.name(), severity.name());
        writeln!(out, "| {} {} | {severity} | {effect} | {count} | {files} |", meta.code, meta.name)?;
    }
    let hurting: Vec<&RuleGroup<'_>> = groups.iter().filter(|group| group.severity > Severity::Info).collect();
    for group in hurting.iter().take(2 * ROWS) {
        let RuleGroup { meta, findings, .. } = group;
        let title = say!(
            "{code} {name}: {count} in {files}",
            code = meta.code,
            name = meta.name,
            count = context.counted(findings.len() as u64, mark!("finding")),
            files = context.counted(group.files(), mark!("file")),
        );
        writeln!(out, "\n### {}\n", context.say(&title))?;
        writeln!(out, "{}\n", prose(context, &meta.summary_in(context.language)))?;
        for reported in examples(findings, EXAMPLES) {
            example(reported, context, out)?;
        }
        more(findings.len(), EXAMPLES, (context, out))?;
    }
    Ok(())
}

fn example(reported: &Reported, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let finding = &reported.finding;
    let place = match finding.lines {
        Some(lines) => format!("{}:{}:{}", finding.path, lines.start.line, lines.start.column),
        None => finding.path.to_string(),
    };
    writeln!(out, "- {}: {}{}", code(context, &place), prose(context, &finding.message), known(reported, context))?;
    if let Some(help) = &finding.help {
        writeln!(out, "  {}", context.say(&say!("Help: {help}", help = prose(context, help))))?;
    }
    Ok(())
}

/// The mark of a finding that the baseline knows.
fn known(reported: &Reported, context: &Context<'_>) -> String {
    if reported.known { format!(" {}", context.say(&say!("(in the baseline)"))) } else { String::new() }
}

fn more(all: usize, listed: usize, (context, out): (&Context<'_>, &mut dyn Write)) -> io::Result<()> {
    match all.checked_sub(listed) {
        None | Some(0) => Ok(()),
        Some(rest) => {
            writeln!(out, "- {}", context.say(&say!("… and {count} more", count = grouped(rest as u64))))
        }
    }
}

fn files(report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let worst = worst_files(report);
    if worst.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n## {}\n", context.say(&say!("Worst files")))?;
    for Tally { name, errors, warnings, findings } in worst.iter().take(ROWS) {
        let counts = say!(
            "{name}: {errors}, {warnings}",
            name = code(context, name),
            errors = context.counted(*errors, mark!("error")),
            warnings = context.counted(*warnings, mark!("warning")),
        );
        writeln!(out, "- {}", context.say(&counts))?;
        for reported in examples(findings, EXAMPLES) {
            let finding = &reported.finding;
            let line = finding.lines.map_or(1, |lines| lines.start.line);
            let found = say!(
                "line {line}, {code}: {message}",
                line,
                code = finding.meta.code,
                message = prose(context, &finding.message),
            );
            writeln!(out, "  - {}{}", context.say(&found), known(reported, context))?;
        }
    }
    more(worst.len(), ROWS, (context, out))
}

fn hosts(report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let worst = worst_hosts(report);
    if worst.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n## {}\n", context.say(&say!("Worst hosts")))?;
    for HostTally { name, reasons, occurrences, addresses } in worst.iter().take(ROWS) {
        let reasons: Vec<String> = reasons
            .iter()
            .take(EXAMPLES)
            .map(|((verdict, reason), count)| format!("{} {} ({reason})", grouped(*count), verdict.name()))
            .collect();
        let counts = say!(
            "{host}: {count} in {links}: {reasons}",
            host = code(context, name),
            count = context.counted(addresses.len() as u64, mark!("address")),
            links = context.counted(*occurrences, mark!("link")),
            reasons = reasons.join(", "),
        );
        writeln!(out, "- {}", context.say(&counts))?;
        for number in addresses.iter().take(EXAMPLES) {
            let Some(address) = report.addresses.get(*number) else { continue };
            let places = report.addresses.places(*number);
            let place = places.first().map(|place| format!("{}:{}:{}", place.path, place.line, place.column));
            let address = code(context, address.url);
            let line = place.map_or_else(
                || address.clone(),
                |place| {
                    context.say(&say!("{address}, first in {place}", address = &address, place = code(context, &place)))
                },
            );
            writeln!(out, "  - {line}")?;
        }
    }
    more(worst.len(), ROWS, (context, out))
}

fn months(report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let worst = worst_months(report);
    if worst.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n## {}\n", context.say(&say!("Worst months")))?;
    writeln!(out, "{}", context.say(&say!("| month | errors | warnings | files | for example |")))?;
    writeln!(out, "| --- | ---: | ---: | ---: | --- |")?;
    for Tally { name, errors, warnings, findings } in worst.iter().take(ROWS) {
        let mut paths: Vec<&str> = findings.iter().map(|reported| &*reported.finding.path).collect();
        paths.dedup();
        let listed: Vec<String> = paths.iter().take(EXAMPLES).map(|path| code(context, path)).collect();
        let (errors, warnings, files) = (grouped(*errors), grouped(*warnings), grouped(paths.len() as u64));
        writeln!(out, "| {name} | {errors} | {warnings} | {files} | {} |", listed.join(", "))?;
    }
    Ok(())
}

fn addresses(report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let links = &report.summary.links;
    if links.unique == 0 && report.coverage.not_checked.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n## {}\n", context.say(&say!("Links")))?;
    let found = say!(
        "{all}, {unique}: {internal} of the site, {external} of the web.",
        all = context.counted(links.occurrences, mark!("link")),
        unique = context.counted(links.unique, mark!("distinct target")),
        internal = grouped(links.internal),
        external = grouped(links.external),
    );
    writeln!(out, "{}", context.say(&found))?;
    if links.external > 0 {
        writeln!(out, "\n{}\n| --- | ---: |", context.say(&say!("| verdict | addresses |")))?;
        for verdict in Verdict::ALL {
            writeln!(out, "| {} | {} |", verdict.name(), grouped(links.of(verdict)))?;
        }
    }
    let coverage = &report.coverage;
    if !coverage.not_checked.is_empty() || !coverage.rules_off.is_empty() {
        writeln!(out, "\n## {}\n", context.say(&say!("What was not checked")))?;
        if coverage.addresses > 0 {
            let permille = coverage.permille();
            let share = format!("{}.{}", permille / 10, permille % 10);
            let all = context.counted(coverage.addresses, mark!("web address"));
            let answered = grouped(coverage.answered);
            let believed = if coverage.addresses == 1 {
                say!("{share} % of {all} has an answer that is still believed: {answered}.", share, all, answered)
            } else {
                say!("{share} % of {all} have an answer that is still believed: {answered}.", share, all, answered)
            };
            writeln!(out, "{}\n", context.say(&believed))?;
        }
        for (reason, count) in &coverage.not_checked {
            writeln!(out, "- {}: {}", prose(context, reason), grouped(*count))?;
        }
        if !coverage.rules_off.is_empty() {
            let codes: Vec<&str> = coverage.rules_off.iter().map(|code| code.as_str()).collect();
            writeln!(out, "- {}", context.say(&say!("rules that are off: {list}", list = codes.join(", "))))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::model::tests::{ABORTS, BROKEN, STYLE, address, finding, parts};
    use super::super::shown::tests::hide;
    use super::*;
    use crate::probe::Reason;
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag};

    fn written(report: &Report) -> String {
        let mut out = Vec::new();
        Markdown.write(report, &Context::new(&|_| None, hide), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// Links, images, HTML and the number of headings and tables in Markdown.
    fn markup(text: &str) -> (Vec<String>, usize, usize) {
        let (mut foreign, mut headings, mut tables) = (Vec::new(), 0, 0);
        for event in Parser::new_ext(text, Options::all()) {
            match event {
                Event::Start(Tag::Heading { .. }) => headings += 1,
                Event::Start(Tag::Table(_)) => tables += 1,
                Event::Start(
                    tag @ (Tag::Link { .. }
                    | Tag::Image { .. }
                    | Tag::HtmlBlock
                    | Tag::CodeBlock(_)
                    | Tag::BlockQuote(_)
                    | Tag::FootnoteDefinition(_)
                    | Tag::Strikethrough
                    | Tag::Emphasis),
                ) => foreign.push(format!("{tag:?}")),
                Event::Html(html) | Event::InlineHtml(html) => foreign.push(html.into_string()),
                Event::InlineMath(math) | Event::DisplayMath(math) => foreign.push(math.into_string()),
                Event::FootnoteReference(name) => foreign.push(name.into_string()),
                _ => {}
            }
        }
        (foreign, headings, tables)
    }

    fn hostile(text: &str) -> Report {
        let path = format!("_posts/2022-01-17-{text}.md");
        let mut one = finding(&BROKEN, &path, (1, 2), &format!("here is {text} and `{text}`"));
        one.help(say!("{text}", text));
        let mut parts = parts(vec![one, finding(&ABORTS, text, (0, 0), text)]);
        parts.addresses = vec![address(&format!("http://a.cn/{text}"), Verdict::Dead, Reason::Status(404))];
        parts.run.revision = Some(text.into());
        parts.run.since = Some(text.into());
        parts.notices = vec![text.into()];
        parts.coverage.not_checked.insert(text.into(), 1);
        parts.links.external = 1;
        parts.links.unique = 1;
        Report::new(parts)
    }

    #[test]
    fn nothing_from_the_archive_becomes_markup() {
        let plain = markup(&written(&hostile("x")));
        assert!(plain.0.is_empty(), "{plain:?}");
        for text in [
            "</code><script>alert(1)</script>",
            "[a](http://b.cn)",
            "![a](http://b.cn/x.png)",
            "`` ` ``` code",
            "`",
            "a|b|c",
            "\\|",
            "<http://a.cn>",
            "x\n\n# heading\n\n| a | b |\n| - | - |",
            "x\r\n===\r\n",
            "*a* _b_ **c** ~~d~~ $e$ $$f$$ [^1]",
            "&lt;b&gt; &#60;b&#62;",
            "",
            " ",
            "]: http://a.cn",
            "\u{2028}# x",
        ] {
            let page = written(&hostile(text));
            let (foreign, headings, tables) = markup(&page);
            // A path with a slash in its name has no month, and the page no chapter of months.
            let months = usize::from(page.lines().any(|line| line == "## Worst months"));
            let shape = (foreign, headings + 1 - months, tables + 1 - months);
            assert_eq!(shape, plain, "{text:?} became markup:\n{page}");
        }
    }

    proptest! {
        #[test]
        fn no_text_at_all_becomes_markup(text in "[`|<>\\[\\]()*_~#!&;{}%\\\\\n\r:/@w. ax1$^=+-]{0,24}") {
            let (foreign, ..) = markup(&written(&hostile(&text)));
            prop_assert_eq!(foreign, Vec::<String>::new());
        }
    }

    #[test]
    fn liquid_and_secrets_do_not_get_through() {
        for text in ["{{ x }}", "{% raw %}", "{{{% x", "http://u:p@a.cn/", "\u{1b}[2J"] {
            let page = written(&hostile(text));
            assert!(!page.contains("{{") && !page.contains("{%"), "{page}");
            assert!(!page.contains("u:p") && !page.contains('\u{1b}'), "{page}");
        }
    }

    #[test]
    fn addresses_stay_readable() {
        let one = finding(&BROKEN, "a.md", (0, 1), "http://u:p@a.cn/x_y answers 404 (twice)");
        let page = written(&Report::new(parts(vec![one])));
        assert!(page.contains("- `a.md`: `http://***@a.cn/x_y` answers 404 \\(twice\\)"), "{page}");
    }

    #[test]
    fn a_healthy_archive_has_a_short_page() {
        let page = written(&Report::new(parts(vec![])));
        assert_eq!(
            page,
            "# Archive health\n\n**Healthy:** 0 errors, 0 warnings, 0 infos.\n\n\
             20,000 posts, 19 pages, 3 static files and 0 links were checked.\n\n\
             - Run: 2022-01-18T00:00:00Z to 2022-01-18T00:00:02Z\n- Revision: `0123456789abcdef`\n"
        );
    }

    #[test]
    fn the_page_stays_short_however_much_is_wrong() {
        let path = |n: u32| format!("_posts/{:04}-{:02}-17-{n}.md", 2000 + n / 400, 1 + n % 12);
        let findings = (0..5000).map(|n| finding([&ABORTS, &BROKEN, &STYLE][n as usize % 3], &path(n), (1, 2), "m"));
        let page = written(&Report::new(parts(findings.collect())));
        assert!(page.lines().count() < 120, "{page}");
        assert!(page.contains("### FM008 invalid-date: 1,667 findings in 1,667 files"), "{page}");
        assert!(page.contains("- … and 1,664 more"), "{page}");
        assert!(!page.contains("### FM009"), "infos have no chapter");
    }
}
