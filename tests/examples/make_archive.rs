//! Writes a deterministic archive of any size, for measurement:
//! `cargo run --release --example make_archive -- OUT --posts N --seed S [--damage PER_MILLE] [--git [--rewrite]]`.
//!
//! What is wrong in it is listed beside it, in `OUT.truth.tsv`: path, line, code, note.
//! Line 0 means that the file as a whole is guilty, or lacks something. What NT rules say needs a web that answers as
//! `damage/web.rs` says; FX001 to FX003 need a seal of the first commit (`--seal-with PROGRAM`), FX004 to FX006 a check
//! `--since` the lost commit that is printed.

#[path = "../support/generator/mod.rs"]
mod generator;

use std::collections::HashSet;
use std::fs;
use std::io::{self, BufWriter, Write as _};
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

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
    /// Then rewrite the history of some posts, and name a commit that is lost.
    #[arg(long, requires = "git")]
    rewrite: bool,
    /// The postproof that seals the archive before it is rewritten.
    #[arg(long, requires = "rewrite", value_name = "PROGRAM")]
    seal_with: Option<PathBuf>,
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
    if arguments.git {
        generator::repository::commit(out, "archive")?;
    }
    if arguments.rewrite {
        rewrite(arguments, settings, &mut truth)?;
    }
    truth.flush()?;
    Ok((count, bytes))
}

/// Seals the archive if there is something to seal it with, and rewrites it.
fn rewrite(arguments: &Arguments, settings: generator::Settings, truth: &mut impl io::Write) -> io::Result<()> {
    let out = &arguments.out;
    if let Some(program) = &arguments.seal_with {
        let status = Command::new(program).arg("seal").arg(out).stdout(Stdio::null()).status()?;
        if !status.success() {
            return Err(io::Error::other(format!("{} could not seal it", program.display())));
        }
        generator::repository::commit(out, "seal")?;
    }
    let rewrites = generator::rewrites(settings);
    let lost = generator::repository::rewrite(out, &rewrites)?;
    let is_told = |code: &str| arguments.seal_with.is_some() || !matches!(code, "FX001" | "FX002" | "FX003");
    for rewrite in &rewrites {
        let of_file = rewrite.is.iter().flat_map(|file| file.truth.iter().map(|row| (&file.path, row)));
        for (path, row) in of_file.chain(rewrite.truth.iter().map(|(path, row)| (path, row))) {
            if is_told(row.code) {
                writeln!(truth, "{path}\t{row}")?;
            }
        }
    }
    writeln!(io::stdout(), "the lost commit: {lost}")
}
