//! How long to wait before asking again.

use std::time::Duration;

use jiff::Timestamp;

/// No back-off grows past this.
const LONGEST: Duration = Duration::from_mins(1);

/// The wait before try `try_number` (1 for the first repetition): doubles each time, less up to a half.
///
/// The jitter spreads repetitions that failed together; it depends on nothing but its arguments.
pub(crate) fn backoff(first: Duration, try_number: u32, salt: u64) -> Duration {
    let doubled = first.saturating_mul(1_u32.checked_shl(try_number.saturating_sub(1)).unwrap_or(u32::MAX));
    let capped = doubled.min(LONGEST);
    let share = mix(salt.wrapping_add(u64::from(try_number))) % 512;
    capped.saturating_sub(capped * u32::try_from(share).unwrap_or(0) / 1024)
}

/// The wait that a `Retry-After` header asks for (RFC 9110 §10.2.3): seconds, or a date.
pub(crate) fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // A number too large for 64 bits asks for longer than anybody waits.
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let date = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(value).ok()?;
    Some(Duration::try_from(date.duration_since(now)).unwrap_or_default())
}

/// Scatters bits (the finaliser of `SplitMix64`).
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_stay_bounded() {
        let first = Duration::from_millis(100);
        for salt in 0..200 {
            for (number, full) in [(1, 100), (2, 200), (3, 400), (4, 800)] {
                let wait = backoff(first, number, salt);
                assert!(wait <= Duration::from_millis(full) && wait > Duration::from_millis(full / 2), "{wait:?}");
            }
            assert!(backoff(first, u32::MAX, salt) <= LONGEST);
            assert!(backoff(Duration::MAX, 3, salt) <= LONGEST);
        }
        assert_eq!(backoff(Duration::ZERO, 3, 1), Duration::ZERO);
        assert_eq!(backoff(first, 1, 7), backoff(first, 1, 7));
        assert_ne!(backoff(first, 1, 7), backoff(first, 1, 8));
    }

    #[test]
    fn retry_after_in_every_form() {
        let now: Timestamp = "1994-11-06T08:49:30Z".parse().unwrap();
        let seconds = |value| retry_after(value, now).map(|wait| wait.as_secs());
        assert_eq!(seconds("120"), Some(120));
        assert_eq!(seconds(" 0 "), Some(0));
        assert_eq!(seconds("Sun, 06 Nov 1994 08:49:37 GMT"), Some(7));
        assert_eq!(seconds("Sun, 06 Nov 1994 08:49:00 GMT"), Some(0));
        assert_eq!(seconds("99999999999999999999999999"), Some(u64::MAX));
        for nonsense in ["", "soon", "-5", "1.5", "6 Nov", "Sun, 99 Nov 1994 08:49:37 GMT"] {
            assert_eq!(seconds(nonsense), None, "{nonsense}");
        }
    }
}
