//! What a mending did, for people and for programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::check::{FileChange, State};
use crate::fix::{Done, Left, Why};
use crate::language::{Language, Message, mark, say};
use crate::report::visible;
use crate::source::ReplaceError;

/// Why a file was not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Untouched {
    /// It is a post of an archive folder.
    Archived,
    /// The seal lists it.
    Sealed,
    /// git has no commit of it as it is.
    Dirty,
}

impl Untouched {
    fn name(self) -> &'static str {
        match self {
            Self::Archived => "archived",
            Self::Sealed => "sealed",
            Self::Dirty => "dirty",
        }
    }

    fn sentence(self, count: usize, example: &str) -> Message {
        let files = files(count);
        match self {
            Self::Archived => {
                say!(
                    "left alone in archive folders: {files}, such as {example}; `--archived` mends such files too",
                    files,
                    example
                )
            }
            Self::Sealed => say!(
                "left alone since sealed: {files}, such as {example}; `--archived` mends such files too, and `postproof seal --accept PATH` seals them anew",
                files,
                example
            ),
            Self::Dirty => say!(
                "left alone with changes that are not committed: {files}, such as {example}; commit them, or mend with `--allow-dirty`",
                files,
                example
            ),
        }
    }
}

/// One file of the result.
struct File {
    path: Arc<str>,
    done: Vec<Done>,
    left: Vec<Left>,
    state: &'static str,
    trouble: Option<String>,
}

/// Everything that is told.
#[derive(Default)]
pub(super) struct Told {
    /// The language of its sentences.
    language: Language,
    files: Vec<File>,
    pub(super) untouched: BTreeMap<Arc<str>, Untouched>,
    is_failed: bool,
}

fn files(count: usize) -> Message {
    if count == 1 { say!("1 file") } else { say!("{count} files", count) }
}

fn changes(count: usize) -> Message {
    if count == 1 { say!("1 change") } else { say!("{count} changes", count) }
}

/// The reason in a word for programs, and what to do about it for people.
fn words(why: &Why) -> (&'static str, &'static str) {
    match why {
        Why::Unsafe => ("unsafe", mark!("for a person to look at; `postproof fix --unsafe --diff` shows it")),
        Why::Overlaps => ("overlaps", mark!("overlapping another one; run again")),
        Why::Encoding => ("encoding", mark!("in a file that is not UTF-8 (TX001); convert the file first")),
        Why::Refused(_) => ("refused", mark!("tried and not made, since the result was not better")),
    }
}

impl Told {
    /// Nothing yet, to be said in a language.
    pub(super) fn in_language(language: Language) -> Self {
        Self { language, ..Self::default() }
    }

    pub(super) fn take(&mut self, change: FileChange) {
        let FileChange { path, done, left, state, .. } = change;
        let (state, trouble) = match state {
            State::Unchanged => ("unchanged", None),
            State::Proposed => ("proposed", None),
            State::Written => ("written", None),
            State::Failed(error) => {
                // A link, a file that somebody protects or that a bot just wrote: postproof works, the file is not for it.
                self.is_failed |= matches!(error, ReplaceError::Unwritable(_) | ReplaceError::Unreadable(_));
                ("failed", Some(error.message().in_language(self.language)))
            }
        };
        self.files.push(File { path, done, left, state, trouble });
    }

    /// Whether a file could not be read or written.
    pub(super) fn is_failed(&self) -> bool {
        self.is_failed
    }

    /// Whether something is left that was asked for; with a diff, all of it is.
    pub(super) fn is_left(&self, is_diff: bool) -> bool {
        let is_dirty = self.untouched.values().any(|why| *why == Untouched::Dirty);
        is_dirty
            || self.files.iter().any(|file| {
                let is_open = file.left.iter().any(|left| left.why != Why::Unsafe);
                is_open || file.trouble.is_some() || is_diff && !file.done.is_empty()
            })
    }

    /// The changes, file by file, and the summary.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for file in self.files.iter().filter(|file| !file.done.is_empty() || file.trouble.is_some()) {
            let _ = writeln!(text, "{}", visible(&file.path));
            if let Some(trouble) = &file.trouble {
                let told = say!("not written: {trouble}", trouble = visible(trouble)).in_language(self.language);
                let _ = writeln!(text, "  {told}");
                continue;
            }
            for done in &file.done {
                let _ = writeln!(text, "  {:>5}  {}  {}", done.line, done.code, visible(&done.title));
            }
        }
        if !text.is_empty() {
            text.push('\n');
        }
        for line in self.summary(false) {
            text.push_str(&line);
            text.push('\n');
        }
        text
    }

    /// The summary, as sentences.
    pub(super) fn summary(&self, is_diff: bool) -> Vec<String> {
        let mended: Vec<&File> = self.files.iter().filter(|f| f.trouble.is_none() && !f.done.is_empty()).collect();
        let count: usize = mended.iter().map(|file| file.done.len()).sum();
        let (made, places, rules) = (changes(count), files(mended.len()), by_rule(&mended));
        let mut lines = vec![match (count, is_diff) {
            (0, _) => say!("nothing to mend"),
            (_, true) => say!("would be mended, {made} in {places}: {rules}", made, places, rules),
            (_, false) => say!("mended, {made} in {places}: {rules}", made, places, rules),
        }];
        let mut left: BTreeMap<&'static str, (usize, &'static str, String)> = BTreeMap::new();
        for (file, one) in self.files.iter().flat_map(|file| file.left.iter().map(move |left| (file, left))) {
            let (name, advice) = words(&one.why);
            let entry = left.entry(name).or_insert_with(|| (0, advice, self.example(file, one)));
            entry.0 += 1;
        }
        for (count, advice, example) in left.into_values() {
            let advice = Message::marked(advice);
            lines.push(say!("{left}, such as {example}: {advice}", left = changes(count), example, advice));
        }
        let mut untouched: BTreeMap<Untouched, (usize, &str)> = BTreeMap::new();
        for (path, why) in &self.untouched {
            untouched.entry(*why).or_insert((0, path)).0 += 1;
        }
        lines.extend(untouched.iter().map(|(why, (count, path))| why.sentence(*count, &visible(path))));
        lines.iter().map(|line| line.in_language(self.language)).collect()
    }

    fn example(&self, file: &File, left: &Left) -> String {
        let path = visible(&file.path);
        let place = if left.line == 0 { path.into_owned() } else { format!("{path}:{}", left.line) };
        let told = say!("{code} in {place}", code = left.code, place).in_language(self.language);
        match &left.why {
            Why::Refused(why) => format!("{told} ({why})"),
            _ => told,
        }
    }

    /// Everything as data.
    pub(super) fn data(&self) -> Value {
        let files = self.files.iter().filter(|f| !f.done.is_empty() || !f.left.is_empty() || f.trouble.is_some());
        let file = |file: &File| {
            let done = file.done.iter().map(|d| json!({"code": d.code, "line": d.line, "title": d.title}));
            let left = file.left.iter().map(|left| {
                let detail = if let Why::Refused(detail) = &left.why { Some(detail) } else { None };
                json!({"code": left.code, "line": left.line, "reason": words(&left.why).0, "detail": detail})
            });
            json!({
                "path": &*file.path, "state": file.state, "trouble": file.trouble,
                "changes": done.collect::<Vec<_>>(), "left": left.collect::<Vec<_>>(),
            })
        };
        let untouched = self.untouched.iter().map(|(path, why)| json!({"path": &**path, "reason": why.name()}));
        json!({
            "version": 1,
            "files": files.map(file).collect::<Vec<_>>(),
            "untouched": untouched.collect::<Vec<_>>(),
        })
    }
}

fn by_rule(files: &[&File]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for done in files.iter().flat_map(|file| &file.done) {
        *counts.entry(done.code.as_str()).or_default() += 1;
    }
    counts.iter().map(|(code, count)| format!("{code} {count}")).collect::<Vec<_>>().join(", ")
}
