//! Version 2: whether a run found the archive healthy, and which place saw a verdict change.

use super::Migration;

pub(super) const MIGRATION: Migration = Migration {
    version: 2,
    script: "
ALTER TABLE runs ADD COLUMN healthy INTEGER;
ALTER TABLE changes ADD COLUMN origin TEXT;
",
    tables: &[],
};
