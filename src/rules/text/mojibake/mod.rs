//! Text that went through the wrong decoder: the rule, and in a file each how a wrong decoder is recognised.

mod gbk;
mod latin;
mod nonsense;
mod simplified;
mod walk;

use super::topic::{is_shown, is_topic};
use crate::declare_rule;
use crate::facts::Reading;
use crate::finding::Meta;
use crate::language::say;
use crate::rules::{DocumentSink, Rule, Settings};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Finds text that was read in the wrong encoding and saved like that: `锟斤拷` (replacement characters read as
    /// GBK), `烫烫烫` and `屯屯屯` (memory that nobody had written to), UTF-8 read as Latin-1 (`ä¸­æ–‡` for 中文) and
    /// UTF-8 read as GBK (`浣犲ソ` for 你好), and GBK read as Latin-1 (`ÎÈ¶¨ÀÍ¶¯` for 稳定劳动).
    ///
    /// It judges and does not just look for words: what it takes for UTF-8 in disguise must read as such again, and a
    /// text that writes about garbled characters, or shows some in quotation marks or code, is left alone.
    ///
    /// ## Why is this bad?
    /// Nobody can read it, and nobody who searches for it finds it.
    ///
    /// ## Example
    /// ```text
    /// title: "ç¨³å®šåŠ³åŠ¨å…³ç³»"
    /// ```
    ///
    /// ## Use instead
    /// ```text
    /// title: "稳定劳动关系"
    /// ```
    /// Where the help shows the repaired text, nothing was lost. `锟斤拷` stands for text that is gone: fetch it again.
    pub(crate) struct Mojibake; "TX004", "mojibake", Warning, DataSuspect
}

/// Characters of repaired text that are shown.
const SHOWN: usize = 40;

/// A run of damaged text.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Run {
    /// Its bytes.
    span: Span,
    /// What it was before, if that can be told.
    repaired: Option<String>,
}

impl Rule for Mojibake {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, _settings: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        let text = reading.text;
        let walked = walk::walk(text);
        // The first letter of both kinds, Â to ô, begins with this byte in UTF-8, and hardly any other text has it.
        let has_letters = memchr::memchr(0xC3, text.as_bytes()).is_some();
        if walked.is_empty() && !has_letters {
            return;
        }
        let latin = |find: fn(&str) -> Vec<Run>| if has_letters { find(text) } else { Vec::new() };
        let kinds = [
            (walked.nonsense, say!("what a wrong decoder leaves of lost text")),
            (latin(simplified::find), say!("GBK that was read as Latin-1")),
            (latin(latin::find), say!("UTF-8 that was read as Latin-1")),
            (walked.gbk, say!("UTF-8 that was read as GBK")),
        ];
        let mut known: Vec<Span> = Vec::new();
        for (runs, what) in kinds {
            let mut runs = damage(text, runs);
            runs.retain(|run| !overlaps(&known, run.span));
            let Some(first) = runs.first() else { continue };
            known.extend(runs.iter().map(|run| run.span));
            known.sort_unstable();
            let shown: String = first.span.slice(text).chars().take(SHOWN).collect();
            let message = match runs.len() {
                1 => say!("`{shown}` is {what}", shown, what),
                places => say!("`{shown}` is {what}, the first of {places} places", shown, what, places),
            };
            let help = if let Some(text) = &first.repaired {
                say!("write `{text}`", text = text.chars().take(SHOWN).collect::<String>())
            } else {
                say!("fetch the text again from its source; what stood here is lost")
            };
            sink.report(&Self::META, first.span, message).help(help);
        }
    }
}

/// Whether a span overlaps one of `known`, which are sorted and apart: what one kind explains is no other's.
fn overlaps(known: &[Span], span: Span) -> bool {
    let next = known.partition_point(|other| other.end <= span.start);
    known.get(next).is_some_and(|other| other.start < span.end)
}

/// The runs that are damage, and not shown to a reader on purpose.
fn damage(text: &str, mut runs: Vec<Run>) -> Vec<Run> {
    runs.retain(|run| !is_shown(text, run.span));
    if runs.is_empty() {
        return runs;
    }
    let damaged: usize = runs.iter().map(|run| run.span.len() as usize).sum();
    // A text about the matter shows some of it; one that is damaged as well is mostly damage.
    if is_topic(text) && damaged * 5 < text.len() {
        return Vec::new();
    }
    runs
}

#[cfg(test)]
mod tests;
