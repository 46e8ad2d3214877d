//! Whether changed bytes are better than those before: what was to be healed is gone, and nothing as bad came in its place.

use std::collections::{BTreeMap, HashMap};

use url::Url;

use super::candidates::Heals;
use super::judged::{Judged, Key, Tally};
use super::mend::Choice;
use crate::finding::{Edit, Effect, Severity};

/// Says why the changes must not be made, if they must not.
pub(super) fn prove(before: &Judged, after: &Judged, choices: &[Choice<'_>]) -> Result<(), String> {
    if after.invalid > before.invalid {
        return Err("bytes would be lost".to_owned());
    }
    if before.is_readable && !after.is_readable {
        return Err("the front matter would not parse any more".to_owned());
    }
    is_healed(before, after, choices)?;
    brings_nothing(before, after, choices)?;
    links_hold(before, after, choices)
}

fn is_healed(before: &Judged, after: &Judged, choices: &[Choice<'_>]) -> Result<(), String> {
    let mut healed: BTreeMap<Key, usize> = BTreeMap::new();
    for (change, _) in choices {
        if let Heals::Finding(key) = change.heals {
            *healed.entry(key).or_default() += 1;
        }
    }
    let count = |judged: &Judged, key: &Key| judged.tallies.get(key).map_or(0, |tally| tally.count);
    for (key, less) in &healed {
        if count(after, key) + less > count(before, key) {
            return Err(format!("{} would still be found", key.0));
        }
    }
    Ok(())
}

/// A rule may find its old fault under a new text, but not once more.
fn brings_nothing(before: &Judged, after: &Judged, choices: &[Choice<'_>]) -> Result<(), String> {
    let least = choices.iter().map(|(change, _)| change.severity).min().unwrap_or(Severity::Info);
    let worst = choices.iter().map(|(change, _)| change.effect).min().unwrap_or(Effect::Style);
    let is_revealed = !before.is_readable && after.is_readable;
    let totals = |judged: &Judged| {
        let mut totals: BTreeMap<&'static str, usize> = BTreeMap::new();
        for ((code, _), tally) in &judged.tallies {
            *totals.entry(code).or_default() += tally.count;
        }
        totals
    };
    let (old, new) = (totals(before), totals(after));
    for ((code, subject), tally) in &after.tallies {
        let known = before.tallies.get(&(*code, *subject)).map_or(0, |tally| tally.count);
        if tally.count <= known || new.get(code) <= old.get(code) {
            continue;
        }
        let Tally { severity, effect, .. } = *tally;
        // Values that nobody could read before have faults of their own: they come to light, they are not made.
        // But a post that was lost is better than a site that is not built.
        let is_worse = if is_revealed && code.starts_with("FM") { effect < worst } else { severity >= least };
        if is_worse {
            return Err(format!("{code} would be found instead"));
        }
    }
    Ok(())
}

/// Links that no change is about lead where they led, and the others to their new addresses.
fn links_hold(before: &Judged, after: &Judged, choices: &[Choice<'_>]) -> Result<(), String> {
    let edits: Vec<&Edit> = choices.iter().flat_map(|(_, edits)| *edits).collect();
    let targets: HashMap<u32, (&Url, &Url)> = choices
        .iter()
        .filter_map(|(change, _)| match &change.heals {
            Heals::Link { start, from, to } => Some((*start, (from, to))),
            Heals::Finding(_) => None,
        })
        .collect();
    let found: HashMap<u32, &str> = after.links.iter().map(|link| (link.span.start, link.read.as_str())).collect();
    let mut moves = Moves::new(&edits);
    let mut sorted: Vec<_> = before.links.iter().collect();
    sorted.sort_by_key(|link| link.span);
    for link in sorted {
        let now = found.get(&moves.place(link.span.start)).copied();
        let holds = match targets.get(&link.span.start) {
            Some((from, to)) => now.is_some_and(|now| leads(&link.read, now, (from, to))),
            // What an edit of another rule mends, that rule judges.
            None => now == Some(link.read.as_str()) || edits.iter().any(|edit| touches(edit, link.span)),
        };
        if !holds {
            return Err("a link would not be read as it should be".to_owned());
        }
    }
    Ok(())
}

fn touches(edit: &Edit, span: crate::text::Span) -> bool {
    edit.span.start <= span.end && span.start <= edit.span.end
}

/// Whether a destination leads to the new address, and to the same place in it.
fn leads(old: &str, now: &str, (from, to): (&Url, &Url)) -> bool {
    let whole = if now.starts_with("//") { format!("{}:{now}", from.scheme()) } else { now.to_owned() };
    let Ok(mut url) = Url::parse(&whole) else { return false };
    let mut wanted = to.clone();
    let fragment = |text: &str| text.split_once('#').map(|(_, fragment)| fragment.to_owned());
    let same_place = match to.fragment() {
        Some(fragment) => url.fragment() == Some(fragment),
        None => fragment(old) == fragment(now),
    };
    url.set_fragment(None);
    wanted.set_fragment(None);
    same_place && url == wanted
}

/// Where places are once edits are made; asked in the order of the places.
struct Moves {
    /// Ends of edits, and how far what follows is moved by all up to there.
    ends: Vec<(u32, i64)>,
    next: usize,
    shift: i64,
}

impl Moves {
    fn new(edits: &[&Edit]) -> Self {
        let mut sorted: Vec<&&Edit> = edits.iter().collect();
        sorted.sort_by_key(|edit| edit.span);
        let grown = |edit: &Edit| i64::try_from(edit.text.len()).unwrap_or(i64::MAX) - i64::from(edit.span.len());
        Self { ends: sorted.iter().map(|edit| (edit.span.end, grown(edit))).collect(), next: 0, shift: 0 }
    }

    fn place(&mut self, old: u32) -> u32 {
        while let Some(&(end, grown)) = self.ends.get(self.next)
            && end <= old
        {
            self.shift += grown;
            self.next += 1;
        }
        u32::try_from(i64::from(old) + self.shift).unwrap_or(u32::MAX)
    }
}
