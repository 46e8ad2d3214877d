//! Looks up who takes the mail of the domains that `mailto:` links name, where settings want that.
//!
//! A domain is remembered as an address is, under `mailto:@domain`: it has a verdict that is believed for a while, and a
//! failure that history confirms.

use std::collections::BTreeMap;

use super::Settings;
use super::ask::{IsWanted, due_of, standing};
use super::journal::Journal;
use crate::language::say;
use crate::probe::{Cancel, MailError, MailSettings, Outcome, Reason, Verdict, ask_mail};
use crate::resolve::{Resolved, Target};
use crate::store::{Checked, Due, MailRecord, Track};
use crate::text::mail::domains;

/// What is known of the domains of an archive.
#[derive(Default)]
pub(super) struct Mail {
    pub(super) record: BTreeMap<Box<str>, MailRecord>,
    /// Why no domain could be looked up.
    pub(super) trouble: Option<String>,
    /// How long the looking up took.
    pub(super) took: std::time::Duration,
    /// Domains of which neither this run nor an earlier one knows anything, because the run was cut.
    pub(super) is_cut: bool,
}

/// The spelling under which a domain is remembered, and by which `fetch.exclude` can leave it out.
pub(super) fn key(domain: &str) -> String {
    format!("mailto:@{domain}")
}

/// Finds out what there is to know of the domains that links name; of those that are not wanted, only what is remembered.
pub(super) fn look_up(
    settings: &Settings,
    (resolved, is_wanted): (&Resolved, IsWanted<'_>),
    journal: &mut Journal,
    cancel: &Cancel,
) -> Mail {
    let mut found = Mail::default();
    let Some(mail) = settings.mail.as_ref().filter(|_| !settings.offline) else { return found };
    let behind = resolved.others_than_addresses().filter_map(|(_, target)| match target {
        Target::Mail(behind) => Some(domains(behind)),
        _ => None,
    });
    let mut named: Vec<String> = behind.flatten().collect();
    named.sort_unstable();
    named.dedup();
    named.retain(|domain| !settings.exclude.is_match(key(domain)));
    let (mut due, tracks) = recall(settings, &named, (journal, &mut found));
    due.retain(|domain| is_wanted(&key(domain)));
    if settings.recalls_only || due.is_empty() || journal.is_troubled() {
        return found;
    }
    let mail = MailSettings { max_time: settings.probe.max_time, ..mail.clone() };
    let answers = match ask_mail(&mail, &due, cancel) {
        Ok(answers) => answers,
        Err(error) => {
            let why = match error {
                MailError::NoServers => say!("the system names no name server"),
                MailError::NoAnswer => say!("no name server answers"),
                MailError::Runtime(error) => say!("{error}", error),
            };
            let message = say!(
                "who takes the mail of {domains} domains could not be looked up: {why}; `fetch.name_servers` says whom to ask",
                domains = due.len(),
                why,
            );
            found.trouble = Some(message.in_language(settings.rules.language));
            return found;
        }
    };
    found.took = answers.took;
    let writer = journal.writer();
    for (domain, outcome) in due.into_iter().zip(answers.outcomes) {
        if let Some(writer) = &writer {
            let (url, outcome) = (key(domain).into(), outcome.clone());
            writer.record(Checked { url, outcome, fragments: Box::default(), origin: None });
        }
        let track = tracks.get(domain).copied().unwrap_or_default();
        found.take(settings, (domain, track), outcome);
    }
    if let Some(writer) = writer {
        let written = writer.finish();
        journal.note(written);
    }
    found
}

/// Takes what is still believed; the domains that are to be asked, and the records of those that have one.
fn recall<'d>(
    settings: &Settings,
    domains: &'d [String],
    (journal, found): (&mut Journal, &mut Mail),
) -> (Vec<&'d str>, BTreeMap<&'d str, Track>) {
    let now = (settings.clock)();
    let keys: Vec<String> = domains.iter().map(|domain| key(domain)).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let mut tracks = BTreeMap::new();
    let mut is_fresh = vec![false; domains.len()];
    journal.recall(&keys, |position, memory| {
        let (Some(domain), Some(key), Some(fresh)) =
            (domains.get(position), keys.get(position), is_fresh.get_mut(position))
        else {
            return;
        };
        *fresh = matches!(due_of(settings, (key, &memory), now), Due::Fresh(_));
        tracks.insert(domain.as_str(), memory.track);
        if *fresh || !settings.fresh {
            let standing = standing(settings, &memory.outcome, &memory.track);
            let known = MailRecord { outcome: memory.outcome.without_validators(), standing };
            found.record.insert(domain.as_str().into(), known);
        }
    });
    let due = domains.iter().zip(&is_fresh).filter(|(_, fresh)| !**fresh).map(|(domain, _)| domain.as_str());
    (due.collect(), tracks)
}

impl Mail {
    fn take(&mut self, settings: &Settings, (domain, track): (&str, Track), outcome: Outcome) {
        if outcome.verdict == Verdict::Skipped && matches!(outcome.reason, Reason::Budget | Reason::Interrupted) {
            // What an earlier run learnt holds until a run gets to it.
            self.is_cut = true;
            return;
        }
        let standing =
            outcome.checked_at.and_then(|at| standing(settings, &outcome, &track.after(outcome.verdict, at)));
        self.record.insert(domain.into(), MailRecord { outcome, standing });
    }
}
