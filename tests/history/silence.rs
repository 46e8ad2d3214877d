//! A bot that fell silent, told by when it committed.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::repository::{Repository, check_in, clone, git_in};

const MINUTE: u64 = 60;
const DAY: u64 = 24 * 60 * MINUTE;
const BOT: &str = "bot@news.example";

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// Commits of an author on a branch, by how many seconds ago they were made, oldest first; the branch is checked out.
fn commits(repository: &Repository, (branch, author): (&str, &str), ages: impl IntoIterator<Item = u64>) {
    let mut stream = String::new();
    for (number, age) in ages.into_iter().enumerate() {
        let from = if number == 0 { format!("from refs/heads/{branch}^0\n") } else { String::new() };
        let by = format!("a <{author}> {} +0000", now() - age);
        write!(stream, "commit refs/heads/{branch}\nauthor {by}\ncommitter {by}\ndata 1\nx\n{from}\n").unwrap();
    }
    let mut command = Command::new("git");
    command.args(["fast-import", "--quiet", "--force"]).current_dir(repository.path()).stdin(Stdio::piped());
    let mut git = command.spawn().unwrap();
    git.stdin.take().unwrap().write_all(stream.as_bytes()).unwrap();
    assert!(git.wait().unwrap().success());
    repository.git(&["checkout", "--quiet", branch]);
    repository.git(&["reset", "--quiet", "--hard", branch]);
}

/// One each five minutes for ten hours, the last so long ago.
fn steady(age: u64) -> impl Iterator<Item = u64> {
    (0..120).rev().map(move |number| age + number * 5 * MINUTE)
}

/// An archive whose bot made its last commit so long ago.
fn archive(age: u64) -> Repository {
    let repository = Repository::new();
    commits(&repository, ("main", BOT), steady(age));
    repository
}

/// What is said of a silence.
fn told(place: &Path) -> Vec<String> {
    let run = check_in(place, &["--no-state", "--select", "AR001"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.findings.into_iter().zip(run.messages).map(|(place, message)| format!("{place}: {message}")).collect()
}

fn is_told(place: &Path) -> bool {
    !told(place).is_empty()
}

#[test]
fn a_bot_that_fell_silent_is_told_at_the_newest_post() {
    let repository = archive(10 * DAY);
    let said = told(repository.path());
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with("AR001 _posts/2022-01-17-NW20220117001.md: no commit for 10 days, since "), "{said:?}");
    assert!(said[0].ends_with(", where one usually comes every 5 minutes"), "{said:?}");
    let run = check_in(repository.path(), &["--no-state", "--select", "AR001", "--lang", "zh"]);
    assert!(run.messages[0].contains("每 5 分钟"), "{:?}", run.messages);
}

#[test]
fn a_bot_that_goes_on_is_not() {
    assert!(!is_told(archive(3 * MINUTE).path()));
    assert!(!is_told(archive(20 * 60 * MINUTE).path()), "a scheduler may be late");
}

#[test]
fn what_a_change_did_has_nothing_to_do_with_it() {
    let repository = archive(10 * DAY);
    let run = repository.check(&["--since", "HEAD~1..HEAD", "--select", "AR001"]);
    assert_eq!((run.code, run.findings.len()), (0, 0), "{}", run.stderr);
}

#[test]
fn what_people_commit_neither_hides_a_silence_nor_makes_one() {
    let repository = archive(10 * DAY);
    commits(&repository, ("main", "person@news.example"), [5 * DAY, 2 * DAY, MINUTE]);
    assert!(is_told(repository.path()));
    let repository = Repository::new();
    commits(&repository, ("main", "person@news.example"), (10..80_u64).rev().map(|number| number * number * DAY / 9));
    assert!(!is_told(repository.path()));
}

#[test]
fn a_pause_that_was_made_before_is_none() {
    let repository = Repository::new();
    // A year ago the bot paused for eight days, as it does for ten now; between them lie more commits than are looked at
    // at first.
    let last_year = steady(378 * DAY);
    let since = (0..2_500).rev().map(|number| 10 * DAY + number * 3 * 60 * MINUTE);
    commits(&repository, ("main", BOT), last_year.chain(since.filter(|age| *age < 370 * DAY)));
    assert!(!is_told(repository.path()));
}

#[test]
fn without_git_without_a_branch_and_with_few_commits_there_is_no_rhythm() {
    let repository = archive(10 * DAY);
    let (_folder, place) = clone(&repository, &["--depth=1"]);
    assert!(!is_told(&place), "a shallow clone of one commit");
    let (_folder, place) = clone(&repository, &["--depth=60"]);
    git_in(&place, &["fetch", "--quiet", "--depth=60"]);
    assert!(is_told(&place), "one that holds enough");
    repository.git(&["checkout", "--quiet", "--detach"]);
    assert!(!is_told(repository.path()), "an older state may be checked out");
    std::fs::remove_dir_all(repository.path().join(".git")).unwrap();
    assert!(!is_told(repository.path()));
    let repository = Repository::new();
    commits(&repository, ("main", BOT), steady(10 * DAY).skip(80));
    assert!(!is_told(repository.path()));
}

#[test]
fn a_clone_that_did_not_look_cannot_tell() {
    let repository = archive(10 * DAY);
    let (_folder, place) = clone(&repository, &[]);
    let cloned = |age: u64| {
        let (zeros, head) = ("0".repeat(40), git_in(&place, &["rev-parse", "HEAD"]));
        let line = format!("{zeros} {head} a <a@b.cn> {} +0000\tclone: from elsewhere\n", now() - age);
        std::fs::write(place.join(".git/logs/HEAD"), line).unwrap();
    };
    cloned(MINUTE);
    assert!(is_told(&place));
    // As it is on the machine of a person who cloned it when the bot still ran.
    cloned(10 * DAY - MINUTE);
    assert!(!is_told(&place));
    git_in(&place, &["fetch", "--quiet"]);
    assert!(is_told(&place), "it looked, and nothing came");
    let file = std::fs::File::options().append(true).open(place.join(".git/FETCH_HEAD")).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(10 * DAY - 60)).unwrap();
    assert!(!is_told(&place));
}

#[test]
fn the_clone_of_the_bot_itself_needs_not_look() {
    let repository = archive(10 * DAY);
    repository.git(&["remote", "add", "origin", "https://git.example/archive.git"]);
    assert!(!is_told(repository.path()), "it never looked, and the commits may be another's");
    let made = now() - 9 * DAY;
    let date = format!("{made} +0000");
    let mut command = Command::new("git");
    let commit = ["-c", "user.name=a", "-c", &format!("user.email={BOT}"), "commit", "--quiet", "--allow-empty", "-mx"];
    command.args(commit).current_dir(repository.path()).env("GIT_COMMITTER_DATE", &date);
    assert!(command.env("GIT_AUTHOR_DATE", &date).status().unwrap().success());
    assert!(is_told(repository.path()));
}

#[test]
fn another_branch_may_be_ahead() {
    let repository = archive(10 * DAY);
    repository.git(&["checkout", "--quiet", "-b", "edit"]);
    assert!(is_told(repository.path()));
    commits(&repository, ("main", BOT), [MINUTE]);
    repository.git(&["checkout", "--quiet", "edit"]);
    assert!(!is_told(repository.path()));
}
