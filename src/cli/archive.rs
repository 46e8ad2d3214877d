//! What the commands on a whole archive begin with: its settings, and which of its files are postproof's own.

use std::path::{Path, PathBuf, absolute};

use jiff::Timestamp;

use super::check::{settings_file, surroundings};
use super::exit_code::Exit;
use super::output;
use crate::check::Settings;
use crate::config;
use crate::report;

/// Reads the settings of the archive in a folder; where they are wrong, tells so and gives the exit code.
pub(super) fn settings(root: &Path) -> anyhow::Result<Result<Settings, Exit>> {
    let wrong = |error: &dyn std::fmt::Display| {
        output::error(&error.to_string());
        Ok(Err(Exit::Usage))
    };
    let (file, place) = match settings_file(None, root) {
        Ok(found) => found,
        Err(error) => return wrong(&error),
    };
    let surroundings = surroundings(root, &file, place.as_deref())?;
    let own = own_files(root, &file);
    match Settings::new(root, &file, &surroundings, Box::new(Timestamp::now)) {
        Ok(mut settings) => {
            settings.walk.own = own;
            Ok(Ok(settings))
        }
        Err(error) => wrong(&error),
    }
}

/// The reports that a check leaves in the archive: each run writes them anew, and no site or seal should hold them.
fn own_files(root: &Path, file: &config::File) -> Vec<PathBuf> {
    let folder = file.report.folder.clone().unwrap_or_else(|| PathBuf::from("reports"));
    let top = absolute(root).ok();
    let below = |path: &PathBuf| {
        let path = absolute(path).ok()?;
        // The walk names files as the root is spelt, which may be `.` or relative.
        Some(root.join(path.strip_prefix(top.as_ref()?).ok()?))
    };
    report::ALL.iter().filter_map(|format| below(&folder.join(format.file_name()))).collect()
}
