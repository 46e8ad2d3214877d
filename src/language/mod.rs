//! What postproof says, and in which language.
//!
//! A sentence is made with `say!`, which keeps its template and what is put in it apart; English prints the template,
//! Chinese looks it up in the one catalogue, `zh.txt`. Nothing is translated before it is said, so that a run without
//! findings costs nothing. Codes, names of rules, verdicts and everything that programs read have no language.

mod catalogue;
mod message;
mod trouble;

#[cfg(test)]
pub(crate) use catalogue::helps;
pub(crate) use catalogue::{help, page};
pub use message::{Argument, Message};
pub(crate) use message::{assert_placeholders, mark, say};
pub(crate) use trouble::{Saying, Trouble};

/// A language that postproof speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English, in which the templates are written.
    #[default]
    English,
    /// Chinese, in simplified characters.
    Chinese,
}

impl Language {
    /// The language of a name such as `zh`, `zh-CN`, `zh_CN.UTF-8` or `en`; `None` for others.
    pub fn named(name: &str) -> Option<Self> {
        let word = name.split(['-', '_', '.', '@']).next().unwrap_or_default();
        match word.to_ascii_lowercase().as_str() {
            "zh" => Some(Self::Chinese),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    /// The language that an environment asks for (POSIX.1-2017, 8.2): the first of `LC_ALL`, `LC_MESSAGES` and `LANG`
    /// that is set and not empty decides, and what postproof does not speak is English.
    pub fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(variable).find(|value| !value.is_empty());
        set.and_then(|name| Self::named(&name)).unwrap_or_default()
    }

    /// Its name as BCP 47 writes it.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_systems_write_them() {
        for name in ["zh", "zh-CN", "zh_CN.UTF-8", "ZH_tw@stroke", "zh.GB18030"] {
            assert_eq!(Language::named(name), Some(Language::Chinese), "{name}");
        }
        assert_eq!(Language::named("en_GB"), Some(Language::English));
        for name in ["", "C", "POSIX", "zhuang", "de_DE.UTF-8", "_zh"] {
            assert_eq!(Language::named(name), None, "{name}");
        }
    }

    #[test]
    fn the_first_variable_that_is_set_decides() {
        let of = |set: &[(&str, &str)]| {
            Language::of_environment(|name| {
                set.iter().find(|(set, _)| *set == name).map(|(_, value)| (*value).to_owned())
            })
        };
        assert_eq!(of(&[]), Language::English);
        assert_eq!(of(&[("LANG", "zh_CN.UTF-8")]), Language::Chinese);
        assert_eq!(of(&[("LC_ALL", "C"), ("LANG", "zh_CN.UTF-8")]), Language::English);
        assert_eq!(of(&[("LC_ALL", ""), ("LC_MESSAGES", "zh_CN"), ("LANG", "en_US")]), Language::Chinese);
    }
}
