//! The report on a terminal: pictures of findings with the source underlined, then a summary.
//!
//! Findings are grouped by what they do to the site, the worst first, and by rule within; of each rule a few pictures
//! are drawn, those that differ most, so that 10,000 findings of one kind never hide the one of another.
//! What is not drawn is counted. Nothing foreign reaches the terminal raw.

mod picture;
mod summary;

use std::io::{self, BufWriter, Write};

use super::ranking::{by_rule, distinct_files, examples};
use super::{Context, Format, Report, Reported, Verbosity};
use crate::finding::{Effect, Severity};
use crate::language::{Message, mark, say};

/// Pictures of one rule with one effect.
const FEW: usize = 3;
/// The same, when asked for more.
const MANY: usize = 30;

/// The format `terminal`, for people.
#[derive(Clone, Copy, Debug)]
pub struct Terminal;

impl Format for Terminal {
    fn name(&self) -> &'static str {
        "terminal"
    }

    fn file_name(&self) -> &'static str {
        "health.txt"
    }

    fn write(&self, report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut out = BufWriter::new(out);
        if context.verbosity > Verbosity::Quiet {
            findings(report, context, &mut out)?;
        }
        summary::write(report, context, &mut out)?;
        out.flush()
    }
}

fn findings(report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let verbose = context.verbosity == Verbosity::Verbose;
    let is_shown = |reported: &&Reported| verbose || reported.finding.severity > Severity::Info && !reported.known;
    let mut chapter = None;
    for group in by_rule(report.findings.iter().filter(is_shown)) {
        if chapter != Some(group.effect) {
            chapter = Some(group.effect);
            writeln!(out, "{}\n", bold(context, &context.say(&heading(group.effect))))?;
        }
        let drawn = examples(&group.findings, if verbose { MANY } else { FEW });
        for reported in &drawn {
            writeln!(out, "{}\n", picture::draw(&reported.finding, context))?;
        }
        let rest: Vec<&Reported> =
            group.findings.iter().copied().filter(|all| !drawn.iter().any(|one| std::ptr::eq(*one, *all))).collect();
        if !rest.is_empty() {
            let more = say!(
                "… and {count} more {code} {name} in {files}{hint}",
                count = super::shown::grouped(rest.len() as u64),
                code = group.meta.code,
                name = group.meta.name,
                files = context.counted(distinct_files(&rest), mark!("file")),
                hint = if verbose { Message::nothing() } else { say!(" (-v draws more)") },
            );
            writeln!(out, "{}\n", context.say(&more))?;
        }
    }
    Ok(())
}

fn heading(effect: Effect) -> Message {
    match effect {
        Effect::BuildAbort => say!("The whole site is not built (build-abort)"),
        Effect::PostLost => say!("Posts are not published (post-lost)"),
        Effect::PublishedWrong => say!("Posts are published wrong (published-wrong)"),
        Effect::LinkBroken => say!("Links do not work (link-broken)"),
        Effect::DataSuspect => say!("Probably not what was meant (data-suspect)"),
        Effect::Style => say!("Nobody is hurt (style)"),
    }
}

fn bold(context: &Context<'_>, text: &str) -> String {
    if context.color { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::super::model::tests::{ABORTS, BROKEN, STYLE, finding, parts};
    use super::super::shown::{is_hidden, tests::hide};
    use super::*;
    use crate::finding::Finding;
    use crate::text::Span;
    use proptest::prelude::*;

    fn drawn(findings: Vec<Finding>, verbosity: Verbosity, source: &str) -> String {
        let read = |path: &str| (path != "gone.md").then(|| source.as_bytes().to_vec());
        let mut findings = findings;
        super::super::locate(&mut findings, &read);
        let mut context = Context::new(&read, hide);
        context.verbosity = verbosity;
        let mut out = Vec::new();
        Terminal.write(&Report::new(parts(findings)), &context, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_finding_is_drawn_with_its_line_and_chinese_is_two_cells_wide() {
        let mut one = finding(&BROKEN, "_posts/2022-01-17-a.md", (28, 48), "white space in the destination");
        one.help(say!("write `%20` for each space"));
        let text = drawn(vec![one], Verbosity::Normal, "---\nlayout: post\n---\n中文 [返回](//a.cn/b c) 好\n");
        let picture = text.split("\n\n").nth(1).unwrap();
        assert_eq!(
            picture,
            "\
warning[LK002]: white space in the destination
 --> _posts/2022-01-17-a.md:4:4
  |
4 | 中文 [返回](//a.cn/b c) 好
  |      ^^^^^^^^^^^^^^^^^^
  |
  = help: write `%20` for each space
  = effect: link-broken; fix: none (postproof explain LK002)"
        );
    }

    #[test]
    fn the_column_is_that_of_the_line_and_not_of_what_is_drawn() {
        let source = format!("\n{}[a](b c){}\n", "中".repeat(500_000), "x".repeat(500_000));
        let at = u32::try_from(source.find('[').unwrap()).unwrap();
        let one = finding(&BROKEN, "a.md", (at, at + 8), "see a.md:2:34");
        let text = drawn(vec![one.clone()], Verbosity::Normal, &source);
        assert!(text.contains(" --> a.md:2:500001\n  |\n2 | …中"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() < 110), "{text}");
        let read = |_: &str| Some(source.clone().into_bytes());
        let mut context = Context::new(&read, hide);
        context.color = true;
        assert!(picture::draw(&one, &context).contains("a.md:2:500001"));
    }

    #[test]
    fn ten_thousand_alike_do_not_bury_one() {
        let mut findings: Vec<Finding> =
            (0..10_000).map(|n| finding(&BROKEN, &format!("a{n}.md"), (0, 1), "alike")).collect();
        findings.push(finding(&BROKEN, "z.md", (0, 1), "the other kind"));
        findings.push(finding(&ABORTS, "zz.md", (0, 1), "the build stops"));
        findings.push(finding(&STYLE, "zz.md", (0, 1), "hidden"));
        let text = drawn(findings, Verbosity::Normal, "x\n");
        assert!(text.lines().count() < 60, "{text}");
        let at = |what: &str| text.find(what).unwrap_or_else(|| panic!("no {what} in {text}"));
        assert!(at("the build stops") < at("alike"));
        assert!(at("alike") < at("the other kind"));
        assert!(text.contains("… and 9,998 more LK002 malformed-link in 9,998 files (-v draws more)"), "{text}");
        assert!(!text.contains("hidden"));
    }

    #[test]
    fn infos_are_drawn_when_asked_for_and_nothing_when_quiet() {
        let findings = vec![finding(&STYLE, "a.md", (0, 1), "an info")];
        assert!(drawn(findings.clone(), Verbosity::Verbose, "x").contains("info[FM009]: an info"));
        assert!(!drawn(findings, Verbosity::Normal, "x").contains("an info"));
        assert!(!drawn(vec![finding(&ABORTS, "a.md", (0, 1), "an error")], Verbosity::Quiet, "x").contains("an error"));
    }

    #[test]
    fn nothing_foreign_commands_the_terminal() {
        let evil = "a\u{1b}[31m\u{202e}b\u{9b}2J\u{7}\u{0}\u{7f}\u{200b}\u{e0041}\r";
        let mut one = finding(&ABORTS, &format!("_posts/{evil}.md"), (2, 9), evil);
        one.help(say!("{evil}", evil));
        let span = one.span;
        one.see(span, say!("{evil}", evil)).see_in(evil.into(), span, say!("{evil}", evil));
        let mut gone = finding(&BROKEN, "gone.md", (2, 9), evil);
        gone.help(say!("{evil}", evil));
        let text = drawn(vec![one, gone], Verbosity::Verbose, &format!("x {evil} y {evil}\n{evil}"));
        assert!(!text.chars().any(|c| is_hidden(c) && c != '\n'), "{text:?}");
        assert!(text.contains('␛') && text.contains("<U+202E>"), "{text}");
    }

    #[test]
    fn secrets_are_masked_in_pictures_too() {
        let source = "see <http://u:p@a.cn/x> and more";
        let mut one = finding(&BROKEN, "a.md", (5, 22), "the address `http://u:p@a.cn/x` holds a password");
        one.help(say!("write `http://u:p@a.cn/x` without it"));
        let text = drawn(vec![one], Verbosity::Verbose, source);
        assert!(!text.contains("u:p"), "{text}");
        assert!(text.contains("1 | see <http://***@a.cn/x> and more\n  |      ^^^^^^^^^^^^^^^^^"), "{text}");
    }

    proptest! {
        #[test]
        fn no_text_commands_the_terminal(text in any::<String>(), line in any::<String>(), start in 0_u32..40, length in 0_u32..40) {
            let mut one = finding(&BROKEN, &text, (start, start + length), &text);
            one.help(say!("{text}", text = &text)).see(Span::new(length, start), say!("{line}", line = &line));
            let drawn = drawn(vec![one], Verbosity::Verbose, &line);
            prop_assert!(!drawn.chars().any(|c| is_hidden(c) && c != '\n'), "{:?}", drawn);
        }
    }

    #[test]
    fn any_bytes_are_drawn() {
        let bytes: Vec<u8> = (0..=255).cycle().take(3000).collect();
        let read = |_: &str| Some(bytes.clone());
        for start in 0..300 {
            let one = finding(&BROKEN, "a.md", (start, start + 700), "m");
            let text = picture::draw(&one, &Context::new(&read, hide));
            assert!(!text.chars().any(|c| is_hidden(c) && c != '\n'), "{text:?}");
        }
    }
}
