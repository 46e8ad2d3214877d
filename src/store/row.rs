//! A remembered address as a row of the database, and back.
//!
//! The only file of this room that knows both the shape of an [`Outcome`] and the columns.
//! A row whose verdict or reason has a name that is not known here is no memory: the address is asked again.

use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Row, Statement};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::memory::{Memory, Track};
use crate::probe::{Details, Outcome, Reason, Validators, Verdict};

/// The columns in the order in which [`read`] takes and [`write()`] gives them, `url` first.
macro_rules! columns {
    () => {
        "url, verdict, reason, status, final_url, redirects, checked_at, attempts, elapsed_ms, evidence, etag, \
         last_modified, origin, checks, streak, failures, first_failure_at, last_success_at, recent, fragments, missing, \
         seen"
    };
}

/// One address.
pub(super) const SELECT_ONE: &str = concat!("SELECT ", columns!(), " FROM addresses WHERE url = ?1");
/// The addresses from one to another, in the order of their bytes.
pub(super) const SELECT_RANGE: &str =
    concat!("SELECT ", columns!(), " FROM addresses WHERE url BETWEEN ?1 AND ?2 ORDER BY url");
/// Writes one address over what was known of it.
pub(super) const REPLACE: &str = concat!(
    "INSERT OR REPLACE INTO addresses (",
    columns!(),
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)"
);

/// The memory in a row of [`SELECT_ONE`] or [`SELECT_RANGE`].
pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Option<Memory>> {
    let verdict = verdict_named(row.get_ref(1)?.as_str()?);
    let reason = reason_named(row.get_ref(2)?.as_str()?);
    let (Some(verdict), Some(reason)) = (verdict, reason) else { return Ok(None) };
    let validators = Validators { etag: row.get(10)?, last_modified: row.get(11)? };
    let outcome = Outcome {
        verdict,
        reason,
        status: row.get(3)?,
        checked_at: time(row, 6)?,
        attempts: row.get(7)?,
        elapsed_ms: row.get(8)?,
        seen: one(row, 21)?,
        details: None,
    };
    let outcome = outcome.with(Details {
        final_url: row.get(4)?,
        redirects: list(row, 5)?,
        evidence: row.get(9)?,
        missing_fragments: list(row, 20)?,
        validators: (validators != Validators::default()).then_some(validators),
    });
    let track = Track {
        checks: row.get(13)?,
        streak: row.get(14)?,
        failures: row.get(15)?,
        first_failure_at: time(row, 16)?,
        last_success_at: time(row, 17)?,
        recent: row.get(18)?,
    };
    Ok(Some(Memory { outcome, fragments: list(row, 19)?, origin: row.get(12)?, track }))
}

/// Writes a memory with a statement of [`REPLACE`].
pub(super) fn write(statement: &mut Statement<'_>, url: &str, memory: &Memory) -> rusqlite::Result<()> {
    let Memory { outcome, fragments, origin, track } = memory;
    let validators = outcome.validators.as_ref();
    statement.execute(rusqlite::params![
        url,
        outcome.verdict.name(),
        outcome.reason.name(),
        outcome.status,
        outcome.final_url,
        text_of(&outcome.redirects),
        outcome.checked_at.map(Timestamp::as_millisecond),
        outcome.attempts,
        outcome.elapsed_ms,
        outcome.evidence,
        validators.and_then(|validators| validators.etag.as_deref()),
        validators.and_then(|validators| validators.last_modified.as_deref()),
        origin,
        track.checks,
        track.streak,
        track.failures,
        track.first_failure_at.map(Timestamp::as_millisecond),
        track.last_success_at.map(Timestamp::as_millisecond),
        track.recent,
        text_of(fragments),
        text_of(&outcome.missing_fragments),
        outcome.seen.and_then(|seen| serde_json::to_string(&seen).ok()),
    ])?;
    Ok(())
}

/// The time in a column of milliseconds.
pub(super) fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Timestamp>> {
    let Some(milliseconds) = row.get::<_, Option<i64>>(column)? else { return Ok(None) };
    let damaged = |error| rusqlite::Error::FromSqlConversionFailure(column, Type::Integer, Box::new(error));
    Timestamp::from_millisecond(milliseconds).map(Some).map_err(damaged)
}

/// The verdict of that name.
pub(super) fn verdict_named(name: &str) -> Option<Verdict> {
    Verdict::ALL.into_iter().find(|verdict| verdict.name() == name)
}

/// The reason of a name, as outputs and the state file spell it.
pub fn reason_named(name: &str) -> Option<Reason> {
    if let Some(status) = name.strip_prefix("http-") {
        return status.parse().ok().map(Reason::Status);
    }
    NAMED_REASONS.into_iter().find(|reason| reason.name() == name)
}

/// Every reason but the statuses.
const NAMED_REASONS: [Reason; 30] = [
    Reason::DnsNotFound,
    Reason::DnsFailure,
    Reason::ConnectRefused,
    Reason::ConnectReset,
    Reason::ConnectFailed,
    Reason::Timeout,
    Reason::TlsUntrusted,
    Reason::TlsExpired,
    Reason::TlsHostname,
    Reason::TlsFailed,
    Reason::RedirectLoop,
    Reason::RedirectLimit,
    Reason::RedirectInvalid,
    Reason::ProtocolError,
    Reason::BodyTruncated,
    Reason::RetryAfter,
    Reason::PrivateAddress,
    Reason::Robots,
    Reason::Excluded,
    Reason::Offline,
    Reason::Budget,
    Reason::Interrupted,
    Reason::Soft404,
    Reason::Parked,
    Reason::RedirectHome,
    Reason::RedirectLogin,
    Reason::LoginWall,
    Reason::Funnel,
    Reason::MailHost,
    Reason::NoMail,
];

/// A value as it is stored: JSON, or nothing.
fn one<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<T>> {
    let Some(text) = row.get_ref(column)?.as_str_or_null()? else { return Ok(None) };
    let damaged = |error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error));
    serde_json::from_str(text).map(Some).map_err(damaged)
}

/// A list as it is stored: JSON, or nothing for an empty one.
fn text_of<T: Serialize>(list: &[T]) -> Option<String> {
    (!list.is_empty()).then(|| serde_json::to_string(list).unwrap_or_default())
}

fn list<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<Box<[T]>> {
    let Some(text) = row.get_ref(column)?.as_str_or_null()? else { return Ok(Box::default()) };
    let damaged = |error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error));
    serde_json::from_str(text).map_err(damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fails to compile when a reason is added that the list above lacks.
    fn is_listed(reason: Reason) -> bool {
        match reason {
            Reason::Status(_) => false,
            Reason::DnsNotFound
            | Reason::DnsFailure
            | Reason::ConnectRefused
            | Reason::ConnectReset
            | Reason::ConnectFailed
            | Reason::Timeout
            | Reason::TlsUntrusted
            | Reason::TlsExpired
            | Reason::TlsHostname
            | Reason::TlsFailed
            | Reason::RedirectLoop
            | Reason::RedirectLimit
            | Reason::RedirectInvalid
            | Reason::ProtocolError
            | Reason::BodyTruncated
            | Reason::RetryAfter
            | Reason::PrivateAddress
            | Reason::Robots
            | Reason::Excluded
            | Reason::Offline
            | Reason::Budget
            | Reason::Interrupted
            | Reason::Soft404
            | Reason::Parked
            | Reason::RedirectHome
            | Reason::RedirectLogin
            | Reason::LoginWall
            | Reason::Funnel
            | Reason::MailHost
            | Reason::NoMail => true,
        }
    }

    #[test]
    fn every_name_leads_back() {
        assert!(NAMED_REASONS.into_iter().all(is_listed));
        for reason in NAMED_REASONS.into_iter().chain([Reason::Status(200), Reason::Status(404), Reason::Status(999)]) {
            assert_eq!(reason_named(&reason.name()), Some(reason));
        }
        for verdict in Verdict::ALL {
            assert_eq!(verdict_named(verdict.name()), Some(verdict));
        }
        for unknown in ["", "http-", "http-99999", "http-x", "Alive", "moon-phase"] {
            assert_eq!(reason_named(unknown), None, "{unknown}");
            assert_eq!(verdict_named(unknown), None, "{unknown}");
        }
    }
}
