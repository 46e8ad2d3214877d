//! Writes a bag of what is sealed.
//!
//! The payload is every sealed file, and the seal itself, so that `postproof verify` works on the payload too. Each file is digested
//! on its way; one that is not as it was sealed stops the bag. The bag grows under another name and takes its own at the end.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use hashbrown::{HashMap, HashSet};
use jiff::Timestamp;
use rayon::prelude::*;

use super::super::companion::{COMPANION, Contents, RETIRED};
use super::super::digest::Digest;
use super::super::error::{SealError, SealErrorKind};
use super::super::folder::{FOLDER, Folder, LEAVES_PER_FILE, log_file_name};
use super::super::manifest::Line;
use super::super::{Archive, Head};
use super::algorithm::{Algorithm, hex};
use super::lines::encoded;
use super::{DECLARATION, PAYLOAD};
use crate::language::{Message, say};
use crate::source;
use crate::vcs::{ObjectId, Repository};

/// A sealed file that is not as it was sealed, and why.
pub type Broken = (Box<str>, String);

/// What became of a bag.
#[derive(Clone, Debug)]
pub struct Bagged {
    /// Files of the payload.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Sealed files that are not as they were sealed, and why. If there is one, no bag was written.
    pub broken: Vec<Broken>,
    /// Paths that Python's bagit reads otherwise than RFC 8493 writes them: it knows no `%25`, and takes off blanks at the end.
    pub misread: Vec<Box<str>>,
}

/// A file of the bag, once it is written.
struct Put {
    path: String,
    sha256: Digest,
    sha512: Box<[u8]>,
    bytes: u64,
}

/// Writes a bag of everything that the seal in `folder` lists into `target`, which must not exist or be empty.
pub fn write_bag(archive: &Archive<'_>, folder: &Path, target: &Path, at: Timestamp) -> Result<Bagged, SealError> {
    let folder = Folder::open(folder)?;
    let contents = folder.load()?;
    if contents.companion.format == 0 {
        return Err(folder.error("bag", SealErrorKind::NotSealed));
    }
    if let Some(problem) = contents.problems.first() {
        return Err(folder.error("bag", SealErrorKind::Damaged(problem.message())));
    }
    let failed = |error: io::Error| folder.error("bag", bag_error(target, &error));
    let growing =
        begin(target).map_err(|why| folder.error("bag", SealErrorKind::Bag { path: target.to_owned(), why }))?;
    let bag = Bag { archive, top: growing.path() };
    let (mut put, broken) = bag.put_sealed(&contents.lines).map_err(|kind| folder.error("bag", kind))?;
    let misread = contents.lines.iter().map(|line| &line.path);
    let misread = misread.filter(|path| path.contains('%') || path.trim_end() != &***path).cloned().collect();
    if !broken.is_empty() {
        return Ok(Bagged { files: 0, bytes: 0, broken, misread });
    }
    put.extend(bag.put_seal(&contents).map_err(failed)?);
    put.sort_unstable_by(|one, other| one.path.cmp(&other.path));
    let (files, bytes) = (put.len() as u64, put.iter().map(|put| put.bytes).sum());
    bag.put_tags(&put, &contents.companion.log.head(), at).map_err(failed)?;
    bag.settle(&put).map_err(failed)?;
    finish(growing, target).map_err(failed)?;
    Ok(Bagged { files, bytes, broken, misread })
}

/// A folder beside the bag's place, which goes away unless the bag is finished.
fn begin(target: &Path) -> Result<tempfile::TempDir, Message> {
    match fs::read_dir(target) {
        Ok(mut entries) => {
            if entries.next().is_some() {
                return Err(say!("it is there already; name a folder that is not"));
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(Message::text(error)),
    }
    let beside = beside(target);
    fs::create_dir_all(beside).map_err(Message::text)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".postproof-bag-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o777));
    }
    builder.tempdir_in(beside).map_err(Message::text)
}

fn finish(growing: tempfile::TempDir, target: &Path) -> io::Result<()> {
    if target.is_dir() {
        fs::remove_dir(target)?;
    }
    let path = growing.keep();
    fs::rename(&path, target).inspect_err(|_| drop(fs::remove_dir_all(&path)))?;
    settle_folder(beside(target))
}

/// The folder in which a bag is to stand.
fn beside(target: &Path) -> &Path {
    target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Brings the names in a folder to the disk, where a folder can be opened like a file.
fn settle_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder).map_or(Ok(()), |folder| folder.sync_all())
}

fn bag_error(path: &Path, error: &io::Error) -> SealErrorKind {
    SealErrorKind::Bag { path: path.to_owned(), why: Message::text(error) }
}

/// A bag that grows.
struct Bag<'a> {
    archive: &'a Archive<'a>,
    top: &'a Path,
}

impl Bag<'_> {
    /// Writes every sealed file; gives what was written, and what is not as it was sealed.
    fn put_sealed(&self, lines: &[Line]) -> Result<(Vec<Put>, Vec<Broken>), SealErrorKind> {
        let failed = |error: io::Error| bag_error(self.top, &error);
        let folders: BTreeSet<&str> = lines.iter().filter_map(|line| Some(line.path.rsplit_once('/')?.0)).collect();
        fs::create_dir_all(self.payload("")).map_err(failed)?;
        folders.into_iter().try_for_each(|folder| fs::create_dir_all(self.payload(folder))).map_err(failed)?;
        let read = |line: &Line| -> Result<Result<Put, String>, io::Error> {
            match source::read(&self.archive.top.join(&*line.path)) {
                Ok(bytes) if Digest::of(&bytes) == line.digest => self.put(line, &bytes).map(Ok),
                Ok(_) => Ok(Err("it is not as it was sealed".to_owned())),
                Err(error) => Ok(Err(error.to_string())),
            }
        };
        let results: Vec<_> = lines.par_iter().map(read).collect::<Result<_, _>>().map_err(failed)?;
        let (mut put, mut odd) = (Vec::with_capacity(lines.len()), Vec::new());
        for (line, result) in lines.iter().zip(results) {
            match result {
                Ok(done) => put.push(done),
                Err(why) => odd.push((line, why)),
            }
        }
        if let Some(repository) = self.archive.repository.filter(|_| !odd.is_empty()) {
            put.extend(self.put_held(repository, &mut odd)?);
        }
        Ok((put, odd.into_iter().map(|(line, why)| (line.path.clone(), why)).collect()))
    }

    /// Writes from git what has other bytes in the work tree, or is not there: line ends, a sparse checkout.
    fn put_held(&self, repository: &Repository, odd: &mut Vec<(&Line, String)>) -> Result<Vec<Put>, SealErrorKind> {
        let tracked = repository.tracked()?;
        let held: HashMap<&[u8], ObjectId> =
            tracked.iter().filter(|file| file.is_file()).map(|file| (&*file.path, file.blob)).collect();
        let wanted: Vec<(&Line, ObjectId)> =
            odd.iter().filter_map(|(line, _)| Some((*line, *held.get(line.path.as_bytes())?))).collect();
        let blobs: Vec<ObjectId> = wanted.iter().map(|&(_, blob)| blob).collect();
        let mut put = Vec::new();
        let mut trouble = None;
        repository.read_blobs(&blobs, |position, bytes| {
            let (Some(&(line, _)), Some(bytes)) = (wanted.get(position), bytes) else { return };
            if Digest::of(bytes) == line.digest {
                match self.put(line, bytes) {
                    Ok(done) => put.push(done),
                    Err(error) => trouble = Some(error),
                }
            }
        })?;
        if let Some(error) = trouble {
            return Err(bag_error(self.top, &error));
        }
        let done: HashSet<&str> = put.iter().map(|done| done.path.as_str()).collect();
        odd.retain(|(line, _)| !done.contains(&*line.path));
        drop(done);
        Ok(put)
    }

    /// Writes the seal: what a verification of the payload needs.
    fn put_seal(&self, contents: &Contents) -> io::Result<Vec<Put>> {
        let companion = &contents.companion;
        let mut names: Vec<String> = companion.manifests.iter().map(|listed| listed.name.clone()).collect();
        names.extend((0..companion.log.leaves.div_ceil(LEAVES_PER_FILE)).map(log_file_name));
        names.push(COMPANION.to_owned());
        names.extend(companion.retired.map(|_| RETIRED.to_owned()));
        fs::create_dir_all(self.payload(FOLDER).join("log"))?;
        let put = |name: String| {
            let path = format!("{FOLDER}/{name}");
            let bytes = source::read(&self.archive.top.join(&path))?;
            self.put(&Line { path: path.into(), digest: Digest::of(&bytes) }, &bytes)
        };
        names.into_iter().map(put).collect()
    }

    fn put(&self, line: &Line, bytes: &[u8]) -> io::Result<Put> {
        fs::write(self.payload(&line.path), bytes)?;
        let sha512 = Algorithm::Sha512.digest(bytes);
        Ok(Put { path: (*line.path).to_owned(), sha256: line.digest, sha512, bytes: bytes.len() as u64 })
    }

    fn payload(&self, path: &str) -> PathBuf {
        self.top.join(PAYLOAD).join(path)
    }

    fn put_tags(&self, put: &[Put], head: &Head, at: Timestamp) -> io::Result<()> {
        let octets: u64 = put.iter().map(|put| put.bytes).sum();
        let info = format!(
            "Bag-Software-Agent: postproof {}\nBagging-Date: {}\nExternal-Identifier: {head}\nPayload-Oxum: {octets}.{}\n",
            env!("CARGO_PKG_VERSION"),
            at.strftime("%Y-%m-%d"),
            put.len(),
        );
        let list = |digits: &dyn Fn(&Put) -> String| {
            let lines = put.iter().map(|put| format!("{}  {PAYLOAD}{}\n", digits(put), encoded(&put.path)));
            lines.collect::<String>()
        };
        let mut tags = vec![
            ("bag-info.txt", info),
            (DECLARATION, "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n".to_owned()),
            ("manifest-sha256.txt", list(&|put| put.sha256.to_string())),
            ("manifest-sha512.txt", list(&|put| hex(&put.sha512))),
        ];
        let of_tags = |algorithm: Algorithm| {
            let line = |(name, text): &(&str, String)| format!("{}  {name}\n", hex(&algorithm.digest(text.as_bytes())));
            tags.iter().map(line).collect::<String>()
        };
        let of_tags = [
            ("tagmanifest-sha256.txt", of_tags(Algorithm::Sha256)),
            ("tagmanifest-sha512.txt", of_tags(Algorithm::Sha512)),
        ];
        tags.extend(of_tags);
        tags.iter().try_for_each(|(name, text)| {
            let mut file = fs::File::create(self.top.join(name))?;
            file.write_all(text.as_bytes())?;
            file.sync_all()
        })
    }

    /// Brings the payload to the disk before the bag gets its name. Only now and not file by file, since meanwhile most of it
    /// has got there by itself.
    fn settle(&self, put: &[Put]) -> io::Result<()> {
        // Windows brings to the disk only what was opened to be written.
        let settle = |put: &Put| fs::File::options().append(true).open(self.payload(&put.path))?.sync_all();
        put.par_iter().try_for_each(settle)?;
        let mut folders = BTreeSet::from([self.top.to_owned()]);
        for folder in put.iter().filter_map(|put| Path::new(&put.path).parent()) {
            folders.extend(folder.ancestors().map(|folder| self.top.join(PAYLOAD).join(folder)));
        }
        folders.iter().try_for_each(|folder| settle_folder(folder))
    }
}
