//! `repair --apply` and `seal --bagit`, killed or failing at every write: nothing that was there is lost, and the next
//! run completes.
//!
//! The system itself kills a process that makes a file longer than it may be (`ulimit -f`), or lets the write fail. The
//! files get longer from one to the next, so each limit hits another write.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::archive::Archive;

/// A long time to wait for something that will happen.
const PATIENCE: Duration = Duration::from_mins(1);

/// The unit of `ulimit -f`, as POSIX has it.
const BLOCK: usize = 512;

/// Files of an archive.
const FILES: usize = 12;

/// What a process finds that writes too much.
#[derive(Clone, Copy, Debug)]
enum Fate {
    /// It is killed in the middle of the write.
    Killed,
    /// The write fails.
    Failing,
}

fn path(number: usize) -> String {
    format!("_posts/2022-01-17-NW{number:03}.md")
}

/// So many blocks of text.
fn text(word: &str, number: usize, blocks: usize) -> Vec<u8> {
    let line = format!("{word} {number:03} 厦门日报\n");
    line.bytes().cycle().take(blocks * BLOCK - 7).collect()
}

/// A sealed archive of ever longer files.
fn sealed(count: usize) -> Archive {
    let archive = Archive::empty();
    for number in 1..=count {
        archive.write(&path(number), &text("sealed", number, number));
    }
    let run = archive.run(&["seal"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    archive
}

/// Runs postproof so that it can write no file of more than so many blocks.
fn limited(archive: &Archive, fate: Fate, blocks: usize, arguments: &[&str]) {
    let trap = match fate {
        Fate::Killed => "",
        Fate::Failing => "trap '' XFSZ; ",
    };
    let script = format!("{trap}ulimit -c 0; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    let mut command = Command::new("sh");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_postproof")]).args(arguments).current_dir(archive.path());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.status().unwrap();
}

/// Every file below a folder, by its path there.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(bytes) = fs::read(&path) {
                // What a run that goes on has just renamed is read the next time.
                found.insert(path.strip_prefix(folder).unwrap().to_owned(), bytes);
            }
        }
    }
    found
}

/// The user's words in the place of each sealed file; odd ones are longer than what was sealed, even ones shorter.
fn alter(archive: &Archive, count: usize) -> Vec<Vec<u8>> {
    let words = |number: usize| text("the user's", number, if number.is_multiple_of(2) { 1 } else { number + 1 });
    let altered: Vec<Vec<u8>> = (1..=count).map(words).collect();
    for (number, words) in (1..).zip(&altered) {
        archive.write(&path(number), words);
    }
    altered
}

/// Each file is whole, the user's or as it was sealed, and the user's words are somewhere.
fn assert_nothing_lost(archive: &Archive, altered: &[Vec<u8>], when: &str) {
    let aside = files(&archive.join(".postproof/aside"));
    for (number, words) in (1..).zip(altered) {
        let here = fs::read(archive.join(&path(number))).unwrap();
        let is_restored = here == text("sealed", number, number);
        assert!(is_restored || here == *words, "{when}: {} is torn", path(number));
        let is_kept = aside.iter().any(|(place, bytes)| place.ends_with(path(number)) && bytes == words);
        assert!(!is_restored || is_kept, "{when}: what lay in {} is lost", path(number));
    }
}

fn assert_repaired(archive: &Archive, from: &str, altered: &[Vec<u8>], when: &str) {
    let run = archive.run(&["repair", "--from", from, "--apply"]);
    assert_eq!(run.code, 0, "{when}: {}{}", run.stdout, run.stderr);
    assert_nothing_lost(archive, altered, when);
    let run = archive.run(&["verify"]);
    assert_eq!(run.code, 0, "{when}: {}", run.stdout);
    assert!(!run.stdout.contains("extra "), "{when}: what a killed run left is no part of the archive: {}", run.stdout);
}

#[test]
fn a_repair_is_cut_off_at_every_write() {
    let copy = sealed(FILES);
    let from = copy.path().to_str().unwrap();
    for fate in [Fate::Killed, Fate::Failing] {
        let archive = sealed(FILES);
        let mut restored = Vec::new();
        for blocks in 0..=FILES + 1 {
            let when = format!("{fate:?} at {blocks}");
            let _ = fs::remove_dir_all(archive.join(".postproof/aside"));
            let altered = alter(&archive, FILES);
            limited(&archive, fate, blocks, &["repair", "--from", from, "--apply"]);
            assert_nothing_lost(&archive, &altered, &when);
            let is_restored = |number: &usize| fs::read(archive.join(&path(*number))).unwrap() != altered[number - 1];
            restored.push((1..=FILES).filter(is_restored).count());
            assert_repaired(&archive, from, &altered, &when);
        }
        assert_eq!((restored[0], restored[FILES + 1]), (0, FILES), "{fate:?}: {restored:?}");
        assert!(restored.iter().any(|count| (1..FILES).contains(count)), "{fate:?}: {restored:?}");
    }
}

#[test]
fn a_repair_is_killed_wherever_it_is() {
    let count = 120;
    let copy = sealed(count);
    let from = copy.path().to_str().unwrap();
    let archive = sealed(count);
    for kept in [0, 1, 40, 110] {
        let when = format!("killed with {kept} kept");
        let _ = fs::remove_dir_all(archive.join(".postproof/aside"));
        let altered = alter(&archive, count);
        let mut command = archive.command();
        command.args(["repair", "--from", from, "--apply"]).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let begun = Instant::now();
        while child.try_wait().unwrap().is_none() && files(&archive.join(".postproof/aside")).len() < kept {
            assert!(begun.elapsed() < PATIENCE, "{when}: it neither writes nor ends");
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert_nothing_lost(&archive, &altered, &when);
        assert_repaired(&archive, from, &altered, &when);
    }
}

#[test]
fn a_bag_is_cut_off_at_every_write() {
    let archive = sealed(FILES);
    let before = files(archive.path());
    for fate in [Fate::Killed, Fate::Failing] {
        let mut written = Vec::new();
        for blocks in 0..=FILES + 20 {
            let place = Archive::empty();
            place.write("notes.txt", b"the user's");
            let bag = place.join("bag");
            // An empty folder of that name may be there, and is the user's too.
            fs::create_dir(&bag).unwrap();
            limited(&archive, fate, blocks, &["seal", "--bagit", bag.to_str().unwrap()]);
            let when = format!("{fate:?} at {blocks}");
            assert_eq!(files(archive.path()), before, "{when}: the archive is as it was");
            assert_eq!(fs::read(place.join("notes.txt")).unwrap(), b"the user's");
            let is_there = fs::read_dir(&bag).is_ok_and(|mut entries| entries.next().is_some());
            written.push(is_there);
            if !is_there {
                let run = archive.run(&["seal", "--bagit", bag.to_str().unwrap()]);
                assert_eq!(run.code, 0, "{when}: {}{}", run.stdout, run.stderr);
            }
            // There is no half of a bag under its name.
            let run = archive.run(&["verify", bag.to_str().unwrap()]);
            assert_eq!(run.code, 0, "{when}: {}", run.stdout);
        }
        assert!(!written[0] && written[written.len() - 1], "{fate:?}: {written:?}");
    }
}

#[test]
fn a_bag_is_killed_wherever_it_is() {
    let archive = sealed(60);
    let whole = Archive::empty();
    assert_eq!(archive.run(&["seal", "--bagit", whole.join("bag").to_str().unwrap()]).code, 0);
    let all = count_below(whole.path());
    // The last ones while everything is written and is on its way to the disk.
    for put in [0, 1, 30, 59, all - 1, all, all, all] {
        let place = Archive::empty();
        let bag = place.join("bag");
        let mut command = archive.command();
        command.args(["seal", "--bagit", bag.to_str().unwrap()]).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let begun = Instant::now();
        while child.try_wait().unwrap().is_none() && fs::read_dir(place.path()).unwrap().count() == 0 {
            assert!(begun.elapsed() < PATIENCE, "it neither writes nor ends");
        }
        while child.try_wait().unwrap().is_none() && count_below(place.path()) < put {
            assert!(begun.elapsed() < PATIENCE, "it neither writes nor ends");
        }
        child.kill().unwrap();
        child.wait().unwrap();
        if !bag.exists() {
            assert_eq!(archive.run(&["seal", "--bagit", bag.to_str().unwrap()]).code, 0);
        }
        assert_eq!(files(&bag).len(), all);
        assert_eq!(archive.run(&["verify", bag.to_str().unwrap()]).code, 0);
        assert_eq!(archive.run(&["verify"]).code, 0);
    }
}

/// How many files there are; a folder may go away meanwhile.
fn count_below(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { count_below(&entry.path()) } else { 1 }).sum()
}
