//! From facts and findings to the report.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rayon::prelude::*;

use super::listed::Uses;
use super::{Folders, Settings, audit};
use crate::document::{Archive, Kind};
use crate::facts::Facts;
use crate::finding::Finding;
use crate::language::say;
use crate::probe::Verdict;
use crate::report::{ArchiveCounts, LinkCounts, Parts, Report, Run as ReportRun};
use crate::resolve::Target;

/// What is known of the run beside its facts.
pub(super) struct Run<'r> {
    pub(super) uses: &'r Uses,
    pub(super) started_at: Timestamp,
    pub(super) is_complete: bool,
    pub(super) notices: Vec<String>,
    /// Files that could not be read.
    pub(super) unreadable: usize,
    /// The commit since which changes were judged.
    pub(super) since: Option<&'r str>,
    /// Which outcomes an earlier run learnt, by address.
    pub(super) remembered: &'r [bool],
}

/// The report of a run, but for its addresses, which are listed out of what the facts borrow.
pub(super) fn report(settings: &Settings, facts: &Facts<'_>, findings: Vec<Finding>, run: Run<'_>) -> Report {
    let uses = run.uses;
    let mut notices = run.notices;
    notices.extend(settings.notices.iter().cloned());
    if settings.probe.insecure && !settings.offline {
        let notice = say!("every certificate was trusted (insecure): what https answers may come from anybody");
        notices.push(notice.in_language(settings.rules.language));
    }
    let counts = archive_counts(facts.archive);
    if counts.posts == 0 && run.since.is_none() {
        let notice = say!(
            "no post was found in {root}: a post is a file `YYYY-MM-DD-slug.md` in `_posts`; name other folders of posts in `posts.folders`, or another path",
            root = settings.walk.root.display(),
        );
        notices.push(notice.in_language(settings.rules.language));
    }
    let ((links, freshness), (coverage, categories)) = rayon::join(
        || (link_counts(facts, uses), audit::freshness(facts, run.remembered, run.started_at)),
        || (audit::coverage(settings, facts, run.unreadable), audit::categories(facts, &findings)),
    );
    Report::new(Parts {
        run: ReportRun {
            started_at: run.started_at,
            finished_at: (settings.clock)(),
            offline: settings.offline,
            since: run.since.map(str::to_owned),
            revision: settings.revision.clone(),
            complete: run.is_complete && (run.since.is_some() || !is_nothing(settings, counts)),
            insecure: settings.probe.insecure,
            vantage: Some(settings.vantage.clone()).filter(|name| !name.is_empty()),
        },
        archive: counts,
        links,
        findings,
        addresses: Vec::new(),
        lists_alive: settings.all_addresses,
        notices,
        coverage,
        freshness,
        categories,
        fail_at: super::settings::fail_at(settings.fail_on),
    })
}

/// Whether a full check has nothing to judge, or not what settings say is there: nothing was found wrong with it, and
/// nobody may take that for health.
fn is_nothing(settings: &Settings, counts: ArchiveCounts) -> bool {
    let Folders { posts, archive } = &settings.folders;
    let is_named = !posts.is_empty() || archive.as_ref().is_some_and(|folders| !folders.is_empty());
    counts.posts == 0 && (counts.pages == 0 || is_named)
}

fn archive_counts(archive: &Archive) -> ArchiveCounts {
    let is_post = |kind: Kind| kind != Kind::Page;
    let posts = archive.documents.iter().filter(|document| is_post(document.kind)).count();
    ArchiveCounts {
        posts: posts as u64,
        pages: (archive.documents.len() - posts) as u64,
        files: archive.files.len() as u64,
        bytes: archive.documents.iter().map(|document| u64::from(document.bytes)).sum(),
    }
}

fn link_counts(facts: &Facts<'_>, uses: &Uses) -> LinkCounts {
    let mut internal: Vec<&str> = facts
        .resolved
        .others_than_addresses()
        .filter_map(|(_, target)| match target {
            Target::Site(site) => Some(&*site.path),
            _ => None,
        })
        .collect();
    internal.par_sort_unstable();
    internal.dedup();
    let external = facts.resolved.addresses.len() as u64;
    let mut counts = LinkCounts {
        occurrences: uses.occurrences(),
        unique: internal.len() as u64 + external,
        internal: internal.len() as u64,
        external,
        by_verdict: BTreeMap::new(),
    };
    for outcome in facts.outcomes {
        counts.judged(outcome.verdict);
    }
    if facts.unasked() > 0 {
        *counts.by_verdict.entry(Verdict::Skipped).or_default() += facts.unasked() as u64;
    }
    counts
}
