//! What is remembered of one address, and what a new answer does to it.
//!
//! Pure: the database only carries these values to and fro.

use jiff::Timestamp;

use crate::probe::{Outcome, Validators, Verdict};

/// One answer of the web, to be remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The address that was asked, without a fragment.
    pub url: Box<str>,
    /// What it answered. One without `checked_at`, or with the verdict `skipped`, is not remembered.
    pub outcome: Outcome,
    /// The fragments that were asked about.
    pub fragments: Box<[Box<str>]>,
    /// The place that asked, if it was not this one: such an outcome counts only if it is newer than what is known.
    pub origin: Option<Box<str>>,
}

/// What is remembered of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Memory {
    /// Its last outcome. The time is exact to the millisecond.
    pub outcome: Outcome,
    /// The fragments that were asked about. Of any other this memory knows nothing.
    pub fragments: Box<[Box<str>]>,
    /// The place that asked, if it was not this one.
    pub origin: Option<Box<str>>,
    /// Its record.
    pub track: Track,
}

impl Memory {
    /// Whether all of these fragments were asked about. An address of which a link names another is to be asked again,
    /// however fresh its outcome is.
    pub fn knows(&self, fragments: &[&str]) -> bool {
        fragments.iter().all(|wanted| self.fragments.iter().any(|known| **known == **wanted))
    }

    /// What to ask it with, if an answer of "not modified" would say all: that a page is as it was is no news of one
    /// that was not well.
    pub fn validators(&self) -> Option<&Validators> {
        self.outcome.validators.as_ref().filter(|_| is_well(self.outcome.verdict))
    }
}

/// Whether a verdict is a success.
pub(super) fn is_well(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Alive | Verdict::Moved)
}

/// An address's record over its checks.
///
/// `alive` and `moved` are successes, `failing` and `dead` are failures. `suspect` is neither, and ends a row of either:
/// the server works, but nobody knows whether the page does. `blocked` and `skipped` change nothing: they say nothing about the address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Track {
    /// Checks that were a success or a failure.
    pub checks: u32,
    /// Successes in a row, up to now.
    pub streak: u32,
    /// Failures in a row, up to now.
    pub failures: u32,
    /// When the row of failures began.
    pub first_failure_at: Option<Timestamp>,
    /// When it was last well.
    pub last_success_at: Option<Timestamp>,
    /// The last checks, one bit each, the newest lowest; 1 is a failure.
    pub recent: u32,
}

/// Checks that [`Track::changes`] looks at.
const CHANGES_WITHIN: u32 = 16;

impl Track {
    /// The record after one more check.
    #[must_use]
    pub fn after(self, verdict: Verdict, at: Timestamp) -> Self {
        match verdict {
            Verdict::Alive | Verdict::Moved => Self {
                streak: self.streak.saturating_add(1),
                failures: 0,
                first_failure_at: None,
                last_success_at: Some(at),
                ..self.shifted(0)
            },
            Verdict::Failing | Verdict::Dead => Self {
                streak: 0,
                failures: self.failures.saturating_add(1),
                first_failure_at: self.first_failure_at.or(Some(at)),
                ..self.shifted(1)
            },
            Verdict::Suspect => Self { streak: 0, failures: 0, first_failure_at: None, ..self },
            Verdict::Blocked | Verdict::Skipped => self,
        }
    }

    /// How often it changed between well and failing within its last sixteen checks.
    pub fn changes(self) -> u32 {
        let known = self.checks.min(CHANGES_WITHIN);
        let pairs = 1_u32.checked_shl(known.saturating_sub(1)).unwrap_or(0).wrapping_sub(1);
        ((self.recent ^ (self.recent >> 1)) & pairs).count_ones()
    }

    fn shifted(self, bit: u32) -> Self {
        Self { checks: self.checks.saturating_add(1), recent: (self.recent << 1) | bit, ..self }
    }
}

/// What is remembered after `checked`; `None` if it tells nothing new.
pub(super) fn remember(previous: Option<Memory>, checked: Checked) -> Option<Memory> {
    let at = checked.outcome.checked_at?;
    if checked.outcome.verdict == Verdict::Skipped {
        return None;
    }
    let known = previous.as_ref().and_then(|memory| memory.outcome.checked_at);
    if checked.origin.is_some() && known.is_some_and(|known| known >= at) {
        return None;
    }
    let Checked { mut outcome, fragments, origin, .. } = checked;
    let track = previous.as_ref().map_or_else(Track::default, |memory| memory.track).after(outcome.verdict, at);
    if outcome.status == Some(304)
        && let Some(Memory { outcome: known, .. }) = previous
    {
        // Such an answer need not repeat the validators that it was asked with (RFC 9110 §15.4.5), and shows no page.
        if outcome.validators.is_none() && known.validators.is_some() {
            outcome.validators.clone_from(&known.validators);
        }
        outcome.seen = known.seen;
    }
    Some(Memory { outcome, fragments, origin, track })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::probe::Reason;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn verdicts(picture: &str) -> Vec<Verdict> {
        let verdict = |letter| match letter {
            'a' => Verdict::Alive,
            'm' => Verdict::Moved,
            'f' => Verdict::Failing,
            'd' => Verdict::Dead,
            's' => Verdict::Suspect,
            'b' => Verdict::Blocked,
            _ => Verdict::Skipped,
        };
        picture.chars().map(verdict).collect()
    }

    /// The record of an address that was checked once a second with these verdicts.
    fn track(picture: &str) -> Track {
        verdicts(picture)
            .into_iter()
            .zip(1..)
            .fold(Track::default(), |track, (verdict, second)| track.after(verdict, at(second)))
    }

    #[test]
    fn rows_of_successes_and_failures() {
        // picture, streak, failures, first failure, last success
        let table = [
            ("", 0, 0, None, None),
            ("a", 1, 0, None, Some(1)),
            ("ama", 3, 0, None, Some(3)),
            ("af", 0, 1, Some(2), Some(1)),
            ("afff", 0, 3, Some(2), Some(1)),
            ("fdf", 0, 3, Some(1), None),
            ("ffa", 1, 0, None, Some(3)),
            ("fbf", 0, 2, Some(1), None),
            ("aba", 2, 0, None, Some(3)),
            ("ffs", 0, 0, None, None),
            ("aas", 0, 0, None, Some(2)),
            ("ffsf", 0, 1, Some(4), None),
            ("f-f", 0, 2, Some(1), None),
        ];
        for (picture, streak, failures, first, last) in table {
            let track = track(picture);
            assert_eq!(track.streak, streak, "{picture}");
            assert_eq!(track.failures, failures, "{picture}");
            assert_eq!(track.first_failure_at, first.map(at), "{picture}");
            assert_eq!(track.last_success_at, last.map(at), "{picture}");
        }
    }

    #[test]
    fn changes_between_well_and_failing() {
        let table = [
            ("", 0),
            ("f", 0),
            ("a", 0),
            ("af", 1),
            ("fa", 1),
            ("afa", 2),
            ("abfba", 2),
            ("fffff", 0),
            ("afafaf", 5),
            ("afafafafafafafafafafafafafafafafafafafaf", 15),
            ("afafafaaaaaaaaaaaaaaaa", 0),
        ];
        for (picture, changes) in table {
            assert_eq!(track(picture).changes(), changes, "{picture}");
        }
    }

    fn checked(verdict: Verdict, second: i64) -> Checked {
        let reason = Reason::Status(200);
        let outcome = Outcome { verdict, checked_at: Some(at(second)), ..Outcome::skipped(reason) };
        Checked { url: "http://a.cn/".into(), outcome, fragments: Box::default(), origin: None }
    }

    #[test]
    fn what_was_not_asked_is_not_remembered() {
        assert_eq!(remember(None, checked(Verdict::Skipped, 1)), None);
        let mut undated = checked(Verdict::Alive, 1);
        undated.outcome.checked_at = None;
        assert_eq!(remember(None, undated), None);
    }

    #[test]
    fn an_outcome_from_elsewhere_counts_only_if_newer() {
        let known = remember(None, checked(Verdict::Failing, 10));
        let elsewhere = |second| Checked { origin: Some("cn-north".into()), ..checked(Verdict::Alive, second) };
        assert_eq!(remember(known.clone(), elsewhere(9)), None);
        assert_eq!(remember(known.clone(), elsewhere(10)), None);
        let newer = remember(known.clone(), elsewhere(11)).unwrap();
        assert_eq!((newer.outcome.verdict, newer.origin.as_deref()), (Verdict::Alive, Some("cn-north")));
        // A clock that once ran ahead must not freeze an address: what is asked here and now always counts.
        assert!(remember(known, checked(Verdict::Alive, 9)).is_some());
    }

    #[test]
    fn not_modified_keeps_the_validators() {
        let validators = Some(Validators { etag: Some("\"v1\"".into()), last_modified: None });
        let mut first = checked(Verdict::Alive, 1);
        first.outcome.validators.clone_from(&validators);
        let known = remember(None, first);
        let mut again = checked(Verdict::Alive, 2);
        again.outcome.status = Some(304);
        assert_eq!(remember(known.clone(), again.clone()).unwrap().outcome.validators, validators);
        again.outcome.status = Some(200);
        assert_eq!(remember(known, again).unwrap().validators(), None);
    }

    #[test]
    fn only_what_is_well_is_asked_conditionally() {
        for verdict in Verdict::ALL {
            let mut checked = checked(verdict, 1);
            checked.outcome.validators = Some(Validators::default());
            let memory = remember(None, checked);
            let is_asked = memory.is_some_and(|memory| memory.validators().is_some());
            assert_eq!(is_asked, matches!(verdict, Verdict::Alive | Verdict::Moved), "{verdict:?}");
        }
    }

    #[test]
    fn a_fragment_that_was_not_asked_about_is_not_known() {
        let known = |asked: &[&str], wanted: &[&str]| {
            let fragments = asked.iter().map(|&fragment| fragment.into()).collect();
            remember(None, Checked { fragments, ..checked(Verdict::Alive, 1) }).unwrap().knows(wanted)
        };
        assert!(known(&[], &[]) && known(&["a"], &[]) && known(&["a", "b"], &["b", "b"]));
        assert!(!known(&[], &["a"]) && !known(&["a"], &["a", "b"]) && !known(&["A"], &["a"]));
    }

    proptest! {
        #[test]
        fn a_record_is_never_well_and_failing_at_once(picture in "[amfdsb-]{0,80}") {
            let track = track(&picture);
            prop_assert!(track.streak == 0 || track.failures == 0);
            prop_assert_eq!(track.failures > 0, track.first_failure_at.is_some());
            prop_assert!(track.changes() < 16);
        }
    }
}
