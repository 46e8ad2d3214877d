//! Version 1: addresses with their records, runs, changes of verdicts, findings, and notes.

use super::Migration;

pub(super) const MIGRATION: Migration = Migration {
    version: 1,
    script: "
CREATE TABLE addresses (
    url              TEXT PRIMARY KEY,
    verdict          TEXT NOT NULL,
    reason           TEXT NOT NULL,
    status           INTEGER,
    final_url        TEXT,
    redirects        TEXT,
    checked_at       INTEGER NOT NULL,
    attempts         INTEGER NOT NULL,
    elapsed_ms       INTEGER NOT NULL,
    evidence         TEXT,
    fragments        TEXT,
    missing          TEXT,
    etag             TEXT,
    last_modified    TEXT,
    origin           TEXT,
    checks           INTEGER NOT NULL,
    streak           INTEGER NOT NULL,
    failures         INTEGER NOT NULL,
    first_failure_at INTEGER,
    last_success_at  INTEGER,
    recent           INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE runs (
    id          INTEGER PRIMARY KEY,
    started_at  INTEGER NOT NULL,
    settings    TEXT NOT NULL,
    vantage     TEXT NOT NULL,
    finished_at INTEGER,
    complete    INTEGER NOT NULL DEFAULT 0,
    counts      TEXT NOT NULL DEFAULT '{}'
) STRICT;

CREATE TABLE changes (
    id      INTEGER PRIMARY KEY,
    run     INTEGER NOT NULL,
    url     TEXT NOT NULL,
    at      INTEGER NOT NULL,
    before  TEXT,
    verdict TEXT NOT NULL,
    reason  TEXT NOT NULL
) STRICT;
CREATE INDEX changes_by_url ON changes (url);
CREATE INDEX changes_by_run ON changes (run);

CREATE TABLE findings (
    fingerprint TEXT PRIMARY KEY,
    code        TEXT NOT NULL,
    path        TEXT NOT NULL,
    url         TEXT,
    message     TEXT NOT NULL,
    first_seen  INTEGER NOT NULL,
    first_run   INTEGER NOT NULL,
    last_seen   INTEGER NOT NULL,
    last_run    INTEGER NOT NULL,
    healed_at   INTEGER,
    healed_run  INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE notes (
    kind     TEXT NOT NULL,
    key      TEXT NOT NULL,
    value    TEXT NOT NULL,
    noted_at INTEGER NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;
",
    tables: &["addresses", "runs", "changes", "findings", "notes"],
};
