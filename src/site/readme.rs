//! `README` files at the address of their folder, as `jekyll-readme-index` puts them there.

use super::article::Address;
use super::context::Source;
use super::map::{Gathered, SiteMap};
use super::table::Stage;
use super::url::{destination, folder, unescape};

/// A page made of a `README`, while the plugin runs.
struct Page {
    url: String,
    /// The address that it keeps if the plugin leaves it alone.
    own: Option<Address>,
    source: Source,
    stage: Stage,
}

impl SiteMap<'_> {
    /// Adds the pages of `README` files.
    pub(super) fn add_readmes(&mut self, gathered: &Gathered) {
        let (sources, files): (Vec<_>, Vec<_>) =
            gathered.readmes.iter().partition(|(readme, _)| readme.stage == Stage::Page);
        let of_source = |(readme, source): &(super::judge::Readme, Source)| Page {
            url: readme.own.url.clone(),
            own: Some(readme.own.clone()),
            source: *source,
            stage: Stage::Page,
        };
        let mut pages: Vec<Page> = sources.into_iter().map(of_source).collect();
        for (readme, source) in files {
            let parent = parent_of(&readme.own.url);
            if !self.has_index(&pages, &parent) {
                pages.push(Page { url: parent, own: None, source: *source, stage: Stage::AddedPage });
            } else if readme.waits {
                self.table.add(&readme.own, *source, readme.stage);
            }
        }
        if self.context.settings.readme_index.with_front_matter {
            // Jekyll asks again for the pages that it has just made, which can lead them one folder further up.
            for at in 0..pages.len() {
                let Some(parent) = pages.get(at).map(|page| parent_of(&page.url)) else { continue };
                let is_free = !self.has_index(&pages, &parent);
                if let Some(page) = pages.get_mut(at).filter(|_| is_free) {
                    (page.url, page.own) = (parent, None);
                }
            }
        }
        for page in pages {
            let moved =
                || Address { destination: destination(&page.url, "index.html", ".html"), url: page.url.clone() };
            let address = page.own.clone().unwrap_or_else(moved);
            let number = self.table.add(&address, page.source, page.stage);
            self.set_number(page.source, number);
        }
    }

    /// Whether a page or file is the index of a folder, whose address ends in `/`.
    fn has_index(&self, pages: &[Page], parent: &str) -> bool {
        let folder = unescape(parent.strip_prefix('/').unwrap_or(parent));
        let in_table = ["index.html", "index.htm", "index.xhtml", "index.xml"].into_iter().any(|name| {
            let entry = self.table.find(&format!("{folder}{name}")).and_then(|number| self.table.entry(number));
            entry.is_some_and(|entry| entry.stage <= Stage::Static)
        });
        in_table || pages.iter().any(|page| page.url == parent)
    }
}

/// The address of the folder that an address lies in.
fn parent_of(url: &str) -> String {
    format!("{}/", folder(url.strip_suffix('/').unwrap_or(url)))
}
