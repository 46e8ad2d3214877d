//! Version 4: what was seen of pages that were judged.

use super::Migration;

pub(super) const MIGRATION: Migration = Migration {
    version: 4,
    script: "
ALTER TABLE addresses ADD COLUMN seen TEXT;
",
    tables: &[],
};
