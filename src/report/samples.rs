//! Reports that the tests of every format write: one as it usually is, one with everything hostile in it.

use super::model::tests::{ABORTS, BROKEN, STYLE, address, finding, parts};
use super::{Address, Context, Format, Report};
use crate::finding::Code;
use crate::finding::{Applicability, Edit, Effect, Finding, Fix, Lines, Meta, Severity, subject_of};
use crate::language::{Language, Message};
use crate::probe::{Hop, Reason, Verdict};
use crate::text::secret::mask;
use crate::text::{LineIndex, Span};

/// The rule of dead links, as far as formats know it.
pub(super) static DEAD: Meta = Meta {
    code: Code::new("NT001"),
    name: "dead-link",
    severity: Severity::Error,
    effect: Effect::LinkBroken,
    explanation: "## What it does\nFinds addresses that are gone.\n\n## Why is this bad?\nA reader's click fails.\n",
};

/// The post that findings of [`usual`] are in.
pub(super) const POST: &str =
    "---\ntitle: \"他说\"好\"。🎉\"\ndate: 明天\n---\n[返回](//a.example/b c.html)\n<http://gone.example/x>\n";

/// The name of [`POST`].
pub(super) const PATH: &str = "_posts/2022-01-17-a.md";

/// What a format makes of a report.
pub(super) fn written(format: &dyn Format, report: &Report) -> String {
    written_in(Language::English, format, report)
}

/// The same in a language.
pub(super) fn written_in(language: Language, format: &dyn Format, report: &Report) -> String {
    let source = |path: &str| (path == PATH).then(|| POST.as_bytes().to_vec());
    let mut out = Vec::new();
    format.write(report, &Context { language, ..Context::new(&source, mask) }, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// What a format makes of [`usual`], whatever version of postproof writes it.
pub(super) fn pictured(format: &dyn Format) -> String {
    written(format, &usual()).replace(env!("CARGO_PKG_VERSION"), "VERSION")
}

/// A finding about a text of [`POST`].
fn about(meta: &'static Meta, text: &str, message: &str) -> Finding {
    let start = POST.find(text).unwrap();
    let span = Span::of(start..start + text.len());
    let mut finding = finding(meta, PATH, (span.start, span.end), message);
    finding.lines = Some(lines(span));
    finding.subject = subject_of(text);
    finding
}

fn lines(span: Span) -> Lines {
    let index = LineIndex::new(POST);
    Lines { start: index.position(POST, span.start), end: index.position(POST, span.end) }
}

/// An error, a warning, an info and a dead link, with all that findings and addresses can have.
pub(super) fn usual() -> Report {
    let mut aborts = about(&ABORTS, "明天", "`date` is no date, so the whole site's build stops");
    aborts.help(Message::marked("write `2022-01-17 07:46:06 +0800`"));
    let title = Span::of(POST.find("\"他").unwrap()..POST.find("🎉\"").unwrap() + "🎉\"".len());
    aborts.see(title, Message::marked("the title is not the reason"));
    aborts.related.iter_mut().for_each(|related| related.lines = Some(lines(related.span)));
    let edits = vec![Edit { span: aborts.span, text: "2022-01-17 07:46:06 +0800".into() }];
    aborts.fix(Fix {
        applicability: Applicability::Safe,
        title: Message::marked("write the date of the file's name"),
        edits,
    });
    let mut broken = about(&BROKEN, "[返回](//a.example/b c.html)", "white space in a destination");
    broken.help(Message::marked("write `%20`")).url("https://a.example/b c.html");
    let mut dead = about(&DEAD, "<http://gone.example/x>", "http://gone.example/x answers 404 Not Found");
    dead.url("http://gone.example/x");
    let whole = finding(&STYLE, "old_post/2019-01-01-gone.md", (0, 0), "`date` has no offset");
    let mut parts = parts(vec![dead, whole, broken, aborts]);
    parts.addresses = addresses();
    parts.addresses.iter().for_each(|address| parts.links.judged(address.outcome.verdict));
    parts.links.occurrences = 9;
    (parts.links.unique, parts.links.internal, parts.links.external) = (5, 2, 3);
    parts.notices = vec!["old_post is taken for an archive folder".into()];
    parts.coverage.not_checked.insert("excluded".into(), 1);
    let mut report = Report::new(parts);
    report.run.vantage = Some("shanghai".into());
    report.findings[0].since = Some("2021-12-31T00:00:00Z".parse().unwrap());
    report
}

fn addresses() -> Vec<Address> {
    let mut dead = address("http://gone.example/x", Verdict::Dead, Reason::Status(404));
    dead.outcome.status = Some(404);
    dead.outcome.checked_at = Some("2022-01-18T00:00:01.9Z".parse().unwrap());
    (dead.outcome.attempts, dead.outcome.elapsed_ms) = (2, 40);
    let mut moved = address("http://old.example/", Verdict::Moved, Reason::Status(200));
    moved.outcome.status = Some(200);
    moved.outcome.redirects = [Hop { status: 301, to: "https://new.example/".into() }].into();
    moved.outcome.final_url = Some("https://new.example/".into());
    moved.outcome.checked_at = Some("2022-01-17T00:00:01Z".parse().unwrap());
    moved.from_state = true;
    vec![moved, address("http://x.example/", Verdict::Skipped, Reason::Excluded), dead]
}

/// What an attacker would write into a title or the name of a file.
const NAME: &str = "=HYPERLINK(\"http://evil.example/\")::error file=x::]]></failure>\u{1b}[31m\0\u{202e}\u{fffe}\n\
    ::set-output name=x::,\"'`|</script>{{ x }}%";

/// The same with a secret, for texts that may hold addresses.
const TEXT: &str = "=HYPERLINK(\"http://evil.example/\")::error file=x::]]></failure>\u{1b}[31m\0\u{202e}\u{fffe}\n\
    ::set-output name=x::,\"'`|</script>{{ x }}% http://u:geheim@a.example/?access_token=geheim9";

/// A report in which every foreign text is hostile.
pub(super) fn hostile() -> Report {
    let mut worst = finding(&ABORTS, &format!("_posts/{NAME}.md"), (3, 9), TEXT);
    worst.help(Message::marked(TEXT)).url("http://u:geheim@a.example/?access_token=geheim9");
    worst.see_in("-x.md".into(), Span::new(0, 2), Message::marked(TEXT));
    let edits = vec![Edit { span: worst.span, text: TEXT.into() }];
    worst.fix(Fix { applicability: Applicability::Unsafe, title: Message::marked(TEXT), edits });
    let mut parts = parts(vec![worst, finding(&DEAD, "-x.md", (0, 0), "+1"), finding(&BROKEN, "@x.md", (0, 0), "-1")]);
    let mut moved = address("http://u:geheim@a.example/?access_token=geheim9", Verdict::Moved, Reason::Status(200));
    moved.outcome.redirects = [Hop { status: 301, to: "http://u:geheim@b.example/".into() }].into();
    moved.outcome.final_url = Some("http://u:geheim@b.example/".into());
    moved.outcome.evidence = Some(TEXT.into());
    moved.places[0].path = NAME.into();
    moved.places[0].text = TEXT.into();
    parts.links.judged(Verdict::Moved);
    parts.addresses = vec![moved];
    parts.notices = vec![TEXT.into()];
    parts.coverage.not_checked.insert(NAME.into(), 1);
    (parts.run.since, parts.run.revision) = (Some(NAME.into()), Some(NAME.into()));
    Report::new(parts)
}

/// Holds that a text gives away no secret and commands no terminal.
pub(super) fn assert_harmless(text: &str) {
    assert!(!text.contains("geheim"), "a secret is in it: {text}");
    let is_command = |c: char| super::shown::is_hidden(c) && !matches!(c, '\n' | '\r');
    let at = text.find(is_command);
    assert!(at.is_none(), "a command is in it at {at:?}: {text:?}");
}
