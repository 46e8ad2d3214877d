//! FM002: front matter that is never closed.

use super::publication;
use crate::declare_rule;
use crate::document::Kind;
use crate::facts::Reading;
use crate::finding::{Effect, Meta};
use crate::front_matter::Block;
use crate::language::say;
use crate::rules::{DocumentSink, Rule, Settings};

declare_rule! {
    /// ## What it does
    /// Finds files that begin with a `---` line and have no second one.
    ///
    /// ## Why is this bad?
    /// Without the closing line there is no front matter: Jekyll shows what was meant as such as text on the page, and
    /// knows neither layout nor date nor category.
    ///
    /// ## Example
    /// ```yaml
    /// ---
    /// layout: post
    /// title: "a"
    ///
    /// The text begins here.
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// ---
    /// layout: post
    /// title: "a"
    /// ---
    /// The text begins here.
    /// ```
    pub(crate) struct UnterminatedFrontMatter;
    "FM002", "unterminated-front-matter", Error, PublishedWrong
}

impl Rule for UnterminatedFrontMatter {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, settings: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        if publication::is_static(reading) {
            return;
        }
        let Block::Unterminated { fence } = reading.front_matter.block else { return };
        let mut effect = Effect::PublishedWrong;
        if reading.kind != Kind::Page {
            effect = publication::effect(reading, settings.front_matter.engine, effect);
        }
        let unread = publication::unless_unread(reading, settings.front_matter.engine);
        let message = say!("the front matter is never closed, so that it is shown as text on the page{unread}", unread);
        sink.report(&Self::META, fence, message).effect(effect).help(say!("end the front matter with a line `---`"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check, findings};

    #[test]
    fn an_open_block_is_found() {
        check(
            &UnterminatedFrontMatter,
            "
---
^^^ FM002 is never closed
layout: post
 ---

Text.
//- about.md
---
^^^ FM002
title: a
",
        );
    }

    #[test]
    fn dots_close_a_block_too() {
        check(&UnterminatedFrontMatter, "---\nlayout: post\n...\nText.\n//- a.md\nText\n\n---\n");
    }

    #[test]
    fn a_cut_file_is_no_trouble() {
        for text in ["---", "---\n", "---\nlayout: po", "---\nlayout: post\n--"] {
            let found = findings(&UnterminatedFrontMatter, &Settings::default(), "a.md", text.as_bytes());
            assert_eq!(found.len(), usize::from(text.len() > 3), "{text:?}");
        }
    }
}
