//! Every link of an archive, resolved: once for each distinct destination.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use foldhash::fast::RandomState;
use rayon::prelude::*;

use super::Target;
use super::destination::{Leads, Resolver, is_absolute};
use super::table::{Kept, Table, Way};
use super::template::{Name, evaluate};
use crate::document::{Archive, Document, Kind, Saying};
use crate::extract::Carrier;
use crate::site::Served;
use crate::text::{Strings, Symbol};

/// An address of the web that the archive names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// Spelt in the archive as it is asked for.
    AsWritten(Symbol),
    /// Spelt otherwise there: relative to its protocol, with a fragment, not normalised. Its number among those.
    Other(u32),
}

/// What every link leads to.
#[derive(Debug, Default)]
pub struct Resolved {
    /// The distinct addresses of the web, in no meaningful order.
    pub addresses: Vec<Address>,
    /// The distinct targets that are no addresses of the web without a fragment.
    pub(super) kept: Vec<Kept>,
    /// Those that are spelt otherwise in the archive.
    pub(super) others: Vec<Box<str>>,
    /// Target of each destination that means the same everywhere, by [`Symbol::index`].
    pub(super) everywhere: Vec<u32>,
    /// Whether a link of a post is not what it says.
    rewritten_in_posts: bool,
    /// Target of each link whose meaning depends on its page, by document and link.
    in_place: HashMap<Place, u32, RandomState>,
    /// The links that do not lead to a plain target ([`Target::is_plain`]), in the order of the archive.
    uncommon: Vec<Place>,
}

/// For each target of a choice its place in it: four bytes for each of millions, of which mostly a few are wanted.
#[derive(Debug, Default)]
pub struct Ranks {
    /// Empty where no address of the web is among them.
    of_addresses: Vec<u32>,
    of_kept: Vec<u32>,
}

impl Ranks {
    /// The place of a target, by its index.
    pub fn get(&self, target: u32) -> Option<usize> {
        let place = match target & KEPT {
            0 => self.of_addresses.get(target as usize),
            _ => self.of_kept.get((target ^ KEPT) as usize),
        };
        place.filter(|place| **place != NONE).map(|place| *place as usize)
    }
}

/// Documents that one core looks at before it takes others.
const CHUNK: usize = 2048;

pub(super) const NONE: u32 = u32::MAX;

/// What tells the index of a kept target from that of an address.
pub(super) const KEPT: u32 = 1 << 31;

/// Destinations that are resolved on all cores before they are put in the table.
const BATCH: usize = 1 << 14;

/// A link, as the indexes of its document and of itself.
type Place = (u32, u32);

impl Resolved {
    /// No link yet, of an archive whose strings are numbered below `bound`.
    pub(super) fn of_nothing(bound: usize) -> Self {
        Self { everywhere: vec![NONE; bound], ..Self::default() }
    }

    /// What a link of a document leads to; both by index.
    pub fn target(&self, archive: &Archive, document: usize, link: usize) -> Option<Target<'_>> {
        self.target_at(self.target_index(archive, document, link)?)
    }

    /// The target of an index.
    pub fn target_at(&self, index: u32) -> Option<Target<'_>> {
        match index ^ KEPT {
            _ if index & KEPT == 0 => Some(Target::Web { address: index, fragment: None }),
            number => self.kept.get(number as usize).map(Kept::target),
        }
    }

    /// The distinct targets with their indexes: every address of the web without a fragment, whether a link leads there
    /// or only to a place on its page, and whatever else links lead to.
    pub fn targets(&self) -> impl Iterator<Item = (u32, Target<'_>)> {
        let addresses = (0..narrow(self.addresses.len())).filter_map(|index| Some((index, self.target_at(index)?)));
        addresses.chain(self.others_than_addresses())
    }

    /// [`Resolved::targets`] without the addresses of the web that have no fragment: few, beside millions.
    pub fn others_than_addresses(&self) -> impl Iterator<Item = (u32, Target<'_>)> {
        (KEPT..).zip(self.kept.iter().map(Kept::target))
    }

    /// A table from the indexes of some targets to their place among these.
    pub fn ranks_of(&self, targets: impl Iterator<Item = u32>) -> Ranks {
        let mut ranks = Ranks::default();
        for (rank, index) in (0..).zip(targets) {
            let (list, number, bound) = match index & KEPT {
                0 => (&mut ranks.of_addresses, index, self.addresses.len()),
                _ => (&mut ranks.of_kept, index ^ KEPT, self.kept.len()),
            };
            list.resize(bound, NONE);
            list.get_mut(number as usize).into_iter().for_each(|slot| *slot = rank);
        }
        ranks
    }

    /// The index of what a link leads to, for [`Resolved::target_at`].
    pub fn target_index(&self, archive: &Archive, document: usize, link: usize) -> Option<u32> {
        let page = archive.documents.get(document)?;
        let symbol = page.links.saying(link)?.destination;
        // A plugin may lead any link of a page elsewhere, but seldom those of posts, which are a thousand times as many.
        if (page.kind == Kind::Page || self.rewritten_in_posts)
            && let Some(index) = self.in_place.get(&(narrow(document), narrow(link)))
        {
            return Some(*index);
        }
        match self.everywhere.get(symbol.index() as usize) {
            Some(&index) if index != NONE && page.base().is_none() => Some(index),
            _ => self.in_place.get(&(narrow(document), narrow(link))).copied(),
        }
    }

    /// The links that do not lead where most do ([`Target::is_plain`]), by document and link: few, and what most rules
    /// look for.
    pub fn uncommon(&self) -> &[(u32, u32)] {
        &self.uncommon
    }

    /// The fragments that links name behind addresses of the web, sorted, by index of their address; only of addresses
    /// that have any.
    pub fn fragments(&self) -> BTreeMap<u32, Vec<&Arc<str>>> {
        let mut fragments: BTreeMap<u32, Vec<&Arc<str>>> = BTreeMap::new();
        for (_, target) in self.others_than_addresses() {
            if let Target::Web { address, fragment: Some(fragment) } = target {
                fragments.entry(address).or_default().push(fragment);
            }
        }
        for named in fragments.values_mut() {
            named.sort_unstable();
            named.dedup();
        }
        fragments
    }

    /// Finds the links that do not lead to a plain target.
    fn find_uncommon(&self, archive: &Archive) -> Vec<Place> {
        let leads_plainly =
            |target: Option<u32>| target.and_then(|target| self.target_at(target)).is_some_and(Target::is_plain);
        // One bit for each string, which stay in a core's own cache, spare nearly every link the look at its target.
        let mut plain = vec![0_u64; self.everywhere.len().div_ceil(64)];
        for (word, targets) in plain.iter_mut().zip(self.everywhere.chunks(64)) {
            for (bit, _) in targets.iter().enumerate().filter(|(_, target)| leads_plainly(Some(**target))) {
                *word |= 1 << bit;
            }
        }
        let is_settled = |page: &Document, link: &Saying| {
            let symbol = link.destination.index();
            let word = plain.get(symbol as usize / 64).copied().unwrap_or(0);
            word >> (symbol % 64) & 1 == 1
                && page.base().is_none()
                && page.kind != Kind::Page
                && !self.rewritten_in_posts
        };
        let uncommon = |(number, page): (usize, &Document)| -> Vec<Place> {
            let links = page.links.sayings().enumerate().filter(|(_, link)| !is_settled(page, link));
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
            Some(Address::Other(number)) => self.others.get(*number as usize).map_or("", |url| url),
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
    let root = resolver.base("/");
    let destinations = destinations(archive);
    let mut table = Table::new(archive, destinations.len());
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
    resolved.kept.par_iter_mut().for_each(|target| {
        if let Kept::Site(on_site) = target
            && on_site.served == Served::Nothing
            && !on_site.path.is_empty()
        {
            on_site.served = (site.lookup)(&on_site.path);
        }
    });
    resolved.uncommon = resolved.find_uncommon(archive);
    resolved
}

/// Each distinct destination of the pages without a `<base>`, once.
fn destinations(archive: &Archive) -> Vec<Symbol> {
    let mut seen = vec![false; archive.strings.bound()];
    let mut symbols = Vec::new();
    let plain = archive.documents.iter().filter(|document| document.base().is_none());
    for link in plain.flat_map(|document| document.links.sayings()) {
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
        document.base().map(|base| own.moved(archive.text(base))).unwrap_or(own)
    };
    for (index, link) in document.links.sayings().enumerate() {
        let destination = archive.text(link.destination);
        let rewritten = if is_rewritten(link.carrier) { (site.rewritten)(number, destination) } else { None };
        if document.base().is_none() && rewritten.is_none() && is_absolute(destination) {
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
        if document.base().is_none()
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
    let link = archive.documents.get(document as usize).and_then(|document| document.links.saying(link as usize));
    link.is_some_and(|link| is_absolute(archive.text(link.destination)))
}

/// Whether a link is one of Markdown's, which plugins find in the text of a page.
pub fn is_rewritten(carrier: Carrier) -> bool {
    matches!(carrier, Carrier::Inline | Carrier::Reference | Carrier::Image)
}

pub(super) fn narrow(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(NONE)
}
