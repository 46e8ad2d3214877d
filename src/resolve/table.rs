//! The distinct targets and addresses of an archive while they are gathered.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::destination::Leads;
use super::links::{Address, KEPT, NONE, Resolved, narrow};
use super::{OnSite, Target};
use crate::document::Archive;
use crate::site::Served;
use crate::text::{Strings, Symbol};

/// A path of the site and a fragment.
type Spot = (Arc<str>, Option<Arc<str>>);

/// What a destination leads to, looked up as far as that can be done on all cores.
pub(super) enum Way {
    /// An address of the web that a string of the archive spells, and a fragment.
    Spelt(Symbol, Option<String>),
    /// Anything else.
    Other(Leads),
}

impl Way {
    /// `written` is the destination itself, which most addresses are spelt like.
    pub(super) fn of(leads: Leads, written: Option<(Symbol, &str)>, strings: &Strings) -> Self {
        let Leads::Web(url, fragment) = leads else { return Self::Other(leads) };
        let same = written.filter(|(_, text)| *text == url).map(|(symbol, _)| symbol);
        match same.or_else(|| strings.find(&url)) {
            Some(symbol) => Self::Spelt(symbol, fragment),
            None => Self::Other(Leads::Web(url, fragment)),
        }
    }
}

/// A target other than an address of the web without a fragment: of those there are millions, and their index is that of
/// the address.
#[derive(Debug)]
pub(super) enum Kept {
    Site(Box<OnSite>),
    /// A place on the page at an address of the web.
    Within(u32, Arc<str>),
    Mail(Box<str>),
    /// What has nothing to be kept.
    Plain(Target<'static>),
}

impl Kept {
    pub(super) fn target(&self) -> Target<'_> {
        match self {
            Self::Site(site) => Target::Site(site),
            Self::Within(address, fragment) => Target::Web { address: *address, fragment: Some(fragment) },
            Self::Mail(behind) => Target::Mail(behind),
            Self::Plain(target) => *target,
        }
    }
}

/// The distinct targets while they are gathered.
pub(super) struct Table {
    pub(super) resolved: Resolved,
    /// Address of each string that is an address as it stands, by [`Symbol::index`].
    as_written: Vec<u32>,
    /// Address of every other spelling.
    other: HashMap<Box<str>, u32, RandomState>,
    /// Targets within the site, by path and fragment, and whether it is a place on the page itself.
    site: HashMap<(Spot, bool), u32, RandomState>,
}

impl Table {
    /// An empty one with room for so many targets, nearly all of which are addresses.
    pub(super) fn new(archive: &Archive, targets: usize) -> Self {
        let bound = archive.strings.bound();
        let mut resolved = Resolved::of_nothing(bound);
        resolved.addresses.reserve(targets);
        Self { resolved, as_written: vec![NONE; bound], other: HashMap::default(), site: HashMap::default() }
    }

    pub(super) fn add_everywhere(&mut self, ways: Vec<(Symbol, Way)>) {
        for (symbol, way) in ways {
            let index = self.add(way);
            if let Some(slot) = self.resolved.everywhere.get_mut(symbol.index() as usize) {
                *slot = index;
            }
        }
    }

    pub(super) fn add(&mut self, way: Way) -> u32 {
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
            Leads::Mail(address) => return self.push(Kept::Mail(address.into())),
            Leads::Other => Target::Other,
            Leads::Empty => Target::Empty,
            Leads::Unsafe => Target::Unsafe,
            Leads::Invalid(words) => Target::Invalid(words),
            Leads::Template => Target::Template,
        };
        self.push(Kept::Plain(target))
    }

    fn push(&mut self, target: Kept) -> u32 {
        self.resolved.kept.push(target);
        KEPT | narrow(self.resolved.kept.len() - 1)
    }

    /// `served` is `Nothing` where the site has still to be asked.
    fn add_site(&mut self, (path, fragment): (Option<String>, Option<String>), served: Served) -> u32 {
        // The empty path stands for an address outside `baseurl`: nothing of the site is there.
        let key = ((Arc::from(path.unwrap_or_default()), fragment.map(Arc::from)), served != Served::Nothing);
        if let Some(&index) = self.site.get(&key) {
            return index;
        }
        let (path, fragment) = key.0.clone();
        let index = self.push(Kept::Site(Box::new(OnSite { path, fragment, served })));
        self.site.insert(key, index);
        index
    }

    fn add_web(&mut self, address: u32, fragment: Option<String>) -> u32 {
        match fragment {
            Some(fragment) => self.push(Kept::Within(address, fragment.into())),
            None => address,
        }
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
        self.resolved.addresses.push(Address::Other(narrow(self.resolved.others.len())));
        self.resolved.others.push(url.clone().into());
        self.other.insert(url.into(), next);
        next
    }
}
