//! How often the archive has posts.

mod gaps;
mod missing_days;

pub(crate) use missing_days::MissingDays;
