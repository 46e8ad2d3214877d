//! Links that look like ways back and lead elsewhere.

use std::collections::HashMap;
use std::rc::Rc;

use super::conventions::{Navigation, fill, fill_key};
use crate::document::{Archive, Document, Link};
use crate::facts::Facts;
use crate::resolve::Target;
use crate::text::Symbol;

/// A link with the text of a way back and another target.
pub(super) struct Stray<'a> {
    pub(super) document: &'a Document,
    pub(super) link: &'a Link,
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
#[derive(Debug)]
pub(super) struct Written {
    /// Its text.
    pub(super) text: String,
    /// The symbol of its text; `None` if no link of the archive has that text.
    pub(super) symbol: Option<Symbol>,
    /// Where it should lead; empty for a post without the category that the way names.
    pub(super) targets: Vec<String>,
}

/// A way back on the posts of an archive, filled in once for each category and tag and not for each post.
pub(super) struct Writer<'a> {
    way: &'a Navigation,
    archive: &'a Archive,
    by_id: bool,
    known: HashMap<[Option<Symbol>; 2], Option<Rc<Written>>>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(way: &'a Navigation, archive: &'a Archive) -> Self {
        let by_id = std::iter::once(&way.text).chain(&way.targets).any(|template| template.contains("{id}"));
        Self { way, archive, by_id, known: HashMap::new() }
    }

    /// The way as it stands on a post; `None` if the post lacks what its text names.
    pub(super) fn on(&mut self, document: &Document) -> Option<Rc<Written>> {
        if self.by_id {
            return self.write(document);
        }
        let key = fill_key(document);
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let written = self.write(document);
        self.known.insert(key, written.clone());
        written
    }

    fn write(&self, document: &Document) -> Option<Rc<Written>> {
        let text = fill(&self.way.text, self.archive, document)?;
        let symbol = self.archive.strings.find(&text);
        let first = self.way.targets.first().and_then(|target| fill(target, self.archive, document));
        let others = self.way.targets.iter().skip(1).filter_map(|target| fill(target, self.archive, document));
        // Without the one to write, the others say nothing either.
        let targets = first.map_or_else(Vec::new, |first| std::iter::once(first).chain(others).collect());
        Some(Rc::new(Written { text, symbol, targets }))
    }
}

/// Every link of a post whose text is that of a way back and whose target is none of its targets.
pub(super) fn stray<'a>(way: &'a Navigation, facts: &Facts<'a>) -> Vec<Stray<'a>> {
    let archive = facts.archive;
    let mut writer = Writer::new(way, archive);
    let mut found = Vec::new();
    for (number, document) in archive.documents.iter().enumerate().filter(|(_, document)| document.kind.is_post()) {
        let Some(written) = writer.on(document) else { continue };
        // A text that the archive does not hold is no link's; symbols compare faster than texts.
        let Some(text) = written.symbol else { continue };
        // A post without a category, or with one that is no text, has other findings.
        let Some(expected) = written.targets.first() else { continue };
        for (index, link) in document.links.iter().enumerate().filter(|(_, link)| link.text == text) {
            let leads_to = match facts.resolved.target(archive, number, index) {
                Some(Target::Site { path, .. }) if written.targets.iter().any(|target| **path == **target) => continue,
                Some(Target::Site { path, .. }) if !path.is_empty() => path,
                _ => archive.text(link.destination),
            };
            found.push(Stray { document, link, text: written.text.clone(), leads_to, expected: expected.clone() });
        }
    }
    found
}
