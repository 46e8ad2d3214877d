//! The baseline of a check: read before it, written after it.

use std::io;
use std::path::{Path, PathBuf};

use super::super::home::Home;
use crate::language::{Saying as _, Trouble, say};
use crate::report::{Baseline, Report};
use crate::source;

/// The findings that are known, and where they stand.
pub(super) enum Known {
    /// No baseline is asked for.
    Nothing,
    /// A file and what is in it.
    File { path: PathBuf, old: Baseline, is_updated: bool },
}

impl Known {
    /// Reads the baseline that is asked for. One that is to be written need not be there yet.
    ///
    /// Where a commit is judged and its settings name the file, it is the commit's; one that is to be written anew is that
    /// of the disk, so that nothing of it is lost.
    pub(super) fn open(home: &Home, path: Option<&Path>, is_updated: bool) -> anyhow::Result<Self> {
        let Some(path) = path else {
            if is_updated {
                return Err(Trouble::new(say!(
                    "--update-baseline wants a file: name it by --baseline, or by report.baseline in postproof.yml"
                ))
                .into());
            }
            return Ok(Self::Nothing);
        };
        if let Some((commit, place)) = home.holds("report.baseline", path).filter(|_| !is_updated) {
            let Some(bytes) = commit.read(&place) else {
                let commit = commit.revision().short();
                return Err(Trouble::new(say!(
                    "{commit} holds no baseline {path}, which its settings name: commit the file, or take that of the disk by `--baseline {path}`",
                    commit,
                    path = path.display()
                ))
                .into());
            };
            return Ok(Self::File { path: path.to_owned(), old: parsed(path, bytes)?, is_updated });
        }
        let old = match source::read(path) {
            Ok(bytes) => parsed(path, bytes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound && is_updated => Baseline::default(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let path = path.display();
                return Err(
                    Trouble::new(say!("there is no baseline {path}: write it by --update-baseline", path)).into()
                );
            }
            Err(error) => return Ok(Err(error).saying(|| say!("cannot read {path}", path = path.display()))?),
        };
        Ok(Self::File { path: path.to_owned(), old, is_updated })
    }

    /// Where it is.
    pub(super) fn path(&self) -> Option<&Path> {
        match self {
            Self::Nothing => None,
            Self::File { path, .. } => Some(path),
        }
    }

    /// What is known before the check.
    pub(super) fn findings(&self) -> Option<Baseline> {
        match self {
            Self::Nothing => None,
            Self::File { old, .. } => Some(old.clone()),
        }
    }

    /// Writes what is known after the check, if that is asked for, and holds the report against it.
    pub(super) fn update(&self, report: &mut Report) -> anyhow::Result<()> {
        let Self::File { path, old, is_updated: true } = self else { return Ok(()) };
        let new = old.updated(report);
        source::write_whole(path, |out| new.write(out))?;
        report.hold_against(&new);
        Ok(())
    }
}

fn parsed(path: &Path, bytes: Vec<u8>) -> anyhow::Result<Baseline> {
    let text = String::from_utf8(bytes).saying(|| say!("{path} is not UTF-8", path = path.display()))?;
    Ok(Baseline::parse(&text).saying(|| say!("{path} is no baseline", path = path.display()))?)
}
