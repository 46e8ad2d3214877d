//! Links that look like ways back and lead elsewhere.

use super::conventions::{Navigation, fill};
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
    /// The symbol of its text on a post's page; `None` if no link of the archive has that text.
    pub(super) fn text_in(&self, archive: &Archive, document: &Document) -> Option<Symbol> {
        if self.text.contains('{') {
            archive.strings.find(&fill(&self.text, archive, document)?)
        } else {
            archive.strings.find(&self.text)
        }
    }

    /// Whether where it leads depends on the post's category.
    pub(super) fn names_category(&self) -> bool {
        self.targets.iter().any(|target| target.contains("{category}"))
    }
}

/// Every link of a post whose text is that of a way back and whose target is none of its targets.
pub(super) fn stray<'a>(way: &Navigation, facts: &Facts<'a>) -> Vec<Stray<'a>> {
    let archive = facts.archive;
    let mut found = Vec::new();
    for (number, document) in archive.documents.iter().enumerate().filter(|(_, document)| document.kind.is_post()) {
        // A text that the archive does not hold is no link's; symbols compare faster than texts.
        let Some(text) = way.text_in(archive, document) else { continue };
        for (index, link) in document.links.iter().enumerate().filter(|(_, link)| link.text == text) {
            // A post without a category, or with one that is no text, has other findings.
            let Some(expected) = way.targets.first().and_then(|target| fill(target, archive, document)) else {
                continue;
            };
            let targets: Vec<String> =
                way.targets.iter().filter_map(|target| fill(target, archive, document)).collect();
            let leads_to = match facts.resolved.target(archive, number, index) {
                Some(Target::Site { path, .. }) if targets.iter().any(|target| **path == **target) => continue,
                Some(Target::Site { path, .. }) if !path.is_empty() => path,
                _ => archive.text(link.destination),
            };
            found.push(Stray { document, link, text: archive.text(text).to_owned(), leads_to, expected });
        }
    }
    found
}
