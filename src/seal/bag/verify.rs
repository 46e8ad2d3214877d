//! Verifies a bag of any origin: counts and bytes first, then every digest on all cores.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use hashbrown::HashMap;
use rayon::prelude::*;
use unicode_normalization::UnicodeNormalization as _;

use super::super::names::look_alikes;
use super::algorithm::{Algorithm, hex};
use super::lines::{self, Declaration, ESCAPED, Entry, Remarks};
use super::{DECLARATION, PAYLOAD};
use crate::language::{Message, say};

/// What is to be said of a file of a bag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BagState {
    /// Its digest is not the one of the manifest, by this algorithm.
    Altered(&'static str),
    /// A manifest lists it, and it is not there.
    Missing,
    /// `fetch.txt` says where it could be had, and nobody fetched it.
    NotFetched,
    /// It lies in the payload, and no manifest lists it.
    Extra,
    /// It cannot be read, and why.
    Unreadable(String),
}

/// A file of which something is to be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BagEntry {
    /// Its path in the bag.
    pub path: String,
    /// What is to be said.
    pub state: BagState,
}

/// What a verification of a bag found.
#[derive(Clone, Debug, Default)]
pub struct BagVerification {
    /// The version of the bag's format: 1 and 0, or 0 and 97.
    pub version: (u32, u32),
    /// Files of payload and tags that are as the manifests say.
    pub intact: usize,
    /// Files of the payload.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// All others, by path.
    pub entries: Vec<BagEntry>,
    /// What makes the bag invalid beside its files.
    pub problems: Vec<Message>,
    /// What is unusual and does no harm.
    pub warnings: Vec<Message>,
}

impl BagVerification {
    /// Whether the bag is complete and valid. (§3)
    pub fn is_valid(&self) -> bool {
        self.entries.is_empty() && self.problems.is_empty()
    }
}

/// A file as it lies in the bag.
struct Lying {
    bytes: u64,
    is_regular: bool,
}

/// What is wanted of one path: digits by algorithm.
type Wanted = BTreeMap<String, BTreeMap<Algorithm, String>>;

/// Verifies the bag in a folder. Fails only where the folder itself cannot be read.
pub fn verify_bag(top: &Path) -> io::Result<BagVerification> {
    let mut remarks = Remarks::default();
    let declared = lines::declaration(&fs::read(top.join(DECLARATION))?, &mut remarks);
    let names = top_names(top)?;
    let read = |name: &str| -> io::Result<Option<String>> {
        if !names.contains(name) {
            return Ok(None);
        }
        let bytes = fs::read(top.join(name))?;
        Ok(Some(declared.encoding.decode(&bytes).0.into_owned()))
    };
    let lying = lying(top)?;
    let mut wanted = Wanted::new();
    let mut lists: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, algorithm) in names.iter().filter_map(|name| Some((name, algorithm_name(name)?))) {
        let Some(algorithm) = Algorithm::by_name(algorithm) else {
            remarks.warning(say!("{name} is made with an algorithm that is not known here; it is not checked", name));
            continue;
        };
        let entries =
            lines::manifest((name, algorithm), &read(name)?.unwrap_or_default(), declared.version, &mut remarks);
        let list = lists.entry(name.clone()).or_default();
        take(&mut wanted, list, (name, algorithm, declared), entries, &mut remarks);
    }
    let payload: Vec<(&String, &BTreeSet<String>)> =
        lists.iter().filter(|(name, _)| name.starts_with("manifest")).collect();
    look_at_lists(&payload, declared, &mut remarks);
    let fetched: BTreeSet<String> =
        lines::fetched(&read("fetch.txt")?.unwrap_or_default(), declared.version, &mut remarks).into_iter().collect();
    let strangers = fetched.iter().filter(|path| !wanted.contains_key(*path));
    strangers.for_each(|path| remarks.problem(say!("fetch.txt names {path}, which no manifest lists", path)));
    let (files, bytes) = sum(&lying);
    for name in ["bag-info.txt", "package-info.txt"] {
        oxum(&read(name)?.unwrap_or_default(), (bytes, files), &mut remarks);
    }
    let mut found = BagVerification { version: declared.version, files, bytes, ..BagVerification::default() };
    hold(top, &mut found, (&wanted, &lying, &fetched), &mut remarks);
    found.problems = remarks.problems;
    found.warnings = remarks.warnings;
    found.entries.sort_unstable_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

/// The names of the files at the bag's top.
fn top_names(top: &Path) -> io::Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(top)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            names.extend(entry.file_name().into_string());
        }
    }
    Ok(names)
}

/// The name of a manifest's algorithm; nothing for any other file.
fn algorithm_name(name: &str) -> Option<&str> {
    name.strip_prefix("tag").unwrap_or(name).strip_prefix("manifest-")?.strip_suffix(".txt")
}

/// Everything in the bag, by path. Links are not followed.
fn lying(top: &Path) -> io::Result<BTreeMap<String, Lying>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(top.join(&folder))? {
            let entry = entry?;
            let path = format!("{folder}{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push(path + "/");
            } else {
                let bytes = entry.metadata()?.len();
                files.insert(path, Lying { bytes, is_regular: kind.is_file() });
            }
        }
    }
    Ok(files)
}

fn sum(lying: &BTreeMap<String, Lying>) -> (u64, u64) {
    let payload = lying.iter().filter(|(path, _)| path.starts_with(PAYLOAD));
    payload.fold((0, 0), |(files, bytes), (_, file)| (files + 1, bytes + file.bytes))
}

fn take(
    wanted: &mut Wanted,
    list: &mut BTreeSet<String>,
    (name, algorithm, declared): (&str, Algorithm, Declaration),
    entries: Vec<Entry>,
    remarks: &mut Remarks,
) {
    for Entry { path, digits } in entries {
        let is_new = list.insert(path.clone());
        let before = wanted.entry(path.clone()).or_default().insert(algorithm, digits.clone());
        match before {
            Some(before) if before != digits => remarks.problem(say!("{name} gives {path} two digests", name, path)),
            Some(_) if !is_new && declared.version >= ESCAPED => {
                remarks.problem(say!("{name} lists {path} twice", name, path));
            }
            Some(_) if !is_new => remarks.warning(say!("{name} lists {path} twice", name, path)),
            _ => {}
        }
    }
}

/// Whether there is a manifest, and whether all list the same. (§2.1.3)
fn look_at_lists(payload: &[(&String, &BTreeSet<String>)], declared: Declaration, remarks: &mut Remarks) {
    let Some(((first, list), others)) = payload.split_first() else {
        remarks.problem(say!("there is no payload manifest that can be checked"));
        return;
    };
    for (name, other) in others.iter().filter(|_| declared.version >= ESCAPED) {
        for path in list.symmetric_difference(other) {
            let (has, lacks) = if list.contains(path) { (*first, *name) } else { (*name, *first) };
            remarks.problem(say!("{has} lists {path}, and {lacks} does not", has, path, lacks));
        }
    }
    let all: BTreeSet<&str> = payload.iter().flat_map(|(_, list)| list.iter().map(String::as_str)).collect();
    for group in look_alikes(&all.into_iter().collect::<Vec<_>>()) {
        let names = group.join(" · ");
        remarks.warning(say!("one name on systems that ignore case or normalise names: {names}", names));
    }
}

/// Holds `Payload-Oxum`, bytes and files with a full stop between them, against what lies there. (§2.2.2)
fn oxum(text: &str, (bytes, files): (u64, u64), remarks: &mut Remarks) {
    let labels = lines::labels(text);
    let values: Vec<&String> =
        labels.iter().filter(|(label, _)| label.eq_ignore_ascii_case("Payload-Oxum")).map(|(_, value)| value).collect();
    if values.len() > 1 {
        remarks.problem(say!("Payload-Oxum is given more than once"));
    }
    for value in values {
        let numbers = value.split_once('.').and_then(|(bytes, files)| Some((bytes.parse().ok()?, files.parse().ok()?)));
        match numbers {
            None => remarks.problem(say!("Payload-Oxum is `{value}`, not bytes and files", value)),
            Some(expected) if expected == (bytes, files) => {}
            Some((expected_bytes, expected_files)) => remarks.problem(say!(
                "Payload-Oxum promises {expected_files} files of {expected_bytes} bytes, and there are {files} files of {bytes} bytes",
                expected_files,
                expected_bytes,
                files,
                bytes
            )),
        }
    }
}

/// Holds every file against what is wanted of it.
fn hold(
    top: &Path,
    found: &mut BagVerification,
    (wanted, lying, fetched): (&Wanted, &BTreeMap<String, Lying>, &BTreeSet<String>),
    remarks: &mut Remarks,
) {
    // A file system may have changed the normal form of a name; two names that it made one cannot both be meant.
    let mut by_form: HashMap<String, &str> = HashMap::new();
    for path in lying.keys().filter(|path| !wanted.contains_key(*path) && !path.is_ascii()) {
        by_form.insert(path.nfc().collect(), path);
    }
    let (mut pairs, mut claimed) = (Vec::new(), BTreeSet::new());
    let mut tell = |path: &str, state| found.entries.push(BagEntry { path: path.to_owned(), state });
    for (path, digests) in wanted {
        let form = || by_form.get(&path.nfc().collect::<String>()).copied();
        let place = lying.get_key_value(path).map(|(path, _)| path.as_str()).or_else(form);
        match place {
            None if fetched.contains(path) => tell(path, BagState::NotFetched),
            None => tell(path, BagState::Missing),
            Some(place) if !claimed.insert(place) => {
                remarks
                    .problem(say!("{path} and another path of the manifests are one name after normalisation", path));
            }
            Some(place) => {
                if place != path {
                    remarks.warning(say!("{path} lies there in another normal form of its name", path));
                }
                pairs.push((path, place, digests));
            }
        }
    }
    for (path, _) in lying.iter().filter(|(path, _)| path.starts_with(PAYLOAD) && !claimed.contains(path.as_str())) {
        tell(path, BagState::Extra);
    }
    let judge = |buffer: &mut Vec<u8>, (path, place, digests): &(&String, &str, &BTreeMap<Algorithm, String>)| {
        let is_regular = lying.get(*place).is_some_and(|file| file.is_regular);
        Some(BagEntry { path: (*path).clone(), state: judge(&top.join(place), is_regular, digests, buffer)? })
    };
    let judged: Vec<Option<BagEntry>> = pairs.par_iter().map_init(|| vec![0; 1 << 16], judge).collect();
    found.intact = judged.iter().filter(|entry| entry.is_none()).count();
    found.entries.extend(judged.into_iter().flatten());
}

/// What is wrong with a file, if something is.
fn judge(path: &Path, is_regular: bool, digests: &BTreeMap<Algorithm, String>, buffer: &mut [u8]) -> Option<BagState> {
    if !is_regular {
        return Some(BagState::Unreadable("it is a symbolic link, or no regular file".to_owned()));
    }
    match digest(path, digests, buffer) {
        Ok(wrong) => wrong.map(|algorithm| BagState::Altered(algorithm.name())),
        Err(error) => Some(BagState::Unreadable(error.to_string())),
    }
}

/// The first algorithm that finds another digest than is wanted. The file is read once.
fn digest(path: &Path, digests: &BTreeMap<Algorithm, String>, buffer: &mut [u8]) -> io::Result<Option<Algorithm>> {
    let mut states: Vec<_> =
        digests.iter().map(|(algorithm, digits)| (*algorithm, digits, algorithm.start())).collect();
    let mut file = File::open(path)?;
    loop {
        let count = match file.read(buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let bytes = buffer.get(..count).unwrap_or_default();
        for (_, _, state) in &mut states {
            state.update(bytes);
        }
    }
    Ok(states
        .into_iter()
        .find_map(|(algorithm, digits, state)| (hex(&state.finalize()) != *digits).then_some(algorithm)))
}
