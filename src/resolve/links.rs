//! Every link of an archive, resolved: once for each distinct destination.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;
use rayon::prelude::*;

use super::Target;
use super::destination::{Leads, Resolver, is_absolute};
use super::template::{Name, evaluate};
use crate::document::{Archive, Document, Kind, Link};
use crate::extract::Carrier;
use crate::site::Served;
use crate::text::{Strings, Symbol};

/// An address of the web that the archive names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// Spelt in the archive as it is asked for.
    AsWritten(Symbol),
    /// Spelt otherwise there: relative to its protocol, with a fragment, not normalised.
    Other(Box<str>),
}

/// What every link leads to.
#[derive(Debug, Default)]
pub struct Resolved {
    /// The distinct targets.
    pub targets: Vec<Target>,
    /// The distinct addresses of the web, in no meaningful order.
    pub addresses: Vec<Address>,
    /// Target of each destination that means the same everywhere, by [`Symbol::index`].
    everywhere: Vec<u32>,
    /// Whether a link of a post is not what it says.
    rewritten_in_posts: bool,
    /// Target of each link whose meaning depends on its page, by document and link.
    in_place: HashMap<Place, u32, RandomState>,
    /// The links that do not lead to a plain target ([`Target::is_plain`]), in the order of the archive.
    uncommon: Vec<Place>,
}

/// Documents that one core looks at before it takes others.
const CHUNK: usize = 2048;

const NONE: u32 = u32::MAX;

/// Destinations that are resolved on all cores before they are put in the table.
const BATCH: usize = 1 << 14;

/// A path of the site and a fragment.
type OnSite = (Arc<str>, Option<Arc<str>>);

/// A link, as the indexes of its document and of itself.
type Place = (u32, u32);

impl Resolved {
    /// What a link of a document leads to; both by index.
    pub fn target(&self, archive: &Archive, document: usize, link: usize) -> Option<&Target> {
        self.targets.get(self.target_index(archive, document, link)? as usize)
    }

    /// The index in [`Resolved::targets`] of what a link leads to.
    pub fn target_index(&self, archive: &Archive, document: usize, link: usize) -> Option<u32> {
        let page = archive.documents.get(document)?;
        let symbol = page.links.get(link)?.destination;
        // A plugin may lead any link of a page elsewhere, but seldom those of posts, which are a thousand times as many.
        if (page.kind == Kind::Page || self.rewritten_in_posts)
            && let Some(index) = self.in_place.get(&(narrow(document), narrow(link)))
        {
            return Some(*index);
        }
        match self.everywhere.get(symbol.index() as usize) {
            Some(&index) if index != NONE && page.base.is_none() => Some(index),
            _ => self.in_place.get(&(narrow(document), narrow(link))).copied(),
        }
    }

    /// The links that do not lead where most do ([`Target::is_plain`]), by document and link: few, and what most rules
    /// look for.
    pub fn uncommon(&self) -> &[(u32, u32)] {
        &self.uncommon
    }

    /// Finds the links that do not lead to a plain target.
    fn find_uncommon(&self, archive: &Archive) -> Vec<Place> {
        let is_plain: Vec<bool> = self.targets.iter().map(Target::is_plain).collect();
        let leads_plainly =
            |target: Option<u32>| target.and_then(|target| is_plain.get(target as usize)) == Some(&true);
        // One bit for each string, which stay in a core's own cache, spare nearly every link the look at its target.
        let mut plain = vec![0_u64; self.everywhere.len().div_ceil(64)];
        for (word, targets) in plain.iter_mut().zip(self.everywhere.chunks(64)) {
            for (bit, _) in targets.iter().enumerate().filter(|(_, target)| leads_plainly(Some(**target))) {
                *word |= 1 << bit;
            }
        }
        let is_settled = |page: &Document, link: &Link| {
            let symbol = link.destination.index();
            let word = plain.get(symbol as usize / 64).copied().unwrap_or(0);
            word >> (symbol % 64) & 1 == 1 && page.base.is_none() && page.kind != Kind::Page && !self.rewritten_in_posts
        };
        let uncommon = |(number, page): (usize, &Document)| -> Vec<Place> {
            let links = page.links.iter().enumerate().filter(|(_, link)| !is_settled(page, link));
            let links = links.filter(|(index, _)| !leads_plainly(self.target_index(archive, number, *index)));
            links.map(|(index, _)| (narrow(number), narrow(index))).collect()
        };
        let chunks = archive.documents.par_chunks(CHUNK).enumerate();
        let found = chunks.map(|(chunk, pages)| (chunk * CHUNK..).zip(pages).flat_map(uncommon).collect());
        found.collect::<Vec<Vec<Place>>>().concat()
    }

    /// The spelling of an address of the web.
    pub fn url<'a>(&'a self, strings: &'a Strings, address: u32) -> &'a str {
        match self.addresses.get(address as usize) {
            Some(Address::AsWritten(symbol)) => strings.get(*symbol),
            Some(Address::Other(url)) => url,
            None => "",
        }
    }
}

/// What the resolution of an archive's links asks of the site.
#[expect(missing_debug_implementations, reason = "its parts are closures")]
pub struct Questions<'q> {
    /// The address of a document's page; `None` for one that is read where its file lies.
    pub address_of: &'q (dyn Fn(usize) -> Option<String> + Sync),
    /// What the site serves at a path.
    pub lookup: &'q (dyn Fn(&str) -> Served + Sync),
    /// What stands on a document's page in the place of a Markdown link's destination, if that is another one.
    pub rewritten: &'q (dyn Fn(usize, &str) -> Option<String> + Sync),
    /// What Liquid on a document's page names.
    pub value_of: &'q (dyn Fn(usize, Name<'_>) -> Option<String> + Sync),
}

/// Resolves every link of an archive.
pub fn resolve(resolver: &Resolver, archive: &Archive, site: &Questions<'_>) -> Resolved {
    let mut table = Table::new(archive);
    let root = resolver.base("/");
    let destinations = destinations(archive);
    let resolve = |symbol: &Symbol| {
        let destination = archive.text(*symbol);
        if resolver.is_settled(destination) {
            return Some((*symbol, Way::Spelt(*symbol, None)));
        }
        is_absolute(destination).then(|| {
            let leads = resolver.resolve(&root, destination);
            (*symbol, Way::of(leads, Some((*symbol, destination)), &archive.strings))
        })
    };
    // In batches, so that not every address stands in memory a second time; each is put into the table while the next
    // one is resolved.
    let mut ways: Vec<(Symbol, Way)> = Vec::new();
    for symbols in destinations.chunks(BATCH).chain([&[][..]]) {
        let known = std::mem::take(&mut ways);
        ways = rayon::join(|| symbols.par_iter().filter_map(resolve).collect(), || table.add_everywhere(known)).0;
    }
    let in_place: Vec<(Place, Way)> = archive
        .documents
        .par_iter()
        .enumerate()
        .flat_map_iter(|(number, document)| relative_links(resolver, archive, (number, document), site))
        .map(|(place, leads)| (place, Way::of(leads, None, &archive.strings)))
        .collect();
    for (place, way) in in_place {
        let is_in_post = archive.documents.get(place.0 as usize).is_some_and(|document| document.kind != Kind::Page);
        table.resolved.rewritten_in_posts |= is_in_post && is_absolute_link(archive, place);
        let index = table.add(way);
        table.resolved.in_place.insert(place, index);
    }
    let mut resolved = table.resolved;
    resolved.targets.par_iter_mut().for_each(|target| {
        if let Target::Site { path, served: served @ Served::Nothing, .. } = target
            && !path.is_empty()
        {
            *served = (site.lookup)(path);
        }
    });
    resolved.uncommon = resolved.find_uncommon(archive);
    resolved
}

/// Each distinct destination of the pages without a `<base>`, once.
fn destinations(archive: &Archive) -> Vec<Symbol> {
    let mut seen = vec![false; archive.strings.bound()];
    let mut symbols = Vec::new();
    let plain = archive.documents.iter().filter(|document| document.base.is_none());
    for link in plain.flat_map(|document| &document.links) {
        let Some(seen) = seen.get_mut(link.destination.index() as usize) else { continue };
        if !std::mem::replace(seen, true) {
            symbols.push(link.destination);
        }
    }
    symbols
}

fn relative_links(
    resolver: &Resolver,
    archive: &Archive,
    (number, document): (usize, &Document),
    site: &Questions<'_>,
) -> Vec<(Place, Leads)> {
    let mut base = None;
    let mut found = Vec::new();
    let base_of = || {
        let own = match (site.address_of)(number) {
            Some(address) => resolver.base(&address),
            None => resolver.base(&format!("/{}", document.path)),
        };
        document.base.map(|base| own.moved(archive.text(base))).unwrap_or(own)
    };
    for (index, link) in document.links.iter().enumerate() {
        let destination = archive.text(link.destination);
        let rewritten = if is_rewritten(link) { (site.rewritten)(number, destination) } else { None };
        if document.base.is_none() && rewritten.is_none() && is_absolute(destination) {
            continue;
        }
        let destination = rewritten.as_deref().unwrap_or(destination);
        let base = base.get_or_insert_with(base_of);
        let mut leads = resolver.resolve(base, destination);
        if leads == Leads::Template
            && let Some(destination) = evaluate(destination, &|name| (site.value_of)(number, name))
        {
            leads = resolver.resolve(base, &destination);
        }
        if document.base.is_none()
            && destination.trim_start().starts_with('#')
            && let Leads::Site(Some(path), fragment) = leads
        {
            // A place on the page itself is there or not, wherever the page is served.
            leads = Leads::Same(path, fragment, number);
        }
        found.push(((narrow(number), narrow(index)), leads));
    }
    found
}

/// Whether the destination of a link, as it is written, means the same on every page.
fn is_absolute_link(archive: &Archive, (document, link): Place) -> bool {
    let link = archive.documents.get(document as usize).and_then(|document| document.links.get(link as usize));
    link.is_some_and(|link| is_absolute(archive.text(link.destination)))
}

/// Whether a link is one of Markdown's, which plugins find in the text of a page.
pub fn is_rewritten(link: &Link) -> bool {
    matches!(link.carrier, Carrier::Inline | Carrier::Reference | Carrier::Image)
}

fn narrow(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(NONE)
}

/// What a destination leads to, looked up as far as that can be done on all cores.
enum Way {
    /// An address of the web that a string of the archive spells, and a fragment.
    Spelt(Symbol, Option<String>),
    /// Anything else.
    Other(Leads),
}

impl Way {
    /// `written` is the destination itself, which most addresses are spelt like.
    fn of(leads: Leads, written: Option<(Symbol, &str)>, strings: &Strings) -> Self {
        let Leads::Web(url, fragment) = leads else { return Self::Other(leads) };
        let same = written.filter(|(_, text)| *text == url).map(|(symbol, _)| symbol);
        match same.or_else(|| strings.find(&url)) {
            Some(symbol) => Self::Spelt(symbol, fragment),
            None => Self::Other(Leads::Web(url, fragment)),
        }
    }
}

/// The distinct targets while they are gathered.
struct Table {
    resolved: Resolved,
    /// Address of each string that is an address as it stands, by [`Symbol::index`].
    as_written: Vec<u32>,
    /// Address of every other spelling.
    other: HashMap<Box<str>, u32, RandomState>,
    /// Targets within the site, by path and fragment, and whether it is a place on the page itself.
    site: HashMap<(OnSite, bool), u32, RandomState>,
    /// Target of each address without a fragment.
    plain: Vec<u32>,
}

impl Table {
    fn new(archive: &Archive) -> Self {
        let bound = archive.strings.bound();
        Self {
            resolved: Resolved { everywhere: vec![NONE; bound], ..Resolved::default() },
            as_written: vec![NONE; bound],
            other: HashMap::default(),
            site: HashMap::default(),
            plain: Vec::new(),
        }
    }

    fn add_everywhere(&mut self, ways: Vec<(Symbol, Way)>) {
        for (symbol, way) in ways {
            let index = self.add(way);
            if let Some(slot) = self.resolved.everywhere.get_mut(symbol.index() as usize) {
                *slot = index;
            }
        }
    }

    fn add(&mut self, way: Way) -> u32 {
        let leads = match way {
            Way::Spelt(symbol, fragment) => {
                let address = self.address_of(symbol);
                return self.add_web(address, fragment);
            }
            Way::Other(leads) => leads,
        };
        let target = match leads {
            Leads::Web(url, fragment) => {
                let address = self.address(url);
                return self.add_web(address, fragment);
            }
            Leads::Site(path, fragment) => return self.add_site((path, fragment), Served::Nothing),
            Leads::Same(path, fragment, page) => return self.add_site((Some(path), fragment), Served::Document(page)),
            Leads::Mail(address) => Target::Mail(address.into()),
            Leads::Other => Target::Other,
            Leads::Empty => Target::Empty,
            Leads::Unsafe => Target::Unsafe,
            Leads::Invalid(words) => Target::Invalid(words),
            Leads::Template => Target::Template,
        };
        self.push(target)
    }

    fn push(&mut self, target: Target) -> u32 {
        self.resolved.targets.push(target);
        narrow(self.resolved.targets.len() - 1)
    }

    /// `served` is `Nothing` where the site has still to be asked.
    fn add_site(&mut self, (path, fragment): (Option<String>, Option<String>), served: Served) -> u32 {
        // The empty path stands for an address outside `baseurl`: nothing of the site is there.
        let key = ((Arc::from(path.unwrap_or_default()), fragment.map(Arc::from)), served != Served::Nothing);
        if let Some(&index) = self.site.get(&key) {
            return index;
        }
        let (path, fragment) = key.0.clone();
        let index = self.push(Target::Site { path, fragment, served });
        self.site.insert(key, index);
        index
    }

    fn add_web(&mut self, address: u32, fragment: Option<String>) -> u32 {
        if let Some(fragment) = fragment {
            return self.push(Target::Web { address, fragment: Some(fragment.into()) });
        }
        if let Some(&index) = self.plain.get(address as usize)
            && index != NONE
        {
            return index;
        }
        let index = self.push(Target::Web { address, fragment: None });
        if self.plain.len() <= address as usize {
            self.plain.resize(address as usize + 1, NONE);
        }
        if let Some(slot) = self.plain.get_mut(address as usize) {
            *slot = index;
        }
        index
    }

    /// The index of an address that a string of the archive spells, so that it is not kept twice.
    fn address_of(&mut self, symbol: Symbol) -> u32 {
        let next = narrow(self.resolved.addresses.len());
        let Some(slot) = self.as_written.get_mut(symbol.index() as usize) else { return NONE };
        if *slot == NONE {
            *slot = next;
            self.resolved.addresses.push(Address::AsWritten(symbol));
        }
        *slot
    }

    /// The index of an address that the archive spells nowhere.
    fn address(&mut self, url: String) -> u32 {
        let next = narrow(self.resolved.addresses.len());
        if let Some(&index) = self.other.get(url.as_str()) {
            return index;
        }
        self.resolved.addresses.push(Address::Other(url.clone().into()));
        self.other.insert(url.into(), next);
        next
    }
}
