//! The walk over the archive that finds for several rules at once what they ask of every post and link.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use rayon::prelude::*;

use super::Settings;
use super::conventions::source_among;
use super::navigation::Ways;
use crate::document::{Document, Field, Saying, Value};
use crate::facts::{Facts, Occurrence, Overview, Shelves, Symbols};

/// Documents that one core looks at before it takes others.
const CHUNK: usize = 2048;

/// What the walk found; it is taken where it was not taken yet.
pub(super) fn overview<'f>(settings: &Settings, facts: &'f Facts<'_>) -> &'f Overview {
    facts.overview.get_or_init(|| walk(settings, facts))
}

/// Takes the walk that several rules need, on all cores. Rules that run beside each other would wait for one of them.
pub fn prepare(settings: &Settings, facts: &Facts<'_>) {
    overview(settings, facts);
}

fn walk(settings: &Settings, facts: &Facts<'_>) -> Overview {
    let archive = facts.archive;
    let patterns = &settings.source_links;
    let follows = |text: &str| patterns.iter().any(|pattern| pattern.id_in(text).is_some());
    let followers = || if patterns.is_empty() { Symbols::default() } else { Symbols::of(archive, follows) };
    let (shelves, followers) = rayon::join(|| shelve(&archive.documents), followers);
    let ways = Ways::on_shelves(&settings.navigation, archive, &shelves);
    let overview = Overview { shelves, followers, ..Overview::default() };
    let chunks = archive.documents.par_chunks(CHUNK).enumerate();
    let parts = chunks.map(|(number, documents)| {
        let mut part = Overview::default();
        for (number, document) in (number * CHUNK..).zip(documents) {
            look(&overview, (settings, facts, &ways), (number, document), &mut part);
        }
        part
    });
    let parts: Vec<Overview> = parts.collect();
    parts.into_iter().fold(overview, |mut whole, part| {
        whole.sources.extend(part.sources);
        whole.without.extend(part.without);
        whole.stray.extend(part.stray);
        whole
    })
}

/// Looks at one document; what is found is added to a part.
fn look(
    overview: &Overview,
    (settings, facts, ways): (&Settings, &Facts<'_>, &Ways<'_>),
    (number, document): (usize, &Document),
    part: &mut Overview,
) {
    let shelf = overview.shelves.of(number);
    let follows = |link: &Saying| overview.followers.hold(link.destination);
    let source = shelf.and_then(|_| source_among(&document.links, settings.source_links.is_empty(), follows));
    part.sources.push(source.map_or(Overview::NONE, narrow));
    let Some(shelf) = shelf else { return };
    for way in 0..settings.navigation.len() {
        let Some(written) = ways.on(way, (shelf, document)) else { continue };
        let links = || (0..).zip(document.links.sayings()).filter(|(_, link)| Some(link.text) == written.symbol);
        if links().next().is_none() {
            part.without.push((narrow(number), way));
        }
        let strays = links().filter(|(index, _)| written.is_left_by(facts, (number, *index)));
        part.stray.extend(strays.map(|(index, _)| (Occurrence { document: narrow(number), link: narrow(index) }, way)));
    }
}

/// Puts every post on its shelf.
fn shelve(documents: &[Document]) -> Shelves {
    let mut shelves = Shelves { of: Vec::with_capacity(documents.len()), all: Vec::new() };
    let mut known: HashMap<[u64; 4], u32, RandomState> = HashMap::default();
    for (number, document) in documents.iter().enumerate() {
        if !document.kind.is_post() {
            shelves.of.push(Overview::NONE);
            continue;
        }
        let shelf = *known.entry(label(document)).or_insert_with(|| {
            shelves.all.push((narrow(number), 0));
            narrow(shelves.all.len() - 1)
        });
        shelves.of.push(shelf);
        if let Some((_, posts)) = shelves.all.get_mut(shelf as usize) {
            *posts += 1;
        }
    }
    shelves
}

/// What a post says of its categories and tags, as far as any convention goes by it: the first of each.
fn label(document: &Document) -> [u64; 4] {
    [Field::Categories, Field::Category, Field::Tags, Field::Tag].map(|field| {
        let (form, symbol) = match document.fields.get(field) {
            None => return 0,
            Some(Value::Text(symbol)) => (1, *symbol),
            Some(Value::List(items)) => match items.first() {
                Some(Value::Text(symbol)) => (2, *symbol),
                _ => return 3 << 32,
            },
            Some(_) => return 3 << 32,
        };
        form << 32 | u64::from(symbol.index())
    })
}

fn narrow(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(Overview::NONE)
}
