//! Writes a deterministic archive of any size, for measurement:
//! `cargo run --release --example make_archive -- OUT --posts N --seed S [--damage PER_MILLE] [--git]`.
//!
//! What is wrong in it is listed beside it, in `OUT.truth.tsv`: path, line, code, note.
//! Line 0 means that the file as a whole is guilty, or lacks something.

#[path = "../support/generator/mod.rs"]
mod generator;

use std::collections::HashSet;
use std::fs;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use clap::Parser;

/// Writes a deterministic archive of any size, with its defects listed in OUT.truth.tsv.
#[derive(Debug, Parser)]
struct Arguments {
    /// A folder that does not exist yet.
    out: PathBuf,
    /// Number of posts.
    #[arg(long)]
    posts: usize,
    /// Another seed gives another archive.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Damaged posts among a thousand.
    #[arg(long, default_value_t = 10, value_name = "PER_MILLE")]
    damage: u32,
    /// Commit the archive to a new git repository.
    #[arg(long)]
    git: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match write(&arguments) {
        Ok((files, bytes)) => {
            let told = writeln!(io::stdout(), "{}: {files} files, {bytes} bytes", arguments.out.display());
            if told.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            drop(writeln!(io::stderr(), "cannot write {}: {error}", arguments.out.display()));
            ExitCode::FAILURE
        }
    }
}

fn write(arguments: &Arguments) -> io::Result<(u64, u64)> {
    let out = &arguments.out;
    fs::create_dir(out)?;
    let mut truth = out.clone().into_os_string();
    truth.push(".truth.tsv");
    let mut truth = BufWriter::new(fs::File::create(truth)?);
    writeln!(truth, "path\tline\tcode\tnote")?;
    let settings =
        generator::Settings { posts: arguments.posts, seed: arguments.seed, damage: arguments.damage.min(1000) };
    let (mut folders, mut count, mut bytes) = (HashSet::new(), 0, 0);
    for file in generator::files(settings) {
        let path = out.join(&file.path);
        let folder = path.parent().unwrap_or(out);
        if folders.insert(folder.to_owned()) {
            fs::create_dir_all(folder)?;
        }
        fs::write(&path, &file.bytes)?;
        (count, bytes) = (count + 1, bytes + file.bytes.len() as u64);
        for row in &file.truth {
            writeln!(truth, "{}\t{row}", file.path)?;
        }
    }
    truth.flush()?;
    if arguments.git {
        commit(out)?;
    }
    Ok((count, bytes))
}

/// Commits everything under a fixed name and time, so that the revision is the same on every machine.
fn commit(out: &Path) -> io::Result<()> {
    for arguments in [
        &["init", "--quiet", "--initial-branch=main"][..],
        &["-c", "core.autocrlf=false", "add", "--all"],
        &["commit", "--quiet", "--message=archive"],
    ] {
        let mut command = Command::new("git");
        command.arg("-C").arg(out).args(arguments);
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), "bot").env(format!("GIT_{role}_EMAIL"), "bot@example.invalid");
            command.env(format!("GIT_{role}_DATE"), "2022-06-01T00:00:00Z");
        }
        if !command.status()?.success() {
            return Err(io::Error::other(format!("git {arguments:?} failed")));
        }
    }
    Ok(())
}
