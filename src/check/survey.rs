//! The archive as it is read, before anything is asked of the web: what a check begins with, and what other jobs need of it.

use std::sync::Arc;

use super::{Settings, built, kept, load, read};
use crate::document::Archive;
use crate::event::{Event, Observer, Stage};
use crate::language::Language;
use crate::probe::Cancel;
use crate::resolve::Resolved;
use crate::seal::Ledger;
use crate::site::{self, Served, SiteMap};
use crate::source::{self, SourceError, Walked};

/// An archive that was read.
#[derive(Debug)]
pub struct Survey {
    pub(super) walked: Walked,
    pub(super) site: site::Settings,
    pub(super) built: Option<built::Site>,
    pub(super) loaded: load::Loaded,
}

/// Walks an archive and reads every document in it.
///
/// Fails only where there is no archive to read.
pub fn survey(settings: &Settings, observer: &dyn Observer, cancel: &Cancel) -> Result<Survey, SourceError> {
    survey_with(settings, None, observer, cancel)
}

/// [`survey`], with the seal that what is read is held against.
pub(super) fn survey_with(
    settings: &Settings,
    ledger: Option<&Ledger>,
    observer: &dyn Observer,
    cancel: &Cancel,
) -> Result<Survey, SourceError> {
    observer.observe(&Event::Begin { stage: Stage::Walk, total: None });
    let mut walked = source::walk(&settings.walk)?;
    let built = match &settings.built {
        Some(folder) => Some(built::walk(&settings.walk, folder, &mut walked)?),
        None => None,
    };
    observer.observe(&Event::End { stage: Stage::Walk });
    let (site, loaded) = read(settings, (&walked, built.as_ref(), ledger), observer, cancel);
    if ledger.is_none() {
        // Only a seal speaks of every file once they are read.
        walked.files = Vec::new();
    }
    Ok(Survey { walked, site, built, loaded })
}

impl Survey {
    /// Everything that was read.
    pub fn archive(&self) -> &Archive {
        &self.loaded.archive
    }

    /// What the site will serve.
    pub fn map(&self, settings: &Settings) -> SiteMap<'_> {
        match &self.built {
            Some(built) => SiteMap::of_built(&self.site, self.archive(), &built.folder, settings.rules.now),
            None => SiteMap::build(&self.site, self.archive(), settings.rules.now),
        }
    }

    /// What every link leads to.
    pub fn resolve(&self, settings: &Settings, map: &SiteMap<'_>) -> Resolved {
        super::resolve_links(settings, (&self.site, map), self.archive())
    }

    /// The document or file of an archive folder that lies at a path, which nobody serves and its neighbours may name.
    pub fn kept(&self, path: &str) -> Option<Served> {
        kept(&self.site, self.archive(), path)
    }

    /// What could not be looked at or read, as sentences.
    pub fn notices(&self, language: Language) -> Vec<String> {
        notices((&self.walked, &self.loaded), language, &[])
    }

    /// The path of a document or file that the site map names by its index.
    pub fn path_of(&self, served: &Served) -> Option<&Arc<str>> {
        match served {
            Served::Document(index) | Served::Unpublished(index, _) => {
                self.archive().documents.get(*index).map(|document| &document.path)
            }
            Served::File(index) | Served::LeftOut(index) => self.archive().files.get(*index),
            Served::Generated(_) | Served::Unknown(_) | Served::Nothing => None,
        }
    }

    /// Whether every document could be read.
    pub fn is_complete(&self) -> bool {
        self.loaded.complete && self.loaded.unreadable.is_empty()
    }
}

/// What could not be looked at or read, and what else is to be said, as sentences.
pub(super) fn notices(
    (walked, loaded): (&Walked, &load::Loaded),
    language: Language,
    others: &[String],
) -> Vec<String> {
    let walked = walked.notices.iter().map(|notice| notice.in_language(language));
    walked.chain(loaded.unreadable.iter().chain(others).cloned()).collect()
}
