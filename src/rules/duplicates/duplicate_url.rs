//! DU001: two sources, one address.

use std::sync::Arc;

use crate::declare_rule;
use crate::document::Field;
use crate::facts::Facts;
use crate::finding::{Effect, Meta};
use crate::language::{Argument, say};
use crate::rules::{ArchiveSink, Rule, Settings};
use crate::site::{CollisionKind, Served};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    ///
    /// Finds sources that make the same address: the file that Jekyll writes last overwrites the others.
    /// Addresses that differ only by case or by Unicode normal form are told too,
    /// and a file where another address needs a folder, at which Jekyll stops.
    ///
    /// ## Why is this bad?
    ///
    /// All but one of the pages are lost, and Jekyll ends as if nothing had happened.
    ///
    /// ## Example
    ///
    /// `_posts/2022-01-17-a.md` and `_posts/2022-01-17-a.html`: both are `/2022/01/17/a.html`.
    ///
    /// ## Use instead
    ///
    /// Another name or another `permalink` for one of them.
    pub(crate) struct DuplicateUrl; "DU001", "duplicate-url", Error, PublishedWrong
}

impl Rule for DuplicateUrl {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_archive(&self, _settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        for collision in facts.site.collisions() {
            let paths: Vec<Arc<str>> = collision.sources.iter().filter_map(|source| path(facts, source)).collect();
            // What the reader gets is written last; the finding belongs to the first that is lost.
            let (Some(lost), Some(address)) = (paths.first(), collision.destinations.first()) else { continue };
            let others: Vec<&Arc<str>> = paths.iter().filter(|path| *path != lost).collect();
            let other: Argument = match others.last() {
                Some(path) => path.into(),
                None => say!("a page that a plugin makes").into(),
            };
            let message = match collision.kind {
                CollisionKind::Same => {
                    say!("/{address} is also made by {other}, which overwrites this one", address, other)
                }
                CollisionKind::Case => {
                    say!("/{address} differs only by case from the address of {other}", address, other)
                }
                CollisionKind::Form => {
                    say!("/{address} differs only by Unicode normal form from the address of {other}", address, other)
                }
                CollisionKind::FileAndFolder => {
                    say!("/{address} is a file where {other} needs a folder: Jekyll stops", address, other)
                }
            };
            let finding = sink.report_file(&Self::META, Arc::clone(lost), title(facts, lost), (address, message));
            finding.help(say!("give one of them another name or another `permalink`"));
            match collision.kind {
                CollisionKind::Same => {}
                CollisionKind::Case | CollisionKind::Form => {
                    // Only servers and disks that fold names lose one of the two.
                    finding.effect(Effect::DataSuspect).severity(crate::finding::Severity::Warning);
                }
                CollisionKind::FileAndFolder => {
                    finding.effect(Effect::BuildAbort);
                }
            }
            for other in others {
                finding.see_in(Arc::clone(other), title(facts, other), say!("the same address"));
            }
        }
    }
}

/// The title of a file, by which a reader knows it; its beginning where it has none.
fn title(facts: &Facts<'_>, path: &str) -> Span {
    facts.archive.find(path).map_or(Span::at(0), |document| document.place_of(Field::Title))
}

/// The file of a source; `None` for what a plugin makes.
fn path(facts: &Facts<'_>, source: &Served) -> Option<Arc<str>> {
    match source {
        Served::Document(index) => facts.archive.documents.get(*index).map(|document| Arc::clone(&document.path)),
        Served::File(index) => facts.archive.files.get(*index).cloned(),
        Served::Generated(_) | Served::Unpublished(..) | Served::LeftOut(_) | Served::Unknown(_) | Served::Nothing => {
            None
        }
    }
}
