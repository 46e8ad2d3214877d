//! Version 3: what a web archive holds, how far it was asked, and what was handed over to it.

use super::Migration;

pub(super) const MIGRATION: Migration = Migration {
    version: 3,
    script: "
CREATE TABLE copies (
    url      TEXT PRIMARY KEY,
    taken_at INTEGER,
    original TEXT,
    asked_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sweeps (
    place    TEXT PRIMARY KEY,
    begun_at INTEGER NOT NULL,
    resume   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE saves (
    url      TEXT PRIMARY KEY,
    job      TEXT,
    state    TEXT NOT NULL,
    words    TEXT,
    asked_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
",
    tables: &["copies", "sweeps", "saves"],
};
