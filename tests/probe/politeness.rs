//! Who counts.
