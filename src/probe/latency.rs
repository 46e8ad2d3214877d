//! How long a host takes to answer, and whether that grows under our requests.
//!
//! A server that is near its limit answers later before it answers 503. Pure: it sees times and says what they mean.

use std::time::Duration;

/// Answers before anything is said of a host.
const ENOUGH: u32 = 8;
/// A host labours when its answers take so many times as long as they did at their best,
const TIMES: u32 = 4;
/// and so much longer at least: below it a network's mood weighs more than a server's.
const LONGER: Duration = Duration::from_millis(250);
/// No pause for a labouring host is longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// What is known of a host's answers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Latency {
    answers: u32,
    /// A mean in which each answer weighs half as much as the one five after it.
    recent: Duration,
    /// The least that the mean has been, forgotten by a hundredth with each answer: a host may get slower for good.
    best: Duration,
}

impl Latency {
    /// Takes note of an answer.
    pub(crate) fn hears(&mut self, took: Duration) {
        self.answers = self.answers.saturating_add(1);
        self.recent = if self.answers == 1 { took } else { (self.recent * 7).saturating_add(took) / 8 };
        let drifted = self.best.saturating_add(self.best / 100);
        self.best = if self.answers == 1 { self.recent } else { drifted.min(self.recent) };
    }

    /// Whether it labours.
    pub(crate) fn labours(&self) -> bool {
        self.answers >= ENOUGH
            && self.recent > self.best.saturating_mul(TIMES)
            && self.recent.saturating_sub(self.best) > LONGER
    }

    /// What is added to the pace: half of the time that it takes, as long as it labours.
    pub(crate) fn pause(&self) -> Duration {
        if self.labours() { (self.recent / 2).min(LONGEST_PAUSE) } else { Duration::ZERO }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn after(times: &[(u32, u32)]) -> Latency {
        let mut latency = Latency::default();
        for (count, took) in times {
            (0..*count).for_each(|_| latency.hears(MS * *took));
        }
        latency
    }

    #[test]
    fn a_host_labours_when_it_gets_much_slower_and_recovers() {
        assert!(!after(&[(100, 50)]).labours(), "steady");
        assert!(!after(&[(100, 3000)]).labours(), "slow from the first day");
        assert!(!after(&[(100, 50), (1, 1500)]).labours(), "once may be chance");
        assert!(!after(&[(100, 2), (100, 60)]).labours(), "ten times nearly nothing is nearly nothing");
        assert!(after(&[(100, 50), (12, 1500)]).labours());
        assert!(!after(&[(100, 50), (12, 1500), (40, 60)]).labours(), "it has recovered");
        assert!(!after(&[(100, 50), (2000, 1500)]).labours(), "it is slower for good, and no slower for being asked");
        assert!(!after(&[(3, 50), (4, 5000)]).labours(), "too little is known");
    }

    #[test]
    fn the_pause_grows_with_the_answers_and_ends() {
        let (tired, spent) = (after(&[(50, 50), (20, 1000)]), after(&[(50, 50), (30, 60_000)]));
        assert!(tired.pause() > MS * 300 && tired.pause() <= MS * 500, "{:?}", tired.pause());
        assert_eq!(spent.pause(), LONGEST_PAUSE);
        assert_eq!(after(&[(50, 50)]).pause(), Duration::ZERO);
        after(&[(3, u32::MAX)]).hears(Duration::MAX);
    }
}
