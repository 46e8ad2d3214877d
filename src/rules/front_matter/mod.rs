//! Rules for the front matter of posts and pages.
//!
//! One cause, one finding: where the YAML does not parse, only that is said; a missing field is not also a breach of
//! the schema; a date that stops the build is not also one without an offset.
//! Archived posts are held to the same rules, since they are the archive; but as Jekyll does not read them, nothing
//! that Jekyll would do happens, and the effect of their faults is that data are suspect.

mod complaints;
mod date_without_offset;
mod duplicate_key;
mod empty_field;
mod filename_date_mismatch;
mod future_date;
mod invalid_date;
mod invalid_post_name;
mod invalid_yaml;
mod mend;
mod missing_field;
mod missing_front_matter;
mod misspelt_key;
mod offset;
mod publication;
mod schema_violation;
mod settings;
mod shift;
mod shifted_day;
mod spelling;
mod split_category;
mod surprising_scalar;
mod unportable_yaml;
mod unterminated_front_matter;
mod unusable_categories;
mod unusable_permalink;

pub(crate) use complaints::complaint;
pub(super) use date_without_offset::DateWithoutOffset;
pub(super) use duplicate_key::DuplicateKey;
pub(super) use empty_field::EmptyField;
pub(super) use filename_date_mismatch::FilenameDateMismatch;
pub(super) use future_date::FutureDate;
pub(super) use invalid_date::InvalidDate;
pub(super) use invalid_post_name::InvalidPostName;
pub(super) use invalid_yaml::InvalidYaml;
pub(super) use missing_field::MissingField;
pub(super) use missing_front_matter::MissingFrontMatter;
pub(super) use misspelt_key::MisspeltKey;
pub(super) use schema_violation::SchemaViolation;
pub use settings::FrontMatterSettings;
pub(super) use shifted_day::ShiftedDay;
pub(super) use split_category::SplitCategory;
pub(super) use surprising_scalar::SurprisingScalar;
pub(super) use unportable_yaml::UnportableYaml;
pub(super) use unterminated_front_matter::UnterminatedFrontMatter;
pub(super) use unusable_categories::UnusableCategories;
pub(super) use unusable_permalink::UnusablePermalink;

#[cfg(test)]
mod tests;
