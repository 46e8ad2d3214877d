//! Which texts lead where in nearly every post.

use std::collections::{BTreeMap, BTreeSet};

use url::Url;

use super::{Habit, LEAST, Material, Share, text_of};
use crate::document::{Archive, Document, Field as Key};
use crate::extract::Carrier;

use crate::resolve::Target;

/// Letters of the longest text that can be a way back.
const LONGEST: usize = 40;

/// A text that leads to the same place of the site in nearly every post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// The text, with `{tag}` and `{category}` where posts have their own.
    pub text: String,
    /// The paths that it leads to, the usual one first.
    pub targets: Vec<Habit>,
    /// How many posts have it.
    pub share: Share,
}

/// Where links with one text lead.
#[derive(Default)]
struct Uses {
    posts: usize,
    /// Posts by the path of the site.
    paths: BTreeMap<String, usize>,
    /// Posts by host and path of the web.
    hosts: BTreeMap<(String, String), usize>,
}

/// The ways back, and the other hosts by which they name the site.
pub(super) fn learn(facts: &Material<'_>, posts: &[usize]) -> (Vec<Way>, Vec<Habit>) {
    let mut texts: BTreeMap<String, Uses> = BTreeMap::new();
    for &number in posts {
        let Some(document) = facts.archive.documents.get(number) else { continue };
        let words = Words::of(facts.archive, document);
        let mut seen = BTreeSet::new();
        for (text, target) in links(facts, number, &words) {
            let uses = texts.entry(text.clone()).or_default();
            if !seen.insert(text) {
                continue;
            }
            uses.posts += 1;
            match target {
                Leads::Site(path) => *uses.paths.entry(path).or_default() += 1,
                Leads::Web(host, path) => *uses.hosts.entry((host, path)).or_default() += 1,
                Leads::Elsewhere => {}
            }
        }
    }
    texts.retain(|_, uses| uses.posts * 2 > posts.len() && uses.posts >= LEAST);
    let mut hosts: BTreeMap<String, usize> = BTreeMap::new();
    let mut found = Vec::new();
    for (text, uses) in texts {
        let mut paths: Vec<(String, usize)> = uses.paths.into_iter().collect();
        paths.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let inside: usize = paths.iter().map(|(_, count)| count).sum();
        if inside * 2 <= uses.posts {
            continue;
        }
        // What one post in fifty does is an older way, and not a mistake.
        paths.retain(|(_, count)| count * 50 >= posts.len() && *count >= LEAST);
        for ((host, path), count) in uses.hosts {
            if paths.iter().any(|(known, _)| *known == path) && count >= LEAST {
                let most = hosts.entry(host).or_default();
                *most = (*most).max(count);
            }
        }
        found.push((text, paths.into_iter().map(|(path, _)| path).collect::<Vec<_>>()));
    }
    // A way by another host of the site is the way all the same.
    let ways = found.into_iter().map(|(text, paths)| way((facts, posts), text, paths, &hosts));
    let mut ways: Vec<Way> = ways.collect();
    ways.retain(|way| !way.targets.is_empty());
    // The way to the nearer place stands first, as posts write it.
    ways.sort_by(|a, b| b.share.follow.cmp(&a.share.follow).then_with(|| a.text.cmp(&b.text)));
    let of = posts.len();
    let habit = |(value, follow): (String, usize)| Habit { value, share: Share { of, follow, strays: Vec::new() } };
    (ways, hosts.into_iter().map(habit).collect())
}

/// Counts a way over all posts.
fn way(
    (facts, posts): (&Material<'_>, &[usize]),
    text: String,
    paths: Vec<String>,
    hosts: &BTreeMap<String, usize>,
) -> Way {
    let mut share = Share::default();
    let mut targets: Vec<Habit> = paths.into_iter().map(|value| Habit { value, share: Share::default() }).collect();
    for &number in posts {
        let Some(document) = facts.archive.documents.get(number) else { continue };
        let words = Words::of(facts.archive, document);
        let found: Vec<String> = links(facts, number, &words)
            .filter(|(known, _)| *known == text)
            .filter_map(|(_, leads)| match leads {
                Leads::Site(path) => Some(path),
                Leads::Web(host, path) => hosts.contains_key(&host).then_some(path),
                Leads::Elsewhere => None,
            })
            .collect();
        let follows = targets.iter().any(|target| found.contains(&target.value));
        share.count(follows, document);
        for target in &mut targets {
            target.share.of += 1;
            target.share.follow += usize::from(found.contains(&target.value));
        }
    }
    Way { text, targets, share }
}

/// The words of a post that stand in its links for what differs from post to post.
struct Words<'a> {
    category: Option<&'a str>,
    tag: Option<&'a str>,
}

impl<'a> Words<'a> {
    fn of(archive: &'a Archive, document: &Document) -> Self {
        let category =
            text_of(archive, document, Key::Categories).or_else(|| text_of(archive, document, Key::Category));
        let tag = text_of(archive, document, Key::Tags).or_else(|| text_of(archive, document, Key::Tag));
        let is_telling = |word: &&str| word.chars().count() >= 2;
        Self { category: category.filter(is_telling), tag: tag.filter(is_telling) }
    }

    fn in_text(&self, text: &str) -> String {
        match (self.tag, self.category) {
            (Some(tag), _) if text.contains(tag) => text.replacen(tag, "{tag}", 1),
            (_, Some(category)) if text.contains(category) => text.replacen(category, "{category}", 1),
            _ => text.to_owned(),
        }
    }

    fn in_path(&self, path: &str) -> String {
        match (self.category, self.tag) {
            (Some(category), _) if path.contains(category) => path.replacen(category, "{category}", 1),
            (_, Some(tag)) if path.contains(tag) => path.replacen(tag, "{tag}", 1),
            _ => path.to_owned(),
        }
    }
}

enum Leads {
    Site(String),
    Web(String, String),
    Elsewhere,
}

/// The links of a post that a reader clicks on by a short text: the text and where it leads, as templates.
fn links<'a>(
    facts: &'a Material<'_>,
    number: usize,
    words: &'a Words<'_>,
) -> impl Iterator<Item = (String, Leads)> + 'a {
    let links = facts.archive.documents.get(number).into_iter().flat_map(|document| document.links.sayings());
    links.enumerate().filter_map(move |(index, link)| {
        let text = facts.archive.text(link.text).trim();
        let is_clicked = matches!(link.carrier, Carrier::Inline | Carrier::Reference | Carrier::Anchor);
        if !is_clicked || text.is_empty() || text.chars().count() > LONGEST {
            return None;
        }
        let leads = match facts.resolved.target(facts.archive, number, index) {
            Some(Target::Site(site)) if !site.path.is_empty() => Leads::Site(words.in_path(&site.path)),
            Some(Target::Web { address, .. }) => {
                let url = Url::parse(facts.resolved.url(&facts.archive.strings, address)).ok();
                let host = url.as_ref().and_then(Url::host_str).map(str::to_owned);
                match (host, url) {
                    (Some(host), Some(url)) => {
                        let path = percent_encoding::percent_decode_str(url.path()).decode_utf8_lossy().into_owned();
                        Leads::Web(host, words.in_path(&path))
                    }
                    _ => Leads::Elsewhere,
                }
            }
            _ => Leads::Elsewhere,
        };
        Some((words.in_text(text), leads))
    })
}
