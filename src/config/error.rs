//! What can be wrong with settings.

use std::path::PathBuf;

/// A settings file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}{}: {kind}", file.display(), line.map_or(String::new(), |line| format!(":{line}")))]
pub struct ConfigError {
    /// The file.
    pub file: PathBuf,
    /// The guilty line, from 1, where there is one.
    pub line: Option<usize>,
    /// What is wrong.
    #[source]
    pub kind: ConfigErrorKind,
}

/// What is wrong with a settings file.
#[derive(Debug, thiserror::Error)]
pub enum ConfigErrorKind {
    /// It cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(std::io::Error),
    /// A key that no setting has.
    #[error("`{key}` is no setting here{}", nearest.as_ref().map_or(String::new(), |near| format!("; did you mean `{near}`?")))]
    UnknownKey {
        /// The key.
        key: String,
        /// The known key that is most like it.
        nearest: Option<String>,
    },
    /// A value that a setting cannot have, or text that is no YAML.
    #[error("{0}")]
    Invalid(String),
}
