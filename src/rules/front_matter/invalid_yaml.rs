//! FM003: front matter that does not parse.

use super::complaints::complaint;
use super::{mend, publication};
use crate::declare_rule;
use crate::document::Kind;
use crate::facts::Reading;
use crate::finding::{Effect, Finding, Meta};
use crate::front_matter::{Block, Problem};
use crate::language::{Message, say};
use crate::rules::{DocumentSink, Rule, Settings};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Finds front matter that Ruby's libyaml refuses, that is no mapping of keys to values, or that is larger or more
    /// tangled than any post's is. The place is that of the parser's own complaint.
    ///
    /// ## Why is this bad?
    /// Jekyll logs an error and publishes the post all the same: without title, layout and category, at an address made
    /// of the day of the build. The address moves with every build, and no link to it ever holds. A page whose front
    /// matter is no mapping stops the whole build.
    ///
    /// ## Example
    /// ```yaml
    /// title: Breaking: "it works", they said
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// title: "Breaking: \"it works\", they said"
    /// ```
    pub(crate) struct InvalidYaml;
    "FM003", "invalid-yaml", Error, PublishedWrong
}

impl Rule for InvalidYaml {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, settings: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        let Block::Present { yaml, .. } = reading.front_matter.block else { return };
        if reading.front_matter.is_readable() || publication::is_static(reading) {
            return;
        }
        let is_post = reading.kind != Kind::Page;
        let engine = settings.front_matter.engine;
        let Some(problem) = reading.front_matter.problems.first() else {
            report_no_mapping(settings, reading, sink);
            return;
        };
        // What was not read to its end may be fine with Jekyll.
        let is_unread = matches!(problem, Problem::Limit { .. });
        let effect = if is_unread { Effect::DataSuspect } else { Effect::PublishedWrong };
        let effect = if is_post { publication::effect(reading, engine, effect) } else { effect };
        let unread = publication::unless_unread(reading, engine);
        let message = match problem {
            Problem::Syntax { message, .. } => say!(
                "{complaint}: {consequence}{unread}",
                complaint = complaint(message),
                consequence = consequence(is_post),
                unread,
            ),
            Problem::Number { .. } => say!(
                "Jekyll takes this for a number and cannot read it: {consequence}{unread}",
                consequence = consequence(is_post),
                unread,
            ),
            Problem::Limit { message, .. } => {
                say!("{complaint}: front matter like this was not read", complaint = complaint(message))
            }
        };
        let finding = sink.report(&Self::META, problem.span(), message).effect(effect);
        add_help(finding, reading.text, yaml, problem);
    }
}

/// What Jekyll makes of a file whose front matter does not parse.
fn consequence(is_post: bool) -> Message {
    if is_post {
        say!("Jekyll publishes the post without its data, at an address made of the build's day")
    } else {
        say!("Jekyll publishes the page without its data")
    }
}

/// Top-level text or a list parses, and is no front matter.
fn report_no_mapping(settings: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
    let Some(root) = &reading.front_matter.root else { return };
    let is_post = reading.kind != Kind::Page;
    let (effect, what) = if is_post {
        let effect = publication::effect(reading, settings.front_matter.engine, Effect::PublishedWrong);
        (effect, consequence(true))
    } else {
        (Effect::BuildAbort, say!("the build of the whole site stops"))
    };
    let Block::Present { yaml, .. } = reading.front_matter.block else { return };
    let mended = mend::mend(reading.text, yaml);
    let text = root.span.slice(reading.text);
    let unread = publication::unless_unread(reading, settings.front_matter.engine);
    let message = say!("this is no list of `key: value` lines: {consequence}{unread}", consequence = what, unread);
    let finding = sink.report(&InvalidYaml::META, root.span, message);
    finding.effect(effect);
    if let Some(mended) = mended {
        finding.help(say!("write `{text}`", text = mended.line)).fix(mended.fix);
        return;
    }
    finding.help(if text.contains('：') {
        say!("write the colon `:` and a space after each key, not the full-width `：`")
    } else {
        say!("write each field as `key: value`, with a space after the colon")
    });
}

fn add_help(finding: &mut Finding, text: &str, yaml: Span, problem: &Problem) {
    if let Some(mended) = mend::mend(text, yaml) {
        finding.help(say!("write `{text}`", text = mended.line)).fix(mended.fix);
        return;
    }
    let line_start =
        text.get(..problem.span().start as usize).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let line = text.get(line_start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    let advice = if yaml.slice(text).contains('：') && !line.contains(": ") {
        say!("write the colon `:` and a space after each key, not the full-width `：`")
    } else if yaml.slice(text).lines().any(|line| line.starts_with('\t')) {
        say!("indent with spaces, not with tabs")
    } else {
        say!("put the value in double quotes, with `\\` before every `\"` and `\\` inside")
    };
    finding.help(match problem {
        Problem::Syntax { reported: (line, column), .. } => {
            say!("{advice} (Jekyll's log names line {line}, column {column})", advice, line, column)
        }
        Problem::Number { .. } | Problem::Limit { .. } => advice,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Applicability;
    use crate::rules::testing::{check, findings};

    fn mended(text: &str) -> Option<(String, Applicability)> {
        let found = findings(&InvalidYaml, &Settings::default(), "_posts/2022-01-17-a.md", text.as_bytes());
        let fix = found.first()?.fix.as_ref()?;
        let mut text = text.to_owned();
        for edit in fix.edits.iter().rev() {
            text.replace_range(edit.span.range(), &edit.text);
        }
        Some((text, fix.applicability))
    }

    #[test]
    fn the_place_is_the_parsers() {
        check(
            &InvalidYaml,
            "
---
layout: post
title: 快讯：A股 收盘: 上涨
                     ^ FM003 mapping values are not allowed in this context: Jekyll publishes the post without
---
//- _posts/2022-01-17-b.md
---
title: \"他说\"你好\"\"
             ^^ FM003 did not find expected key while parsing a block mapping
---
//- about.md
---
title: @x
       ^ FM003 Jekyll publishes the page without its data
---
",
        );
    }

    #[test]
    fn a_block_that_is_no_mapping_stops_the_build_at_a_page() {
        check(
            &InvalidYaml,
            "
//- about.md
---
title：x
^^^^^^^^ FM003 the build of the whole site stops
---
",
        );
    }

    #[test]
    fn quoting_is_offered_where_it_provably_mends() {
        let safe = |text: &str| Some((text.to_owned(), Applicability::Safe));
        assert_eq!(mended("---\ntitle: a: b\nx: y\n---\n"), safe("---\ntitle: \"a: b\"\nx: y\n---\n"));
        assert_eq!(mended("---\ntitle: \"他说\"你好\"\"\n---\n"), safe("---\ntitle: \"他说\\\"你好\\\"\"\n---\n"));
        assert_eq!(mended("---\ntitle: \"C:\\dir\"\n---\n"), safe("---\ntitle: \"C:\\\\dir\"\n---\n"));
        assert_eq!(mended("---\ntitle: \"open\nx: y\n---\n").unwrap().1, Applicability::Unsafe);
        assert_eq!(mended("---\ntitle: [a] b\n---\n").unwrap().1, Applicability::Unsafe);
        assert_eq!(mended("---\ntitle: ok\n\tx: y\n---\n"), None);
        assert_eq!(mended("---\ntitle: \"a\" and \"b\"\n---\n").unwrap().1, Applicability::Unsafe);
        assert_eq!(mended("---\ntitle: \"a\\n \\d\"\n---\n").unwrap().1, Applicability::Unsafe);
        assert_eq!(mended("---\nlayout: post\ntitle：x：y\n---\n"), safe("---\nlayout: post\ntitle: \"x：y\"\n---\n"));
        assert_eq!(mended("---\ntitle： \"x\"\n---\n"), safe("---\ntitle: \"x\"\n---\n"));
    }

    #[test]
    fn what_jekyll_accepts_is_no_finding() {
        check(&InvalidYaml, "---\ntitle: a:b # c\nx: *undefined\nx: again\n---\n//- _posts/a.md\n---\n---\n");
    }

    #[test]
    fn any_damage_is_one_finding_at_most() {
        let text = "---\nlayout: post\ntitle: \"稳定 关系\"\ntags: [a, !b, {c: d}]\n---\n";
        for cut in 0..text.len() {
            let bytes = [&text.as_bytes()[..cut], b"\n---\n"].concat();
            assert!(findings(&InvalidYaml, &Settings::default(), "a.md", &bytes).len() <= 1);
        }
    }
}
