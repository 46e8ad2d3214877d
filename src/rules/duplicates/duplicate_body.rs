//! DU003: two posts with one body.

use std::collections::HashMap;

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
    /// Finds posts whose body is that of another post: white space and Markdown links (the source link, the ways back) aside.
    /// The first post, by path, is taken for the original; the others are reported and point at it.
    ///
    /// ## Why is this bad?
    ///
    /// The same article stands in the archive under two names.
    ///
    /// ## Example
    ///
    /// `old_post/2022-01-17-NW1.md` and `old_post/2022-01-17-NW2.md` with the same paragraphs.
    ///
    /// ## Use instead
    ///
    /// One of them.
    pub(crate) struct DuplicateBody; "DU003", "duplicate-body", Warning, DataSuspect
}

impl Rule for DuplicateBody {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_archive(&self, _settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        let mut first: HashMap<u64, &Document, RandomState> = HashMap::default();
        for document in super::sharing(facts.archive, |(_, document)| Some(document.body).filter(|body| *body != 0)) {
            let original = *first.entry(document.body).or_insert(document);
            if original.path == document.path {
                continue;
            }
            let at = At { document, span: document.place_of(Field::Title), subject: original.file_name() };
            sink.report(&Self::META, at, say!("{other} has the same body", other = &original.path))
                .help(say!("keep one of the two"))
                .see_in(original.path.clone(), original.place_of(Field::Title), say!("the same body"));
        }
    }
}
