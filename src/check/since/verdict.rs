//! What a change did: the rules are asked about its neighbourhood as it is now and as it was before.
//!
//! Two kinds of findings are the change's: those about files that it touched, and those about others that were not there
//! before. A finding that many places share is told at those that were touched; where the change itself is its cause,
//! it is told as the full check tells it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use crate::check::{Settings, judge, resolve_links, settle};
use crate::document::Archive;
use crate::facts::{Facts, History, Part};
use crate::finding::Finding;
use crate::resolve::Resolved;
use crate::site::{self, SiteMap};
use crate::store::Record;
use crate::text::file_name;

/// How many posts that are not at hand each category has, by tag.
pub(super) type Elsewhere = BTreeMap<Box<str>, BTreeMap<Box<str>, u64>>;

/// An archive as far as it is at hand, with what was found while its files were read.
pub(super) struct Scene {
    pub(super) archive: Archive,
    pub(super) findings: Vec<Finding>,
}

/// What is the same at both ends.
pub(super) struct Ground<'a> {
    pub(super) settings: &'a Settings,
    pub(super) site: &'a site::Settings,
    /// Posts that are not at hand.
    pub(super) elsewhere: Elsewhere,
    /// How many of these have a passage.
    pub(super) passages: BTreeMap<u32, usize>,
    pub(super) history: &'a History,
    /// What was found by asking the web about the files that the change touched.
    pub(super) answers: Vec<Finding>,
}

impl Ground<'_> {
    /// The findings of every rule; of links, with `judged`, those of some documents. Of the last look, which is the one
    /// with a history, answers of the web are a part.
    fn findings(&self, scene: &Scene, judged: Vec<bool>, history: Option<&History>) -> Vec<Finding> {
        let map = SiteMap::build(self.site, &scene.archive, self.settings.rules.now);
        let resolved: Resolved = resolve_links(self.settings, (self.site, &map), &scene.archive);
        let part = Part { judged, elsewhere: self.elsewhere.clone(), passages: self.passages.clone() };
        let facts = Facts {
            archive: &scene.archive,
            site: &map,
            resolved: &resolved,
            outcomes: &[],
            record: &Record::default(),
            hosts: &self.settings.probe.book,
            fixity: None,
            history,
            part: Some(&part),
            overview: OnceLock::new(),
        };
        let mut findings = scene.findings.clone();
        findings.extend(judge(self.settings, &facts));
        if history.is_some() {
            findings.extend(self.answers.iter().cloned());
        }
        // Not every address was asked, and the seal is the full check's.
        let was_judged = |code: &str| !code.starts_with("NT") && !code.starts_with("FX");
        let mut findings = settle(self.settings, &scene.archive, findings, &was_judged);
        findings.sort_by(Finding::cmp_by_place);
        findings
    }

    /// What the change did. `touched` are the files that came or hold something else than before.
    pub(super) fn verdict(&self, before: &Scene, after: &Scene, touched: &BTreeSet<Arc<str>>) -> Vec<Finding> {
        let judged = after.archive.documents.iter().map(|document| touched.contains(&document.path)).collect();
        let is_history = |finding: &Finding| matches!(finding.meta.code.as_str(), "FX004" | "FX005" | "FX006");
        let concerns = |finding: &Finding| {
            is_history(finding)
                || touched.contains(&finding.path)
                || finding.related.iter().any(|related| touched.contains(&related.path))
        };
        let documents = after.archive.documents.iter().map(|document| &*document.path);
        let there: HashSet<&str> = documents.chain(after.archive.files.iter().map(|path| &**path)).collect();
        let known = self.findings(before, Vec::new(), None);
        let mut verdict = new_ones(&known, self.findings(after, Vec::new(), None), |path| there.contains(path));
        let told: BTreeSet<(&str, u64)> = verdict.iter().map(cause).collect();
        let own = self.findings(after, judged, Some(self.history));
        let own: Vec<Finding> = own.into_iter().filter(concerns).collect();
        // One cause, one finding: what the change broke everywhere is not told at its own files once more.
        let own: Vec<Finding> = own
            .into_iter()
            .filter(|finding| !told.contains(&cause(finding)) || !verdict.iter().any(|other| is_told(other, finding)))
            .collect();
        verdict.extend(own);
        verdict
    }

    /// Every finding about an archive that is at hand as a whole.
    pub(super) fn everything(&self, after: &Scene) -> Vec<Finding> {
        self.findings(after, Vec::new(), Some(self.history))
    }
}

fn cause(finding: &Finding) -> (&'static str, u64) {
    (finding.meta.code.as_str(), finding.subject)
}

/// Whether a finding is told by another one: at the same place, or as one for many places.
fn is_told(other: &Finding, finding: &Finding) -> bool {
    cause(other) == cause(finding) && (is_shared(other) || (&other.path, other.span) == (&finding.path, finding.span))
}

/// Whether a rule tells one finding for all places of a cause.
fn is_shared(finding: &Finding) -> bool {
    matches!(finding.meta.code.as_str(), "LK004" | "LK005" | "LK006" | "NV004" | "NV010" | "NV011")
}

/// Whether it says that a file is a copy of another: it still is one when its original goes, now of another copy.
fn is_copy(finding: &Finding) -> bool {
    matches!(finding.meta.code.as_str(), "DU002" | "DU003")
}

fn at(finding: &Finding) -> (&'static str, &str) {
    (finding.meta.code.as_str(), &finding.path)
}

/// A cause, and the path or the name of the file at which it is told; neither where it is told for all places.
type Place = (&'static str, u64, Box<str>);

/// The findings that were not there before: of a cause that has more of them now, those of other files than before.
/// A file is known by its path, or by its name if it is no longer where it was.
fn new_ones(before: &[Finding], after: Vec<Finding>, is_there: impl Fn(&str) -> bool) -> Vec<Finding> {
    let mut causes: HashMap<(&str, u64), i64> = HashMap::new();
    let mut known: HashMap<Place, usize> = HashMap::new();
    let place = |finding: &Finding, file: &str| {
        let (code, subject) = cause(finding);
        (code, subject, Box::from(if is_shared(finding) { "" } else { file }))
    };
    for finding in before {
        *causes.entry(cause(finding)).or_default() -= 1;
        *known.entry(place(finding, &finding.path)).or_default() += 1;
    }
    for finding in &after {
        *causes.entry(cause(finding)).or_default() += 1;
    }
    let copies: HashSet<(&str, &str)> = before.iter().filter(|finding| is_copy(finding)).map(at).collect();
    let others: Vec<Finding> = after
        .into_iter()
        .filter(|finding| !take(&mut known, &place(finding, &finding.path)))
        .filter(|finding| !is_copy(finding) || !copies.contains(&at(finding)))
        .collect();
    let mut moved: HashMap<Place, usize> = HashMap::new();
    for ((code, subject, path), count) in known.into_iter().filter(|((.., path), _)| !is_there(path)) {
        *moved.entry((code, subject, Box::from(file_name(&path)))).or_default() += count;
    }
    let mut is_new = |finding: &Finding| {
        !take(&mut moved, &place(finding, file_name(&finding.path)))
            && causes.get(&cause(finding)).is_some_and(|more| *more > 0)
    };
    others.into_iter().filter(|finding| is_new(finding)).collect()
}

/// Takes one of what is counted, if any is left.
fn take(counts: &mut HashMap<Place, usize>, place: &Place) -> bool {
    counts.get_mut(place).filter(|left| **left > 0).map(|left| *left -= 1).is_some()
}
