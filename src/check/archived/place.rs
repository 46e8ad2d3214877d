//! Which places a web archive is asked about, so that few questions cover many addresses.
//!
//! Pure. Addresses of a host that begin alike are one place, asked about at once. A place that turns out to hold far more
//! than what is wanted of it is left after some answers, and its addresses are asked about in smaller places, the smallest
//! being an address alone: a quarter more questions than addresses is the worst that can come of it at each step.

use std::collections::BTreeMap;

use crate::probe::{Question, bare_host};

/// A place, and the addresses that lie there, by their numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) question: Question,
    pub(super) wanted: Vec<usize>,
}

impl Place {
    /// Answers after which a place that is not done is left.
    pub(super) fn patience(&self) -> usize {
        self.wanted.len() / 4 + 1
    }
}

/// The places of some addresses, one for each host.
pub(super) fn places<'u>(urls: impl Iterator<Item = (usize, &'u str)>) -> Vec<Place> {
    let mut hosts: BTreeMap<String, Vec<(usize, String)>> = BTreeMap::new();
    for (number, url) in urls {
        let spelt = spelling(url);
        let host = spelt.split('/').next().unwrap_or(&spelt).to_owned();
        hosts.entry(host).or_default().push((number, spelt));
    }
    hosts.into_values().map(place).collect()
}

/// Smaller places for what is still wanted of one; each is smaller than it, so that this comes to an end.
pub(super) fn parts(place: &Place, rest: Vec<(usize, &str)>) -> Vec<Place> {
    let from = place.question.place.len();
    let mut groups: BTreeMap<String, Vec<(usize, String)>> = BTreeMap::new();
    for (number, url) in rest {
        let spelt = spelling(url);
        let tail = spelt.get(from..).unwrap_or_default();
        let head = tail.find(is_border).map_or(tail, |end| tail.get(..=end).unwrap_or(tail)).to_owned();
        groups.entry(head).or_default().push((number, spelt));
    }
    if groups.len() == 1 {
        // They cannot be told apart further.
        return groups.into_values().flatten().map(alone).collect();
    }
    groups.into_values().map(self::place).collect()
}

/// One place for addresses of one host.
fn place(mut members: Vec<(usize, String)>) -> Place {
    if members.len() == 1
        && let Some(only) = members.pop()
    {
        return alone(only);
    }
    let mut common = members.first().map(|(_, url)| url.clone()).unwrap_or_default();
    for (_, url) in &members {
        let same = common.bytes().zip(url.bytes()).take_while(|(a, b)| a == b).count();
        common.truncate(common.floor_char_boundary(same));
    }
    let end = common.rfind(is_border).map_or(common.len(), |at| at + 1);
    common.truncate(end);
    Place {
        question: Question { place: common, below: true },
        wanted: members.into_iter().map(|(number, _)| number).collect(),
    }
}

fn alone((number, place): (usize, String)) -> Place {
    Place { question: Question { place, below: false }, wanted: vec![number] }
}

/// What an address is written as in a question: without scheme, port, `www` and fragment.
fn spelling(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split('#').next().unwrap_or(rest);
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let host = authority.rsplit('@').next().unwrap_or(authority);
    let host = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
        .map_or(host, |(host, _)| host);
    format!("{}{}{path}", bare_host(host), if path.starts_with('/') { "" } else { "/" })
}

fn is_border(letter: char) -> bool {
    matches!(letter, '/' | '?' | '&' | '=')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(places: &[Place]) -> Vec<String> {
        let show = |place: &Place| {
            format!("{}{} {:?}", place.question.place, if place.question.below { "*" } else { "" }, place.wanted)
        };
        places.iter().map(show).collect()
    }

    #[test]
    fn what_begins_alike_is_one_place() {
        let urls = [
            "http://www.a.cn/news/2022/1.html",
            "https://a.cn:8080/news/2021/2.html#x",
            "http://s.cn/Share.html?infoCode=NW1",
            "http://s.cn/Share.html?infoCode=NW2",
            "http://lone.cn",
            "http://b.cn/新/1",
            "http://b.cn/旧/1",
        ];
        let places = places(urls.into_iter().enumerate());
        assert_eq!(
            shown(&places),
            ["a.cn/news/* [0, 1]", "b.cn/* [5, 6]", "lone.cn/ [4]", "s.cn/Share.html?infoCode=* [2, 3]"]
        );
    }

    #[test]
    fn smaller_places_come_to_an_end() {
        let urls = ["http://a.cn/x/1", "http://a.cn/x/2", "http://a.cn/y/1", "http://a.cn/y/1", "http://a.cn/"];
        let all = || urls.iter().enumerate().map(|(number, url)| (number, *url));
        let whole = places(all()).remove(0);
        assert_eq!(shown(std::slice::from_ref(&whole)), ["a.cn/* [0, 1, 2, 3, 4]"]);
        let smaller = parts(&whole, all().collect());
        assert_eq!(shown(&smaller), ["a.cn/ [4]", "a.cn/x/* [0, 1]", "a.cn/y/* [2, 3]"]);
        let least = parts(&smaller[2], vec![(2, urls[2]), (3, urls[3])]);
        assert_eq!(shown(&least), ["a.cn/y/1 [2]", "a.cn/y/1 [3]"]);
    }
}
