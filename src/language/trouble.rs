//! Errors whose sentences can be said in every language.

use std::error::Error;
use std::fmt;

use super::Message;

/// An error of which there is more to say than what its cause says. It shows itself in English.
#[derive(Debug)]
pub(crate) struct Trouble {
    message: Message,
    cause: Option<Box<dyn Error + Send + Sync>>,
}

impl Trouble {
    /// An error without a cause.
    pub(crate) fn new(message: Message) -> Self {
        Self { message, cause: None }
    }

    /// What is to be said of it, without its cause.
    pub(crate) fn message(&self) -> Message {
        self.message.clone()
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message.english())
    }
}

impl Error for Trouble {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as &(dyn Error + 'static))
    }
}

/// Says what an error means where it happened.
pub(crate) trait Saying<T> {
    /// Puts a sentence before an error's own.
    fn saying(self, message: impl FnOnce() -> Message) -> Result<T, Trouble>;
}

impl<T, E: Into<Box<dyn Error + Send + Sync>>> Saying<T> for Result<T, E> {
    fn saying(self, message: impl FnOnce() -> Message) -> Result<T, Trouble> {
        self.map_err(|cause| Trouble { message: message(), cause: Some(cause.into()) })
    }
}
