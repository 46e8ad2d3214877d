//! Progress bars: one consumer of the core's events.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::event::{Event, Observer, Stage};

/// Shows what goes on, on standard error.
#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    tally: Mutex<Tally>,
}

#[derive(Debug, Default)]
struct Tally {
    verdicts: BTreeMap<&'static str, u64>,
    hosts: String,
}

impl Progress {
    /// Bars, or nothing at all.
    pub(super) fn new(is_shown: bool) -> Self {
        let target = if is_shown { ProgressDrawTarget::stderr_with_hz(10) } else { ProgressDrawTarget::hidden() };
        Self { bar: ProgressBar::with_draw_target(None, target), tally: Mutex::default() }
    }

    /// Takes the bar away before something else is printed.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn begin(&self, stage: Stage, total: Option<u64>) {
        let name = match stage {
            Stage::Walk => "looking for files",
            Stage::Read => "reading",
            Stage::Judge => "judging",
            Stage::Fetch => "asking the web",
            Stage::Report => "writing reports",
        };
        self.bar.reset();
        self.bar.set_length(total.unwrap_or(0));
        self.bar.set_prefix(name);
        self.bar.set_message("");
        let template = match (total, stage) {
            (None, _) => "{prefix} {spinner} {elapsed}",
            (Some(_), Stage::Fetch) => "{prefix} {wide_bar} {pos}/{len} · {per_sec} · {eta} left\n{msg}",
            (Some(_), _) => "{prefix} {wide_bar} {pos}/{len} · {per_sec}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
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
                tally.hosts = format!("\n{count} hosts open");
                for (host, open) in busiest.iter().take(3) {
                    let _ = write!(tally.hosts, " · {host} {open}");
                }
                self.show_tally(&tally);
            }
        }
    }
}
