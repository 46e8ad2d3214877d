//! The main job, top to bottom: load, judge, resolve, ask the web, judge the rest, report.

pub mod archived;
mod ask;
mod assemble;
mod audit;
mod built;
mod commits;
mod condense;
mod explain;
mod fixity;
mod import;
mod journal;
mod judged;
mod kinds;
mod listed;
mod load;
mod mail;
mod mend;
mod offers;
mod rewriting;
mod settings;
mod shared;
mod since;
mod survey;
mod twins;

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

pub use condense::condense;
pub use explain::{Answer, Explained, Found, Remark, explain_address, explain_line};
pub use judged::Judge;
pub use kinds::{Folders, Role, kind_of, roles};
pub use mend::{FileChange, MendOptions, Plan, State, plan};
pub use settings::{Settings, SettingsError, Surroundings, beside, defaults, site_says};
pub use since::CheckError;
pub use survey::{Survey, survey};

use rayon::prelude::*;

use crate::document::{Archive, Kind};
use crate::event::{Event, Observer, Stage};
use crate::facts::{Facts, History};
use crate::finding::{Finding, Meta};
use crate::language::Language;
use crate::probe::{Cancel, ProbeError};
use crate::report::{self, Report};
use crate::resolve::{Name, Questions, Resolved, resolve};
use crate::rules::{ArchiveSink, Rule, prepare, suppress};
use crate::seal::{Fixity, Ledger};
use crate::site::{self, Served, SiteMap, Unpublished, published_paths};
use crate::source::{self, Walked};
use crate::store::StateError;
use crate::vcs::{Repository, Revision};
use shared::SharedValues;

/// What a check gives.
#[derive(Debug)]
pub struct Checked {
    /// The report; complete unless the run was interrupted or met trouble.
    pub report: Report,
    /// Why the web could not be asked at all.
    pub trouble: Option<ProbeError>,
    /// Why what was learnt could not be remembered. Where the state file cannot be read, the web is not asked.
    pub state_trouble: Option<StateError>,
}

/// Checks an archive.
///
/// With [`Settings::since`], what changed since a commit. Fails only where there is no archive to read, or git cannot
/// compare. Everything that is wrong with the archive or the web is in the report.
pub fn check(settings: &Settings, observer: &dyn Observer, cancel: &Cancel) -> Result<Checked, CheckError> {
    check_and(settings, observer, cancel, &mut |_| ())
}

/// Everything that a check knows once it has judged.
#[derive(Clone, Copy, Debug)]
pub struct View<'v> {
    /// The archive, what its links lead to, and what the web answered.
    pub facts: &'v Facts<'v>,
    /// What is wrong, settings and notes applied, with lines.
    pub findings: &'v [Finding],
    /// Which answers an earlier run learnt, by address.
    pub remembered: &'v [bool],
    /// The files.
    pub walked: &'v Walked,
    /// The language of what is said.
    pub language: Language,
}

impl<'v> View<'v> {
    fn new(
        settings: &Settings,
        facts: &'v Facts<'v>,
        (findings, remembered): (&'v [Finding], &'v [bool]),
        walked: &'v Walked,
    ) -> Self {
        Self { facts, findings, remembered, walked, language: settings.rules.language }
    }
}

/// [`check`]; `look` is shown what the report is made of, before it is made, where the whole archive is judged.
pub fn check_and(
    settings: &Settings,
    observer: &dyn Observer,
    cancel: &Cancel,
    look: &mut dyn FnMut(&View<'_>),
) -> Result<Checked, CheckError> {
    if let Some(since) = &settings.since {
        return since::check_since(settings, since, observer, cancel);
    }
    let started_at = (settings.clock)();
    let (ledger, seal_trouble) =
        fixity::open(settings).map_or_else(|trouble| (None, Some(trouble)), |ledger| (ledger, None));
    let mut survey = survey::survey_with(settings, ledger.as_ref(), observer, cancel)?;
    survey.loaded.unreadable.extend(seal_trouble);
    observer.observe(&Event::Begin { stage: Stage::Judge, total: None });
    let fixity = hold_against_seal(settings, &mut survey, ledger);
    let findings = std::mem::take(&mut survey.loaded.findings);
    let map = survey.map(settings);
    let Survey { walked, site, built: _, loaded } = &survey;
    let archive = &loaded.archive;
    let resolved = resolve_links(settings, (site, &map), archive);
    observer.observe(&Event::End { stage: Stage::Judge });

    let texts = texts_of(settings, walked);
    let mut asked = ask::ask(settings, (archive, &resolved, (&|_| true, &texts)), started_at, observer, cancel);
    let (history, tip) = look_back(settings, &mut asked);
    let facts = Facts {
        archive,
        site: &map,
        resolved: &resolved,
        outcomes: &asked.outcomes,
        record: &asked.record,
        hosts: &settings.probe.book,
        fixity: fixity.as_ref(),
        history: Some(&history),
        part: None,
        overview: OnceLock::new(),
    };
    let sight = (asked.has_all_answers(settings, &resolved) && !cancel.is_cancelled(), fixity.is_some());
    let (mut findings, uses) = judge_and_count(settings, &facts, findings, sight);
    report::locate(&mut findings, &|path| source::read(&place(settings, walked, path)).ok());

    look(&View::new(settings, &facts, (&findings, &asked.remembered), walked));
    offers::offer(&facts, &mut findings, &|path| source::read(&place(settings, walked, path)).ok());

    let run = assemble::Run {
        uses: &uses,
        started_at,
        is_complete: loaded.complete && loaded.unreadable.is_empty() && asked.is_untroubled() && !cancel.is_cancelled(),
        remembered: &asked.remembered,
        unreadable: loaded.unreadable.len(),
        notices: survey::notices((walked, loaded), settings.rules.language, &asked.notices),
        since: None,
    };
    let index = || listed::Index::of(archive, &resolved, &uses);
    let (mut report, index) = rayon::join(|| assemble::report(settings, &facts, findings, run), index);
    if let Some(baseline) = &settings.baseline {
        report.hold_against(baseline);
    }
    let is_whole = report.run.complete && asked.is_whole(&resolved);
    if let Some((repository, tip)) = tip.filter(|_| report.run.complete) {
        // A repository that could be asked a moment ago and cannot now is no reason to lose the report.
        let _ = asked.journal.remember_commit(&repository, &tip);
    }
    let (known, journal, trouble) = asked.parts();
    let state_trouble = journal.close(&mut report, is_whole);
    drop(map);
    let archive = std::mem::take(&mut survey.loaded.archive);
    report.addresses = listed::listed(archive, resolved, known, (uses, index));
    Ok(Checked { report, trouble, state_trouble })
}

/// What the seal says of what was read, where there is one.
fn hold_against_seal(settings: &Settings, survey: &mut Survey, ledger: Option<Ledger>) -> Option<Fixity> {
    let unproven = std::mem::take(&mut survey.loaded.unproven);
    let judged = ledger.map(|ledger| fixity::judge(&settings.walk.root, &survey.walked, ledger, &unproven)).transpose();
    judged.unwrap_or_else(|trouble| {
        survey.loaded.unreadable.push(trouble.message().in_language(settings.rules.language));
        None
    })
}

/// Whether the branch still holds the commit that the last check saw; and the commit at hand, to be remembered.
fn look_back(settings: &Settings, asked: &mut ask::Asked) -> (History, Option<(Repository, Revision)>) {
    let mut history = History { commits: commits::commits(settings), ..History::default() };
    if settings.offline || !asked.journal.is_open() {
        return (history, None);
    }
    // Outside a repository, or without git, there is no history to look at.
    let Ok(Some(repository)) = Repository::discover(&settings.walk.root) else { return (history, None) };
    let Ok(Some(tip)) = repository.head() else { return (history, None) };
    let _ = rewriting::remembered(&repository, &mut asked.journal, &tip, &mut history);
    (history, Some((repository, tip)))
}

/// What every link leads to.
fn resolve_links(settings: &Settings, (site, map): (&site::Settings, &SiteMap<'_>), archive: &Archive) -> Resolved {
    // Each name is looked up once, however many posts name it.
    let named: Mutex<HashMap<String, Option<String>>> = Mutex::default();
    let remembered = |name: &str, look_up: &dyn Fn() -> Option<String>| {
        let mut named = named.lock().unwrap_or_else(PoisonError::into_inner);
        named.entry(name.to_owned()).or_insert_with(look_up).clone()
    };
    // The readers of an archive folder see the files where they lie.
    let address_of = |document| match map.unpublished(document) {
        Some(Unpublished::Archived | Unpublished::Excluded) => None,
        _ => map.address_of(document).map(Cow::into_owned),
    };
    let lookup = |path: &str| match map.lookup(path) {
        Served::Nothing | Served::LeftOut(_) | Served::Unknown(_) => {
            kept(site, archive, path).unwrap_or_else(|| map.lookup(path))
        }
        served => served,
    };
    let is_post = |document: usize| archive.documents.get(document).is_some_and(|post| post.kind != Kind::Page);
    let value_of = |document, name: Name<'_>| match name {
        // Titles of posts are not kept, so what they give is not known.
        Name::Variable("page.title") if is_post(document) => None,
        Name::Variable(name) => map.variable(document, name),
        Name::Link(path) => remembered(&format!("link {path}"), &|| map.link(path)),
        Name::Post(name) => remembered(&format!("post {name}"), &|| map.post_url(name)),
    };
    let rewritten = |document, destination: &str| {
        let may_be = site.relative_links_in_collections || !is_post(document);
        if may_be { map.relative_link(document, destination) } else { None }
    };
    let site = Questions { address_of: &address_of, lookup: &lookup, rewritten: &rewritten, value_of: &value_of };
    resolve(&settings.resolver, archive, &site)
}

/// A file of an archive folder at its own path: nobody serves it, and its neighbours still link to it.
fn kept(site: &site::Settings, archive: &Archive, path: &str) -> Option<Served> {
    let path = path.strip_prefix('/')?;
    let is_kept = |folder: &String| path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/'));
    if !site.archive_folders.iter().any(is_kept) {
        return None;
    }
    let document = archive.documents.binary_search_by(|document| (*document.path).cmp(path)).ok().map(Served::Document);
    document.or_else(|| archive.files.binary_search_by(|file| (**file).cmp(path)).ok().map(Served::File))
}

/// Where a file of the archive is.
fn place(settings: &Settings, walked: &Walked, path: &str) -> PathBuf {
    walked.locate(&settings.walk.root, path)
}

/// Reads the files of the archive for as long as the web is asked.
fn texts_of(settings: &Settings, walked: &Walked) -> judged::Texts {
    let root = settings.walk.root.clone();
    let walked = Walked { odd_names: walked.odd_names.clone(), ..Walked::default() };
    Arc::new(move |path| source::read(&walked.locate(&root, path)).ok())
}

fn read(
    settings: &Settings,
    (walked, built, ledger): (&Walked, Option<&built::Site>, Option<&Ledger>),
    observer: &dyn Observer,
    cancel: &Cancel,
) -> (site::Settings, load::Loaded) {
    let read = |path: &Arc<str>| source::read(&place(settings, walked, path)).ok();
    let mut site = settings.site.clone();
    let (roles, archive_folders) = roles(&settings.folders, &walked.files, &published_paths(&site), &read);
    site.archive_folders = archive_folders;
    let active = settings.selection.rules();
    let (in_pages, in_sources): (Vec<_>, Vec<_>) =
        active.iter().copied().partition(|rule| built.is_some() && built::judges_pages(rule.meta().code.as_str()));
    let as_built = crate::extract::Settings { runs_liquid: false, ..settings.extract.clone() };
    let locate = |path: &Arc<str>| place(settings, walked, path);
    let reader = load::Reader {
        extract: &settings.extract,
        rules: &settings.rules,
        active: &in_sources,
        built: built.map(|_| load::Built { extract: &as_built, active: &in_pages }),
        compares: active.iter().any(|rule| rule.meta().code.as_str().starts_with("DU")),
        dialect: &|path, kind| settings.dialect(path, kind),
        locate: &locate,
        ledger,
        observer,
        cancel,
        shared: SharedValues::for_threads(),
    };
    let (files, roles) = built::merged((&walked.files, roles), built);
    let loaded = load::load(&reader, &files, &roles);
    (site, loaded)
}

/// All findings, with those of the rules over the archive as a whole, and beside them the uses of addresses.
fn judge_and_count(
    settings: &Settings,
    facts: &Facts<'_>,
    mut findings: Vec<Finding>,
    sight: (bool, bool),
) -> (Vec<Finding>, listed::Uses) {
    let (judged, uses) = rayon::join(|| judge(settings, facts), || listed::Uses::of_report(settings, facts));
    findings.extend(judged);
    (settle(settings, facts.archive, findings, &|code| is_within(sight, code)), uses)
}

/// Every rule over the archive as a whole.
fn judge(settings: &Settings, facts: &Facts<'_>) -> Vec<Finding> {
    // Some take a hundred times as long as others, so no core is given two at once.
    let rules = settings.selection.rules();
    prepare(&settings.rules, facts);
    rules.par_iter().with_max_len(1).flat_map_iter(|rule| judge_by(settings, facts, *rule)).collect()
}

fn judge_by(settings: &Settings, facts: &Facts<'_>, rule: &dyn Rule) -> Vec<Finding> {
    let mut sink = ArchiveSink::new(settings.rules.language);
    rule.check_archive(&settings.rules, facts, &mut sink);
    sink.into_findings()
}

/// Whether a rule, by its code, could look at all that it looks at: with every answer of the web, with a seal.
fn is_within((has_answers, has_seal): (bool, bool), code: &str) -> bool {
    match code.get(..2) {
        Some("NT") => has_answers,
        Some("FX") => has_seal && matches!(code, "FX001" | "FX002" | "FX003"),
        _ => true,
    }
}

/// Takes out what notes silence and what settings turn off, and gives each finding the severity that settings want.
/// `was_judged` tells whether a rule that is on, by its code, could look at all that it looks at.
fn settle(
    settings: &Settings,
    archive: &Archive,
    findings: Vec<Finding>,
    was_judged: &dyn Fn(&str) -> bool,
) -> Vec<Finding> {
    let active = settings.selection.rules();
    let is_on = |meta: &Meta| active.iter().any(|rule| rule.meta().code == meta.code);
    let ran = |meta: &Meta| is_on(meta) && was_judged(meta.code.as_str());
    let mut findings = suppress((archive, settings.rules.language), findings, &ran);
    findings.retain_mut(|finding| settings.selection.apply(finding));
    findings
}
