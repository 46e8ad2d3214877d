//! Opens the state file, makes it if there is none, and refuses what cannot be used.
//!
//! The file is in write-ahead mode with `synchronous=NORMAL`. A commit is then handed to the operating system before it returns,
//! so nothing that was committed is lost when the process is killed; only a power cut can take the last commits,
//! and even that leaves a healthy file. Waiting for the disk at each commit would buy no more than that.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::error::{Context as _, StateError, StateErrorKind};
use super::schema;
use super::settings::Settings;
use crate::language::say;

/// The folder that belongs to postproof alone.
const FOLDER: &str = ".postproof";

/// Memory for pages, in KiB: enough that a million addresses written in no order do not read the file again and again.
const CACHE_KIB: i64 = 16 * 1024;

/// No database is shorter than one page, and no page than this.
const SMALLEST_PAGE: u64 = 512;

/// Opens the file at `path`, with its folder and its tables.
pub(super) fn open(path: &Path, settings: &Settings) -> Result<Connection, StateError> {
    prepare_folder(path).map_err(|error| StateErrorKind::Unwritable(error.to_string())).context(path, "open")?;
    let started = Instant::now();
    loop {
        match connect(path, settings) {
            // Two that make one new file at the same moment can refuse each other without waiting, whatever the busy timeout is.
            Err(StateErrorKind::Busy) if started.elapsed() < settings.busy_timeout => {
                thread::sleep(Duration::from_millis(10));
            }
            outcome => return outcome.context(path, "open"),
        }
    }
}

fn connect(path: &Path, settings: &Settings) -> Result<Connection, StateErrorKind> {
    // SQLite takes a file of one byte for an empty one, and would build a new state on what is left of the old.
    if fs::metadata(path).is_ok_and(|file| file.is_file() && (1..SMALLEST_PAGE).contains(&file.len())) {
        return Err(StateErrorKind::Damaged(say!("it is shorter than any database")));
    }
    // Without the flag for URIs, so that a file whose name begins with `file:` is just that.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(settings.busy_timeout.min(Duration::from_hours(1)))?;
    // The file may come from a cache that others can write: nothing in it is to be run.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    schema::identify(&connection)?;
    // A file system that cannot share memory keeps the older journal, which is slower and as safe.
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    schema::migrate(&mut connection)?;
    schema::probe(&connection)?;
    Ok(connection)
}

pub(super) fn prepare_folder(path: &Path) -> io::Result<()> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name().and_then(|name| name.to_str())) else {
        return Ok(());
    };
    if folder.as_os_str().is_empty() {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    // Any other folder is the user's own, and so is what git ignores in it.
    if folder.file_name().is_some_and(|folder| folder == FOLDER) {
        write_ignore_file(folder, name)?;
    }
    Ok(())
}

/// Keeps the state out of the repository. The seal, which lies in a folder beside it, belongs in.
fn write_ignore_file(folder: &Path, name: &str) -> io::Result<()> {
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
    let pattern = if plain { name } else { "*.db" };
    match fs::File::options().write(true).create_new(true).open(folder.join(".gitignore")) {
        Ok(mut file) => {
            writeln!(
                file,
                "# Written by postproof: its state and index stay out of the repository, the seal belongs in it.\n/{pattern}*\n/index.db*"
            )
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}
