//! DU006: one id, two contents.

use std::collections::HashMap;
use std::hash::BuildHasher;

use foldhash::fast::RandomState;

use crate::declare_rule;
use crate::document::{Document, Field};
use crate::facts::Facts;
use crate::finding::Meta;
use crate::language::say;
use crate::rules::{ArchiveSink, At, Rule, Settings};

declare_rule! {
    /// ## What it does
    ///
    /// Finds posts with the id of another post in their file's name, and another body.
    /// An id is what follows the date in the name, if it holds at least eight digits: `NW202201172249352683`.
    ///
    /// ## Why is this bad?
    ///
    /// Ids are the source's and stand for one article.
    /// Of two files with one id and two contents, one was written by mistake, or an old one was changed where it should have been kept.
    ///
    /// ## Example
    ///
    /// `_posts/2022-01-17-NW202201172249352683.md` and `old_post/2022-01-17-NW202201172249352683.md` with different text.
    ///
    /// ## Use instead
    ///
    /// The file that is right.
    pub(crate) struct SameId; "DU006", "same-id", Error, DataSuspect
}

impl Rule for SameId {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_archive(&self, _settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        let mut first: HashMap<&str, &Document, RandomState> = HashMap::default();
        let hasher = RandomState::default();
        let identifier =
            |(_, document): (usize, &Document)| Some(hasher.hash_one(document.id().filter(|id| is_identifier(id))?));
        for document in super::sharing(facts.archive, identifier) {
            let Some(id) = document.id() else { continue };
            let original = *first.entry(id).or_insert(document);
            if original.path == document.path || original.body == document.body {
                continue;
            }
            let at = At { document, span: document.place_of(Field::Title), subject: id };
            sink.report(&Self::META, at, say!("{other} has the same id and another text", other = &original.path))
                .help(say!("find out which of the two is right"))
                .see_in(original.path.clone(), original.place_of(Field::Title), say!("the same id"));
        }
    }
}

fn is_identifier(id: &str) -> bool {
    id.bytes().filter(u8::is_ascii_digit).count() >= 8
}
