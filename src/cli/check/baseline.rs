//! The baseline of a check: read before it, written after it.

use std::io;
use std::path::{Path, PathBuf};

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
    pub(super) fn open(path: Option<&Path>, is_updated: bool) -> anyhow::Result<Self> {
        let Some(path) = path else {
            if is_updated {
                return Err(Trouble::new(say!(
                    "--update-baseline wants a file: name it by --baseline, or by report.baseline in postproof.yml"
                ))
                .into());
            }
            return Ok(Self::Nothing);
        };
        let old = match source::read(path) {
            Ok(bytes) => {
                let text = String::from_utf8(bytes).saying(|| say!("{path} is not UTF-8", path = path.display()))?;
                Baseline::parse(&text).saying(|| say!("{path} is no baseline", path = path.display()))?
            }
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
