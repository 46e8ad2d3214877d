//! Progress bars: one consumer of the core's events.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::event::{Event, Observer, Stage};
use crate::language::{Language, Message, say};

/// Shows what goes on, on standard error.
#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    language: Language,
    tally: Mutex<Tally>,
}

#[derive(Debug, Default)]
struct Tally {
    verdicts: BTreeMap<&'static str, u64>,
    hosts: String,
}

impl Progress {
    /// Bars, or nothing at all.
    pub(super) fn new(is_shown: bool, language: Language) -> Self {
        let target = if is_shown { ProgressDrawTarget::stderr_with_hz(10) } else { ProgressDrawTarget::hidden() };
        Self { bar: ProgressBar::with_draw_target(None, target), language, tally: Mutex::default() }
    }

    /// Takes the bar away before something else is printed.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn begin(&self, stage: Stage, total: Option<u64>) {
        self.bar.reset();
        self.bar.set_length(total.unwrap_or(0));
        self.bar.set_prefix(name(stage).in_language(self.language));
        self.bar.set_message("");
        let template = match (total, stage) {
            (None, _) => "{prefix} {spinner} {elapsed}".to_owned(),
            (Some(_), Stage::Fetch) => {
                let left = say!("{time} left", time = "{eta}").in_language(self.language);
                format!("{{prefix}} {{wide_bar}} {{pos}}/{{len}} · {{per_sec}} · {left}\n{{msg}}")
            }
            (Some(_), _) => "{prefix} {wide_bar} {pos}/{len} · {per_sec}".to_owned(),
        };
        if let Ok(style) = ProgressStyle::with_template(&template) {
            self.bar.set_style(style);
        }
        self.bar.enable_steady_tick(Duration::from_millis(200));
    }

    fn show_tally(&self, tally: &Tally) {
        let mut line = String::new();
        for (verdict, count) in &tally.verdicts {
            // Writing to a string cannot fail.
            let _ = write!(line, "{verdict} {count}  ");
        }
        line.push_str(&tally.hosts);
        self.bar.set_message(line);
    }
}

/// What a stage does.
fn name(stage: Stage) -> Message {
    match stage {
        Stage::Walk => say!("looking for files"),
        Stage::Read => say!("reading"),
        Stage::Judge => say!("judging"),
        Stage::Fetch => say!("asking the web"),
        Stage::Report => say!("writing reports"),
    }
}

impl Observer for Progress {
    fn observe(&self, event: &Event<'_>) {
        if self.bar.is_hidden() {
            return;
        }
        match event {
            Event::Begin { stage, total } => self.begin(*stage, *total),
            Event::Advance { count, .. } => self.bar.inc(*count),
            Event::End { .. } => self.bar.disable_steady_tick(),
            Event::Notice { message } => self.bar.println(*message),
            Event::Judged { verdict, .. } => {
                self.bar.inc(1);
                let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
                *tally.verdicts.entry(verdict).or_default() += 1;
            }
            Event::OpenHosts { count, busiest } => {
                let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
                tally.hosts = format!("\n{}", say!("{count} hosts open", count = *count).in_language(self.language));
                for (host, open) in busiest.iter().take(3) {
                    let _ = write!(tally.hosts, " · {host} {open}");
                }
                self.show_tally(&tally);
            }
        }
    }
}
