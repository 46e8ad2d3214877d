//! What the report says of itself: what was not checked, how old the answers are, which category a finding belongs to.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::Timestamp;

use super::Settings;
use crate::document::{Document, Field, Value};
use crate::facts::Facts;
use crate::finding::Finding;
use crate::probe::{Reason, Verdict};
use crate::report::{Coverage, Freshness};
use crate::resolve::Target;
use crate::rules::{self, Rule};
use crate::site::Served;
use crate::text::{Symbol, mail};

/// What was checked and what was not; `unreadable` files could not be read.
pub(super) fn coverage(settings: &Settings, facts: &Facts<'_>, unreadable: usize) -> Coverage {
    let mut coverage = Coverage { addresses: facts.resolved.addresses.len() as u64, ..Coverage::default() };
    for outcome in facts.outcomes {
        let reason = match outcome.verdict {
            Verdict::Skipped => outcome.reason.name(),
            Verdict::Blocked => Verdict::Blocked.name().into(),
            _ => {
                coverage.answered += 1;
                continue;
            }
        };
        // Looked up first: there are millions of outcomes and a handful of reasons.
        match coverage.not_checked.get_mut(&*reason) {
            Some(count) => *count += 1,
            None => drop(coverage.not_checked.insert(reason.into_owned(), 1)),
        }
    }
    if facts.unasked() > 0 {
        *coverage.not_checked.entry(Reason::Offline.name().into_owned()).or_default() += facts.unasked() as u64;
    }
    let targets = |is_meant: fn(Target<'_>) -> bool| {
        facts.resolved.others_than_addresses().filter(|(_, target)| is_meant(*target)).count()
    };
    let is_unknown =
        |target: Target<'_>| matches!(target, Target::Site(site) if matches!(site.served, Served::Unknown(_)));
    let more = [
        ("template", targets(|target| matches!(target, Target::Template))),
        ("unknown-to-source", targets(is_unknown)),
        ("mail", facts.resolved.others_than_addresses().filter(|(_, target)| is_unknown_mail(facts, *target)).count()),
        ("other-scheme", targets(|target| matches!(target, Target::Other))),
        ("unreadable-file", unreadable),
    ];
    let more = more.into_iter().filter(|(_, count)| *count > 0);
    coverage.not_checked.extend(more.map(|(reason, count)| (reason.to_owned(), count as u64)));
    let on = settings.selection.rules();
    let is_off = |rule: &&&'static dyn Rule| !on.iter().any(|other| other.meta().code == rule.meta().code);
    coverage.rules_off = rules::ALL.iter().filter(is_off).map(|rule| rule.meta().code).collect();
    coverage
}

/// Whether a target is mail of which it is not known whether it arrives.
fn is_unknown_mail(facts: &Facts<'_>, target: Target<'_>) -> bool {
    let Target::Mail(behind) = target else { return false };
    let known = &facts.record.mail;
    // Unless that was wanted, nothing is known of any.
    if known.is_empty() {
        return true;
    }
    let domains = mail::domains(behind);
    domains.is_empty() || !domains.iter().all(|domain| known.contains_key(domain.as_str()))
}

/// How old the answers are when the run began; `remembered` says which are an earlier run's.
pub(super) fn freshness(facts: &Facts<'_>, remembered: &[bool], started_at: Timestamp) -> Freshness {
    let mut freshness = Freshness { never: facts.unasked() as u64, ..Freshness::default() };
    for (outcome, from_state) in facts.outcomes.iter().zip(remembered) {
        freshness.count(outcome.checked_at, *from_state, started_at);
    }
    freshness
}

/// The first category of each document that a finding is in, by path.
pub(super) fn categories(facts: &Facts<'_>, findings: &[Finding]) -> BTreeMap<Arc<str>, Arc<str>> {
    let mut categories = BTreeMap::new();
    let mut names: HashMap<Symbol, Arc<str>> = HashMap::new();
    for finding in findings {
        if categories.contains_key(&finding.path) {
            continue;
        }
        let Some(symbol) = facts.archive.find(&finding.path).and_then(category_of) else { continue };
        let name = names.entry(symbol).or_insert_with(|| facts.archive.text(symbol).into());
        categories.insert(Arc::clone(&finding.path), Arc::clone(name));
    }
    categories
}

fn category_of(document: &Document) -> Option<Symbol> {
    let fields = &document.fields;
    match fields.get(Field::Category).or_else(|| fields.get(Field::Categories)) {
        Some(Value::Text(symbol)) => Some(*symbol),
        Some(Value::List(values)) => values.iter().find_map(|value| match value {
            Value::Text(symbol) => Some(*symbol),
            _ => None,
        }),
        _ => None,
    }
}
