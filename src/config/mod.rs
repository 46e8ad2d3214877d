//! `postproof.yml`, flags and defaults, made into the settings of each stage.
//!
//! A flag wins over the file, the file over the default. What is wrong in the file is told with its line,
//! and a misspelt key with the nearest known one. No stage imports this room.

mod duration;
mod error;
mod file;

pub use duration::parse_duration;
pub use error::{ConfigError, ConfigErrorKind};
pub use file::{
    Extract, FailOn, Fetch, File, FrontMatter, HostHeader, Level, MaxAge, Navigation, PathRules, Posts, Report, Rules,
    Site, load, parse,
};
