//! Many addresses of a host that all end at one page (Lee et al., WWW 2009): whoever leads what is gone to one place leads
//! none of it to where it was.

use std::collections::BTreeMap;

use url::Url;

use super::Suspicion;
use super::redirect::is_tracking;
use crate::probe::outcome::{Outcome, Reason, Verdict};

/// So many different addresses that end at one page are a funnel.
const ENOUGH: usize = 5;
/// A name shorter than this is no name that an address could be known by.
const LEAST_NAME: usize = 3;

/// Judges every outcome of a run by where the others ended: the well ones that a funnel swallowed, by their places.
///
/// `url` gives the address of an outcome. Addresses that keep their name where they end, such as `/old/123.html` at
/// `/new/123`, moved; ones that lose no more than what says where a reader came from are one page.
pub fn funnels<'a>(outcomes: &[Outcome], url: impl Fn(usize) -> &'a str) -> Vec<(usize, Suspicion)> {
    let mut ends: BTreeMap<(String, &str), Vec<usize>> = BTreeMap::new();
    for (index, outcome) in outcomes.iter().enumerate() {
        let Some(end) = outcome.final_url.as_deref() else { continue };
        if !matches!(outcome.verdict, Verdict::Alive | Verdict::Moved) {
            continue;
        }
        let (Ok(from), Ok(to)) = (Url::parse(url(index)), Url::parse(end)) else { continue };
        if is_lost(&from, &to) {
            let host = from.host_str().unwrap_or_default().to_owned();
            ends.entry((host, end.split('#').next().unwrap_or(end))).or_default().push(index);
        }
    }
    let mut swallowed = Vec::new();
    for ((_, end), members) in ends.into_iter().filter(|(_, members)| members.len() >= ENOUGH) {
        let evidence = format!("it ends at {}, as {} other addresses of its host do", end, members.len() - 1);
        swallowed.extend(members.into_iter().map(|index| (index, Suspicion::new(Reason::Funnel, evidence.as_str()))));
    }
    swallowed.sort_unstable_by_key(|(index, _)| *index);
    swallowed
}

/// Whether nothing of an address is left where it ended.
pub(super) fn is_lost(from: &Url, to: &Url) -> bool {
    let same_path = from.path().trim_end_matches('/') == to.path().trim_end_matches('/');
    let names_more = from.query().is_some_and(|query| !is_tracking(query)) && from.query() != to.query();
    if same_path && !names_more {
        return false;
    }
    let end = to.as_str().to_ascii_lowercase();
    !names(from).iter().any(|name| end.contains(name.as_str()))
}

/// What an address may be known by: the last part of its path without its ending, and the values of its query.
fn names(url: &Url) -> Vec<String> {
    let last = url.path_segments().and_then(|mut parts| parts.rfind(|part| !part.is_empty())).unwrap_or_default();
    let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
    let values = url.query_pairs().map(|(_, value)| value.into_owned());
    let pieces = stem.split(['-', '_']).map(str::to_owned);
    let all = values.chain([stem.to_owned()]).chain(pieces);
    let is_name =
        |name: &String| name.len() >= LEAST_NAME && (name.len() > 5 || name.bytes().any(|byte| byte.is_ascii_digit()));
    all.map(|name| name.to_ascii_lowercase()).filter(is_name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::Details;

    fn swallowed(pairs: &[(&str, &str)]) -> Vec<usize> {
        let outcomes: Vec<Outcome> = pairs
            .iter()
            .map(|(_, to)| {
                let outcome = Outcome { verdict: Verdict::Alive, ..Outcome::skipped(Reason::Status(200)) };
                let final_url = (!to.is_empty()).then(|| (*to).into());
                outcome.with(Details { final_url, ..Details::default() })
            })
            .collect();
        funnels(&outcomes, |index| pairs[index].0).into_iter().map(|(index, _)| index).collect()
    }

    #[test]
    fn many_addresses_that_end_at_one_page() {
        let urls: Vec<String> = (1000..1006).map(|id| format!("http://a.cn/news/{id}.html")).collect();
        let mut pairs: Vec<(&str, &str)> = urls.iter().map(|url| (url.as_str(), "http://a.cn/sorry")).collect();
        assert_eq!(swallowed(&pairs), [0, 1, 2, 3, 4, 5]);
        assert!(swallowed(&pairs[..4]).is_empty());
        // Another host's addresses do not count, nor do those that are well where they are.
        pairs.truncate(4);
        pairs.push(("http://b.cn/news/1.html", "http://a.cn/sorry"));
        pairs.push(("http://a.cn/news/9.html", ""));
        assert!(swallowed(&pairs).is_empty());
        let ids: Vec<String> = (0..6).map(|id| format!("http://a.cn/share.html?code=NW{id}")).collect();
        let pairs: Vec<(&str, &str)> = ids.iter().map(|url| (url.as_str(), "http://a.cn/share.html")).collect();
        assert_eq!(swallowed(&pairs).len(), 6);
    }

    #[test]
    fn addresses_that_moved_are_no_funnel() {
        let kept: Vec<String> = (0..9).map(|page| format!("http://a.cn/old/12345_{page}.html")).collect();
        let pairs: Vec<(&str, &str)> = kept.iter().map(|url| (url.as_str(), "http://a.cn/new/12345")).collect();
        assert!(swallowed(&pairs).is_empty());
        let tracked: Vec<String> = (0..9).map(|from| format!("http://a.cn/a/1?from=w{from}")).collect();
        let pairs: Vec<(&str, &str)> = tracked.iter().map(|url| (url.as_str(), "http://a.cn/a/1")).collect();
        assert!(swallowed(&pairs).is_empty());
    }
}
