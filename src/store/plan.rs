//! Who is asked first.
//!
//! Pure. A run may have ten minutes for an archive of millions, so the order decides what is ever asked:
//! first what was never seen, then what is most overdue, and each host in turn, so that one of a million addresses
//! does not keep two thousand small ones waiting.

use std::cmp::Reverse;
use std::time::Duration;

use hashbrown::HashMap;

use super::freshness::Due;

/// An address that a run could ask.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// Its host, as politeness counts hosts.
    pub host: &'a str,
    /// Whether it is to be asked.
    pub due: Due,
}

/// What a run asks, and what it leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Positions of the addresses to ask, in the order to ask them.
    pub ask: Vec<u32>,
    /// Positions of the addresses that are due and beyond the budget, in the order to ask them another time.
    pub left: Vec<u32>,
    /// How many addresses are fresh.
    pub fresh: usize,
    /// How many were never asked before.
    pub never_seen: usize,
    /// How many are asked again because their outcome is old.
    pub overdue: usize,
}

/// When it comes in turn: never seen before overdue, more overdue before less, and the order of the input for what is equal.
type Urgency = (Reverse<Duration>, u32);

/// Puts the candidates that are due in order and takes as many as the budget allows.
///
/// Equal input gives an equal plan. Positions are those in `candidates`, of which there can be 2³² at most.
pub fn plan(candidates: &[Candidate<'_>], budget: Option<usize>) -> Plan {
    let mut plan = Plan::default();
    let mut hosts: HashMap<&str, u32, foldhash::fast::FixedState> = HashMap::default();
    let mut due: Vec<(u32, Urgency)> = Vec::new();
    for (position, candidate) in (0_u32..).zip(candidates) {
        let late = match candidate.due {
            Due::Fresh(_) => {
                plan.fresh += 1;
                continue;
            }
            Due::NeverSeen => {
                plan.never_seen += 1;
                Duration::MAX
            }
            Due::Overdue(late) => {
                plan.overdue += 1;
                late
            }
        };
        let next = u32::try_from(hosts.len()).unwrap_or(u32::MAX);
        let host = *hosts.entry(candidate.host).or_insert(next);
        due.push((host, (Reverse(late), position)));
    }
    plan.ask = in_turn(due);
    plan.left = plan.ask.split_off(budget.unwrap_or(usize::MAX).min(plan.ask.len()));
    plan
}

/// Each host's most urgent address, then each host's second, and so on; within a round the most urgent first.
fn in_turn(mut due: Vec<(u32, Urgency)>) -> Vec<u32> {
    due.sort_unstable();
    let mut current = None;
    let mut round = 0_u32;
    for entry in &mut due {
        if current == Some(entry.0) {
            round += 1;
        } else {
            (current, round) = (Some(entry.0), 0);
        }
        entry.0 = round;
    }
    due.sort_unstable();
    due.into_iter().map(|(_, (_, position))| position).collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;

    /// `host never`, `host 5` (days overdue) or `host fresh`, one a line; the plan as `host what` lines in its order.
    fn order(picture: &str, budget: Option<usize>) -> String {
        let lines: Vec<&str> = picture.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let candidate = |line: &&'static str| -> Candidate<'static> {
            let (host, what) = line.split_once(' ').unwrap();
            let due = match what {
                "never" => Due::NeverSeen,
                "fresh" => Due::Fresh(Timestamp::UNIX_EPOCH),
                days => Due::Overdue(Duration::from_hours(24) * days.parse::<u32>().unwrap()),
            };
            Candidate { host, due }
        };
        let leaked: Vec<&'static str> = lines.iter().map(|line| &*Box::leak(Box::<str>::from(*line))).collect();
        let candidates: Vec<Candidate<'_>> = leaked.iter().map(candidate).collect();
        let plan = plan(&candidates, budget);
        plan.ask.iter().map(|&position| leaked[position as usize]).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn never_seen_then_most_overdue() {
        insta::assert_snapshot!(order("a 1\na never\na fresh\na 9\na 0", None), @r"
        a never
        a 9
        a 1
        a 0
        ");
    }

    #[test]
    fn each_host_in_turn() {
        let picture = "big never\nbig never\nbig never\nbig 4\nsmall 1\nother 2\nother 3";
        insta::assert_snapshot!(order(picture, None), @r"
        big never
        other 3
        small 1
        big never
        other 2
        big never
        big 4
        ");
    }

    #[test]
    fn the_budget_is_shared_by_hosts() {
        let mut picture = "big never\n".repeat(1000);
        picture.push_str("small 1\nother 2");
        insta::assert_snapshot!(order(&picture, Some(3)), @r"
        big never
        other 2
        small 1
        ");
        assert_eq!(order(&picture, Some(0)), "");
    }

    #[test]
    fn successive_runs_go_through_everything() {
        let mut dues = vec![Due::NeverSeen; 1000];
        let hosts: Vec<String> = (0..1000_u32).map(|number| format!("h{}", (number % 97).min(number % 13))).collect();
        for _ in 0..10 {
            let candidates: Vec<Candidate<'_>> =
                hosts.iter().zip(&dues).map(|(host, &due)| Candidate { host, due }).collect();
            for position in plan(&candidates, Some(100)).ask {
                dues[position as usize] = Due::Fresh(Timestamp::UNIX_EPOCH);
            }
        }
        assert!(dues.iter().all(|due| matches!(due, Due::Fresh(_))));
    }

    proptest! {
        #[test]
        fn everything_due_is_asked_or_left_once(
            input in prop::collection::vec((0_u8..5, 0_u8..4), 0..200), budget in prop::option::of(0_usize..250),
        ) {
            let hosts: Vec<String> = input.iter().map(|(host, _)| host.to_string()).collect();
            let due = |kind| match kind {
                0 => Due::NeverSeen,
                1 => Due::Fresh(Timestamp::UNIX_EPOCH),
                days => Due::Overdue(Duration::from_secs(days)),
            };
            let candidates: Vec<Candidate<'_>> =
                hosts.iter().zip(&input).map(|(host, &(_, kind))| Candidate { host, due: due(u64::from(kind)) }).collect();
            let plan = plan(&candidates, budget);
            let expected = plan.never_seen + plan.overdue;
            prop_assert_eq!(plan.ask.len(), expected.min(budget.unwrap_or(usize::MAX)));
            let mut seen: Vec<u32> = plan.ask.iter().chain(&plan.left).copied().collect();
            seen.sort_unstable();
            seen.dedup();
            prop_assert_eq!(seen.len(), expected);
            prop_assert_eq!(expected + plan.fresh, candidates.len());
            prop_assert!(seen.iter().all(|&position| !matches!(candidates[position as usize].due, Due::Fresh(_))));
            // No host is asked twice more often than another that still waits.
            let count = |host: &str, positions: &[u32]| positions.iter().filter(|&&p| candidates[p as usize].host == host).count();
            for waiting in ["0", "1", "2", "3", "4"] {
                if count(waiting, &plan.left) > 0 {
                    let least = count(waiting, &plan.ask);
                    for other in ["0", "1", "2", "3", "4"] {
                        prop_assert!(count(other, &plan.ask) <= least + 1);
                    }
                }
            }
        }
    }
}
