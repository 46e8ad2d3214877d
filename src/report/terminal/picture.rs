//! One finding, drawn.

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

use super::super::Context;
use super::super::shown::shown;
use super::super::window::cut;
use crate::finding::{Applicability, Finding, Lines, Severity};
use crate::language::say;
use crate::text::{Decoded, Span, decode};

/// Places beside the finding's own that are drawn; the rest are counted.
const RELATED: usize = 2;

/// A place of one file.
struct At<'f> {
    path: &'f str,
    span: Span,
    lines: Option<Lines>,
    label: Option<&'f str>,
}

/// Draws a finding: what is wrong, its line underlined, the places that explain it, help, and what happens.
pub(super) fn draw(finding: &Finding, context: &Context<'_>) -> String {
    let Finding { path, span, lines, .. } = finding;
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let title = level.primary_title(shown(context, &finding.message)).id(finding.meta.code.as_str());
    let own = At { path, span: *span, lines: *lines, label: None };
    let mut places = vec![place(&own, AnnotationKind::Primary, context)];
    for related in finding.related.iter().take(RELATED) {
        let at = At { path: &related.path, span: related.span, lines: related.lines, label: Some(&related.label) };
        places.push(place(&at, AnnotationKind::Context, context));
    }
    let mut group = Group::with_title(title);
    let mut headers = Vec::new();
    for (element, header) in places {
        group = group.element(element);
        headers.extend(header);
    }
    if let Some(rest) = finding.related.len().checked_sub(RELATED).filter(|&rest| rest > 0) {
        let more = match rest {
            1 => say!("and 1 more place"),
            rest => say!("and {count} more places", count = super::super::shown::grouped(rest as u64)),
        };
        group = group.element(Level::NOTE.message(context.say(&more)));
    }
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(shown(context, help)));
    }
    group = group.element(Level::NOTE.with_name("effect").message(consequence(finding, context)));
    let renderer = if context.color { Renderer::styled() } else { Renderer::plain() };
    // The window is cut already; the renderer's own cutting would hide the line's beginning once more.
    let drawn = renderer.term_width(context.width.max(20) * 4).render(&[group]);
    headers.iter().fold(drawn, |drawn, header| header.correct(&drawn))
}

/// The place above a picture. The renderer counts columns in what it is given, which is a part of the line.
struct Header {
    drawn: String,
    meant: String,
}

impl Header {
    fn correct(&self, drawn: &str) -> String {
        let Self { drawn: wrong, meant } = self;
        // The title may quote the same place; the header stands behind it.
        let title = drawn.find('\n').unwrap_or(0);
        let at = drawn.get(title..).and_then(|rest| rest.find(wrong.as_str())).map(|at| title + at);
        let halves = at.and_then(|at| drawn.get(..at).zip(drawn.get(at + wrong.len()..)));
        halves.map_or_else(|| drawn.to_owned(), |(before, behind)| format!("{before}{meant}{behind}"))
    }
}

fn consequence(finding: &Finding, context: &Context<'_>) -> String {
    let fix = match &finding.fix {
        None => say!("fix: none"),
        Some(fix) => {
            let title = shown(context, &context.say(&fix.title)).into_owned();
            match fix.applicability {
                Applicability::Safe => say!("fix: safe, {title}", title),
                Applicability::Unsafe => say!("fix: unsafe, {title}", title),
            }
        }
    };
    let line = say!(
        "{effect}; {fix} (postproof explain {code})",
        effect = finding.effect.name(),
        fix,
        code = finding.meta.code,
    );
    context.say(&line)
}

fn place<'f>(at: &At<'f>, kind: AnnotationKind, context: &Context<'_>) -> (Element<'f>, Option<Header>) {
    let path = shown(context, at.path).into_owned();
    let Some(bytes) = (context.source)(at.path) else {
        let mut origin = Origin::path(path);
        if let Some(lines) = at.lines {
            origin = origin.line(lines.start.line as usize).char_column(lines.start.column as usize);
        }
        return (origin.into(), None);
    };
    let decoded = decode(&bytes);
    let source = Source::find(&decoded, at.span);
    let position = at
        .lines
        .map_or((source.number, source.column), |lines| (lines.start.line as usize, lines.start.column as usize));
    let room = context.width.saturating_sub(position.0.to_string().len() + 4);
    let window = cut(source.line, source.start..source.end, room, context.mask);
    let label = at.label.map(|label| shown(context, label).into_owned());
    let column = window.text.get(..window.span.start).unwrap_or_default().chars().count() + 1;
    let header = (column != position.1).then(|| Header {
        drawn: format!("{path}:{}:{column}\n", position.0),
        meant: format!("{path}:{}:{}\n", position.0, position.1),
    });
    let annotation = kind.span(window.span).label(label);
    let snippet = Snippet::source(window.text).path(path).line_start(position.0).fold(false).annotation(annotation);
    (snippet.into(), header)
}

/// The line that a span begins in.
struct Source<'t> {
    line: &'t str,
    number: usize,
    column: usize,
    start: usize,
    end: usize,
}

impl<'t> Source<'t> {
    fn find(decoded: &'t Decoded<'_>, span: Span) -> Self {
        let text: &str = &decoded.text;
        let floor = |offset: u32| {
            let mut offset = (offset as usize).min(text.len());
            while !text.is_char_boundary(offset) {
                offset -= 1;
            }
            offset
        };
        let (start, end) = (floor(span.start), floor(span.end));
        let (before, behind) = text.split_at(start);
        let line_start = memchr::memrchr(b'\n', before.as_bytes()).map_or(0, |at| at + 1);
        let line_end = memchr::memchr(b'\n', behind.as_bytes()).map_or(text.len(), |at| start + at);
        let line = text.get(line_start..line_end).unwrap_or_default();
        let line = line.strip_suffix('\r').unwrap_or(line);
        let within = |offset: usize| offset.clamp(line_start, line_start + line.len()) - line_start;
        Self {
            line,
            number: memchr::memchr_iter(b'\n', before.as_bytes()).count() + 1,
            column: text.get(line_start..start).unwrap_or_default().chars().count() + 1,
            start: within(start),
            end: within(end),
        }
    }
}
