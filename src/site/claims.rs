//! Which files of the site each file of the source lays claim to.

use super::Served;
use super::context::Item;
use super::intended::intended;
use super::map::SiteMap;

impl SiteMap<'_> {
    /// Every file of the site that a document or static file makes, whoever writes it last, and every one that an
    /// unpublished document would make: with its source, relative to the site's root. What plugins make is left out.
    pub fn claims(&self) -> Vec<(Served, String)> {
        let numbers = 0..self.table.len();
        let made = numbers.map(|number| (self.served_by(number), self.table.destination(number).to_owned()));
        let made = made.filter(|(source, _)| matches!(source, Served::Document(_) | Served::File(_)));
        let documents = 0..self.context.archive.documents.len();
        let meant = documents.filter_map(|document| {
            let is_archived = self.is_archived(document);
            if !is_archived && self.served_number(document).is_some() {
                return None;
            }
            let item = Item::document(self.context.archive, document)?;
            Some((Served::Document(document), intended(&self.context, &item, is_archived)?.destination))
        });
        made.chain(meant).collect()
    }
}
