//! Links that look like ways back and lead elsewhere.

use std::borrow::Cow;

use super::Settings;
use super::conventions::{Navigation, fill};
use super::overview::overview;
use crate::document::{Archive, Document, Link};
use crate::facts::{Facts, Shelves};
use crate::resolve::Target;
use crate::text::Symbol;

/// A link with the text of a way back and another target.
pub(super) struct Stray<'a> {
    pub(super) document: &'a Document,
    pub(super) link: Link,
    /// The text of the way back, filled in.
    pub(super) text: String,
    /// The path that the link leads to, or the address as written.
    pub(super) leads_to: &'a str,
    /// The path that it should lead to.
    pub(super) expected: String,
}

impl Navigation {
    /// Whether where it leads depends on the post's category.
    pub(super) fn names_category(&self) -> bool {
        self.targets.iter().any(|target| target.contains("{category}"))
    }
}

/// A way back as it stands on one post.
#[derive(Clone, Debug)]
pub(super) struct Written {
    /// Its text.
    pub(super) text: String,
    /// The symbol of its text; `None` if no link of the archive has that text. Symbols compare faster than texts.
    pub(super) symbol: Option<Symbol>,
    /// Where it should lead; empty for a post without the category that the way names.
    pub(super) targets: Vec<String>,
}

impl Written {
    /// The way as it stands on a post; `None` if the post lacks what its text names.
    pub(super) fn on(way: &Navigation, archive: &Archive, document: &Document) -> Option<Self> {
        let text = fill(&way.text, archive, document)?;
        let symbol = archive.strings.find(&text);
        let first = way.targets.first().and_then(|target| fill(target, archive, document));
        let others = way.targets.iter().skip(1).filter_map(|target| fill(target, archive, document));
        // Without the one to write, the others say nothing either.
        let targets = first.map_or_else(Vec::new, |first| std::iter::once(first).chain(others).collect());
        Some(Self { text, symbol, targets })
    }

    /// Whether a link, by the indexes of its document and of itself, leads elsewhere than the way.
    pub(super) fn is_left_by(&self, facts: &Facts<'_>, (document, link): (usize, usize)) -> bool {
        match facts.resolved.target(facts.archive, document, link) {
            // A post without a category, or with one that is no text, has other findings.
            _ if self.targets.is_empty() => false,
            Some(Target::Site(site)) => !self.targets.iter().any(|target| **target == *site.path),
            _ => true,
        }
    }
}

/// The ways back on the posts of an archive, filled in once for each shelf and not for each post.
#[derive(Debug)]
pub(super) struct Ways<'a> {
    navigation: &'a [Navigation],
    archive: &'a Archive,
    /// Each way on each shelf; nothing for a way that is another one on each post.
    written: Vec<Option<Vec<Option<Written>>>>,
}

impl<'a> Ways<'a> {
    pub(super) fn on_shelves(ways: &'a [Navigation], archive: &'a Archive, shelves: &Shelves) -> Self {
        let names_id =
            |way: &Navigation| std::iter::once(&way.text).chain(&way.targets).any(|text| text.contains("{id}"));
        let on_shelves = |way| shelves.firsts(archive).map(|(first, _)| Written::on(way, archive, first)).collect();
        let written = ways.iter().map(|way| (!names_id(way)).then(|| on_shelves(way))).collect();
        Self { navigation: ways, archive, written }
    }

    /// A way as it stands on a post, which is on a shelf; `None` if the post lacks what its text names.
    pub(super) fn on(&self, way: usize, (shelf, document): (usize, &Document)) -> Option<Cow<'_, Written>> {
        match self.written.get(way)? {
            Some(written) => Some(Cow::Borrowed(written.get(shelf)?.as_ref()?)),
            None => Written::on(self.navigation.get(way)?, self.archive, document).map(Cow::Owned),
        }
    }
}

/// Every link of a post whose text is that of a way back and whose target is none of its targets. `is_meant` says of
/// which ways.
pub(super) fn stray<'a>(
    settings: &'a Settings,
    facts: &Facts<'a>,
    is_meant: impl Fn(&Navigation) -> bool,
) -> Vec<Stray<'a>> {
    let archive = facts.archive;
    let found = overview(settings, facts).stray.iter().filter_map(|(place, way)| {
        let way = settings.navigation.get(*way).filter(|way| is_meant(way))?;
        let (document, link) = facts.link(*place)?;
        let written = Written::on(way, archive, document)?;
        let leads_to = match facts.resolved.target(archive, place.document as usize, place.link as usize) {
            Some(Target::Site(site)) if !site.path.is_empty() => &*site.path,
            _ => archive.text(link.destination),
        };
        Some(Stray { document, link, text: written.text, leads_to, expected: written.targets.into_iter().next()? })
    });
    found.collect()
}
