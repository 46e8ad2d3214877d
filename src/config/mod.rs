//! `postproof.yml`, flags and defaults, made into the settings of each stage.
//!
//! A flag wins over the environment, the environment over the file, the file over the default. What is wrong in the file is told with its line,
//! and a misspelt key with the nearest known one. No stage imports this room.

mod content;
mod duration;
mod effective;
mod environment;
mod error;
mod fetch;
mod file;
mod history;
mod load;
mod report;
mod rules;
mod schema;
mod seal;
mod web_archive;
mod words;

pub use content::{Extract, FrontMatter, Posts, Site};
pub use duration::{LengthError, parse_duration};
pub use effective::{Effective, Layers, Origin, Said, effective, lines};
pub use environment::{Override, misspelt, overrides};
pub use error::{ConfigError, ConfigErrorKind};
pub use fetch::{Confirm, Credentials, Fetch, Host, HostHeader, Judge, MaxAge, Method};
pub use file::{File, Navigation};
pub use history::{AllowedEdit, History};
pub use load::{decode, layered, load, parse, read};
pub use report::{FailOn, Report};
pub use rules::{Level, PathRules, Rules};
pub use schema::{MODELINE, keys, schema, variable};
pub use seal::Seal;
pub use web_archive::WebArchive;
