//! What `fix` does: a check, a plan of what could be changed, and the changes, file by file.
//!
//! The plan holds names, not places. Each file is read again when its turn comes, what is wrong is found again in those
//! very bytes, and the file is written only if they are still there: whoever writes at the same time loses nothing.
//! Only rules that look at one file offer changes, and those that know a better address; a change that depends on two
//! files could not be proved by reading one.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;
use url::Url;

use super::{CheckError, Checked, Settings, View, check_and};
use crate::document::{Document, Kind};
use crate::event::{Event, Observer, Stage};
use crate::extract::Dialect;
use crate::finding::{Applicability, Finding, Meta};
use crate::fix::{self, Better, Done, Left, Offers};
use crate::language::say;
use crate::probe::Cancel;
use crate::resolve::Target;
use crate::rules::{Rule, is_named};
use crate::source::{self, ReplaceError};
use crate::text::secret::mask;

/// Files that are worked on at once; the texts of so many are held.
const BATCH: usize = 256;

/// Which changes are wanted.
#[derive(Clone, Debug, Default)]
pub struct MendOptions {
    /// Only those of rules whose codes begin so; `None` is every rule.
    pub rules: Option<Vec<String>>,
    /// Those too that a person should look at.
    pub unsafe_too: bool,
}

impl MendOptions {
    fn wants(&self, meta: &Meta) -> bool {
        self.rules.as_ref().is_none_or(|words| words.iter().any(|word| is_named(meta, word)))
    }
}

/// A file that could be changed.
#[derive(Debug)]
struct FilePlan {
    kind: Kind,
    dialect: Dialect,
    place: PathBuf,
}

/// What could be changed in an archive.
#[derive(Debug, Default)]
pub struct Plan {
    files: BTreeMap<Arc<str>, FilePlan>,
    /// Better addresses, by destinations as the engines read them.
    better: HashMap<String, usize>,
    addresses: Vec<Better>,
    options: MendOptions,
}

/// What became of a file.
#[derive(Debug)]
pub struct FileChange {
    /// Its path.
    pub path: Arc<str>,
    /// Its bytes before.
    pub old: Vec<u8>,
    /// Its bytes afterwards, if it changes.
    pub new: Option<Vec<u8>>,
    /// What was changed.
    pub done: Vec<Done>,
    /// What was not.
    pub left: Vec<Left>,
    /// Whether it was written.
    pub state: State,
}

/// Whether a file was written.
#[derive(Debug)]
pub enum State {
    /// Nothing in it could be changed.
    Unchanged,
    /// It would be, if it was to be.
    Proposed,
    /// It was.
    Written,
    /// It was not, and is what it was.
    Failed(ReplaceError),
}

/// Checks an archive and finds out what could be changed.
pub fn plan(
    settings: &Settings,
    options: &MendOptions,
    observer: &dyn Observer,
    cancel: &Cancel,
) -> Result<(Checked, Plan), CheckError> {
    let mut plan = Plan { options: options.clone(), ..Plan::default() };
    let checked = check_and(settings, observer, cancel, &mut |view| plan.note(settings, view))?;
    Ok((checked, plan))
}

impl Plan {
    fn note(&mut self, settings: &Settings, view: &View<'_>) {
        let options = self.options.clone();
        let wanted = || view.findings.iter().filter(|finding| options.wants(finding.meta));
        for finding in wanted().filter(|finding| finding.fix.is_some()) {
            self.add(settings, view, &finding.path);
        }
        let mut better: HashMap<&str, Better> = wanted()
            .filter_map(|finding| Some((&*finding.instead.as_ref()?.from, better_of(settings, finding)?)))
            .collect();
        let facts = view.facts;
        // NT007 speaks of hosts. What it says of one is no proof of an address, and what is proved of an address needs
        // no finding of its host.
        let insecure = settings.selection.rules().into_iter().map(Rule::meta).find(|meta| meta.name == "insecure-link");
        if let Some(meta) = insecure.filter(|meta| options.wants(meta)) {
            let urls = facts.record.twins.iter().map(|address| facts.resolved.url(&facts.archive.strings, *address));
            better.extend(urls.filter_map(|url| Some((url, over_https(settings, meta, url)?))));
        }
        if better.is_empty() {
            return;
        }
        let links = facts.links_by(|target| match target {
            Target::Web { address, .. } => {
                better.get_key_value(facts.resolved.url(&facts.archive.strings, address)).map(|(from, _)| *from)
            }
            _ => None,
        });
        for (from, places) in links {
            let Some(better) = better.get(from) else { continue };
            self.addresses.push(better.clone());
            for (document, link) in places.iter().filter_map(|place| facts.link(*place)) {
                let destination = facts.archive.text(link.destination);
                // One without a scheme goes with the page that it stands on, over whatever that is read.
                if better.meta.name == "insecure-link" && destination.starts_with("//") {
                    continue;
                }
                if !self.better.contains_key(destination) {
                    self.better.insert(destination.to_owned(), self.addresses.len() - 1);
                }
                self.add(settings, view, &document.path);
            }
        }
    }

    fn add(&mut self, settings: &Settings, view: &View<'_>, path: &Arc<str>) {
        if let Some(Document { kind, dialect, .. }) = view.facts.archive.find(path)
            && !self.files.contains_key(path)
        {
            let place = super::place(settings, view.walked, path);
            self.files.insert(Arc::clone(path), FilePlan { kind: *kind, dialect: *dialect, place });
        }
    }

    /// The files that could change, and whether each is a post of an archive folder.
    pub fn files(&self) -> impl Iterator<Item = (&Arc<str>, bool)> {
        self.files.iter().map(|(path, file)| (path, file.kind == Kind::Archived))
    }

    /// Leaves out files.
    pub fn retain(&mut self, is_kept: impl Fn(&str) -> bool) {
        self.files.retain(|path, _| is_kept(path));
    }

    /// Makes the changes, or with `writes` unset only works them out; `each` is given the files in their order.
    pub fn carry_out(
        &self,
        settings: &Settings,
        writes: bool,
        (observer, cancel): (&dyn Observer, &Cancel),
        each: &mut dyn FnMut(FileChange),
    ) {
        observer.observe(&Event::Begin { stage: Stage::Read, total: Some(self.files.len() as u64) });
        let active = settings.selection.rules();
        let files: Vec<(&Arc<str>, &FilePlan)> = self.files.iter().collect();
        for batch in files.chunks(BATCH) {
            if cancel.is_cancelled() {
                break;
            }
            let mended = batch.par_iter().map(|(path, file)| {
                let reader = fix::Reader {
                    extract: &settings.extract,
                    rules: &settings.rules,
                    active: &active,
                    selection: &settings.selection,
                    path: Arc::clone(path),
                    kind: file.kind,
                    dialect: file.dialect,
                };
                self.mend(&reader, file)
            });
            let mut mended: Vec<FileChange> = mended.collect();
            // Written only when all are read: a link to a file of the same batch tells what it leads to.
            if writes {
                mended.par_iter_mut().zip(batch).for_each(|(change, (_, file))| change.write(file));
            }
            observer.observe(&Event::Advance { stage: Stage::Read, count: batch.len() as u64 });
            mended.into_iter().for_each(&mut *each);
        }
        observer.observe(&Event::End { stage: Stage::Read });
    }

    fn mend(&self, reader: &fix::Reader<'_>, file: &FilePlan) -> FileChange {
        let better = |destination: &str| self.addresses.get(*self.better.get(destination)?);
        let wanted = |meta: &Meta| self.options.wants(meta);
        let offers = Offers { wanted: &wanted, better: &better, unsafe_too: self.options.unsafe_too };
        let path = Arc::clone(&reader.path);
        let old = match source::read(&file.place) {
            Ok(old) => old,
            Err(error) => {
                let state = State::Failed(ReplaceError::Unreadable(error));
                return FileChange { path, old: Vec::new(), new: None, done: Vec::new(), left: Vec::new(), state };
            }
        };
        let fix::Mended { bytes: new, done, left } = fix::mend(reader, &old, &offers);
        let state = if new.is_some() { State::Proposed } else { State::Unchanged };
        FileChange { path, old, new, done, left, state }
    }
}

impl FileChange {
    /// Writes what was proposed, if anything was.
    fn write(&mut self, file: &FilePlan) {
        if let Some(new) = &self.new {
            self.state = source::replace(&file.place, &self.old, new).map_or_else(State::Failed, |()| State::Written);
        }
    }
}

fn better_of(settings: &Settings, finding: &Finding) -> Option<Better> {
    let instead = finding.instead.as_deref()?;
    let (from, to) = (Url::parse(&instead.from).ok()?, Url::parse(&instead.to).ok()?);
    // Who gave the address may not put credentials in it.
    let is_plain = to.username().is_empty() && to.password().is_none() && matches!(to.scheme(), "http" | "https");
    is_plain.then(|| Better {
        meta: finding.meta,
        severity: finding.severity,
        applicability: if is_plain { instead.applicability } else { Applicability::Unsafe },
        title: say!("write {address}", address = mask(&instead.to)).in_language(settings.rules.language),
        from,
        to,
    })
}

/// The same address over `https`.
fn over_https(settings: &Settings, meta: &'static Meta, url: &str) -> Option<Better> {
    let from = Url::parse(url).ok()?;
    let mut to = from.clone();
    to.set_scheme("https").ok()?;
    Some(Better {
        meta,
        severity: meta.severity,
        applicability: Applicability::Safe,
        title: say!("write {address}", address = mask(to.as_str())).in_language(settings.rules.language),
        from,
        to,
    })
}
