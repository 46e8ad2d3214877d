//! LQ001.

use crate::declare_rule;
use crate::document::Kind;
use crate::extract::liquid::ProblemKind;
use crate::facts::Reading;
use crate::finding::{Meta, Severity};
use crate::front_matter::{Block, Content, Scalar};
use crate::language::{Message, say};
use crate::rules::{DocumentSink, Rule, Settings};

declare_rule! {
    /// ## What it does
    ///
    /// Finds Liquid that Jekyll cannot read: `{{` or `{%` that is not closed, a tag that nobody knows, a block without its
    /// end, a tag that takes something else than what follows it. It looks as Liquid does, before Markdown: also inside code
    /// and HTML comments, but not inside `{% raw %}`. Files that Jekyll does not render are left alone.
    ///
    /// ## Why is this bad?
    ///
    /// One such place stops the whole site's build: no page is published any more, until somebody finds it.
    ///
    /// ## Example
    ///
    /// ```markdown
    /// 用户在模板里写 `{{ name` 就会出错。
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```markdown
    /// 用户在模板里写 {% raw %}`{{ name`{% endraw %} 就会出错。
    /// ```
    pub(crate) struct BrokenLiquid; "LQ001", "broken-liquid", Error, BuildAbort
}

/// So many places in one file are named; the build stops at the first.
const MOST: usize = 20;

impl Rule for BrokenLiquid {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, _: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        if !is_rendered(reading) {
            return;
        }
        let is_off = is_switched_off(reading);
        for problem in reading.extraction.liquid.problems.iter().take(MOST) {
            let (message, help) = words(&problem.kind);
            let finding =
                sink.report(&BrokenLiquid::META, problem.span, say!("{message}: the site's build stops here", message));
            finding.help(help);
            if is_off {
                // Jekyll 4 leaves the file alone; Jekyll 3, which GitHub Pages runs, does not know the key.
                finding.severity(Severity::Warning);
            }
        }
    }
}

/// Jekyll renders posts always, and pages where front matter says that they are pages.
fn is_rendered(reading: &Reading<'_>) -> bool {
    match reading.kind {
        Kind::Post => true,
        Kind::Page => matches!(reading.front_matter.block, Block::Present { .. }),
        Kind::Archived | Kind::Draft => false,
    }
}

fn is_switched_off(reading: &Reading<'_>) -> bool {
    let Some(Content::Mapping(entries)) = reading.front_matter.root.as_ref().map(|root| &root.content) else {
        return false;
    };
    let switch = entries.iter().rfind(|entry| entry.key == "render_with_liquid");
    switch.is_some_and(|entry| entry.value.content == Content::Scalar(Scalar::Bool(false)))
}

fn words(kind: &ProblemKind<'_>) -> (Message, Message) {
    let raw = || say!("put `{% raw %}` before it and `{% endraw %}` behind it if it is no Liquid");
    match kind {
        ProblemKind::UnclosedOutput => (say!("`{{` is not closed by `}}`"), raw()),
        ProblemKind::UnclosedTag => (say!("`{%` is not closed by `%}`"), raw()),
        ProblemKind::NamelessTag => (say!("the tag has no name"), raw()),
        ProblemKind::UnknownTag(name) => (say!("nobody knows the tag `{name}`", name), raw()),
        ProblemKind::StrayTag(name) => (say!("`{name}` has no block here", name), raw()),
        ProblemKind::UnclosedBlock(name) => {
            (say!("`{name}` is never ended", name), say!("write the block's `end…` tag behind what belongs into it"))
        }
        ProblemKind::Syntax(name) => (say!("`{name}` does not take what follows it", name), raw()),
        ProblemKind::TooDeep => (say!("more than a hundred blocks are in each other"), say!("take some of them out")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::check;

    #[test]
    fn liquid_that_stops_the_build_is_found() {
        check(
            &BrokenLiquid,
            "
见 `{{ name`，增长100{% 到 {% nobody %} {% if a %} {{ b }
    ^^ LQ001 `{{` is not closed
                                        ^^^^^^^^^^ LQ001 never ended
                                                   ^^ LQ001 `{{` is not closed
",
        );
        check(
            &BrokenLiquid,
            "
{% nobody %} {% if a %} {% endfor %}
^^^^^^^^^^^^ LQ001 nobody knows
             ^^^^^^^^^^ LQ001 never ended
                        ^^^^^^^^^^^^ LQ001 no block
<!-- {%} -->
     ^^ LQ001 not closed
",
        );
    }

    #[test]
    fn liquid_that_is_whole_or_not_run_is_left_alone() {
        check(
            &BrokenLiquid,
            "
//- _posts/2022-01-17-a.md
{{ a }} }} %} { { {% if a %}{% else %}{% endif %} {% raw %}{{ {% {% nobody %}{% endraw %} {{}}
//- old_post/2022-01-17-a.md
{{ {% nobody %}
//- README.md
{{ {% nobody %}
",
        );
    }

    #[test]
    fn a_file_of_braces_names_the_first_places() {
        let text = "{% x %}".repeat(1000);
        let found = crate::rules::testing::findings(
            &BrokenLiquid,
            &Settings::default(),
            "_posts/2022-01-17-a.md",
            text.as_bytes(),
        );
        assert_eq!(found.len(), MOST);
    }
}
