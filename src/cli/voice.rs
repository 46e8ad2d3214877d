//! In which language a command speaks, and how it tells what went wrong.

use std::cell::Cell;
use std::error::Error;

use super::output;
use crate::check::{CheckError, SettingsError};
use crate::config::{ConfigError, LengthError};
use crate::language::{Argument, Language, Message, Trouble, say};
use crate::probe::{ArchiveError, ProbeError};
use crate::report::BaselineError;
use crate::seal::SealError;
use crate::source::{ReplaceError, SourceError, WriteError};
use crate::store::StateError;
use crate::vcs::VcsError;

/// The language of a command: the one that was asked for, else that of the settings once they are read, else that of
/// the environment.
#[derive(Debug)]
pub(super) struct Voice {
    chosen: Option<Language>,
    language: Cell<Language>,
}

impl Voice {
    /// A voice before any settings are read.
    pub(super) fn new(chosen: Option<Language>) -> Self {
        let of_environment = || Language::of_environment(|name| std::env::var(name).ok());
        Self { chosen, language: Cell::new(chosen.unwrap_or_else(of_environment)) }
    }

    /// Takes the language that the settings name, unless another was asked for.
    pub(super) fn settle(&self, named: Option<Language>) -> Language {
        if let (None, Some(language)) = (self.chosen, named) {
            self.language.set(language);
        }
        self.language.get()
    }

    /// The language to speak now.
    pub(super) fn language(&self) -> Language {
        self.language.get()
    }

    /// A sentence as it is said.
    pub(super) fn say(&self, message: &Message) -> String {
        message.in_language(self.language.get())
    }

    /// Tells a person what went wrong.
    pub(super) fn error(&self, what: Message) {
        output::tell(&self.say(&say!("error: {what}", what)));
    }

    /// Tells a person what went wrong, from the error.
    pub(super) fn failed(&self, error: &anyhow::Error) {
        self.error(causes(error));
    }

    /// Tells a person what is worth knowing beside the result.
    pub(super) fn note(&self, notice: impl Into<Argument>) {
        let notice: Argument = notice.into();
        output::tell(&self.say(&say!("note: {notice}", notice)));
    }
}

/// An error with its causes, in one sentence.
pub(super) fn causes(error: &anyhow::Error) -> Message {
    let mut said: Vec<Message> = error.chain().map(sentence).collect();
    let last = said.pop().unwrap_or_else(Message::nothing);
    said.into_iter().rev().fold(last, |what, place| say!("{place}: {what}", place, what))
}

/// What one error says; words of libraries and of the system are quoted as they are.
pub(super) fn sentence(error: &(dyn Error + 'static)) -> Message {
    macro_rules! known {
        ($($kind:ty),*) => {
            $(if let Some(error) = error.downcast_ref::<$kind>() { return error.message(); })*
        };
    }
    known!(Trouble, ConfigError, SettingsError, BaselineError, CheckError, SourceError, WriteError, ReplaceError);
    known!(VcsError, StateError, SealError, ProbeError, ArchiveError, LengthError);
    Message::text(error)
}
