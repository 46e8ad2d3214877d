//! The ids that GitHub gives to headings.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

/// Everything but Ruby's `\p{Word}`, `-` and space is taken out of a heading.
static DROPPED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\- ]+").ok());

/// The ids of one file: each is given once.
#[derive(Debug, Default)]
pub(super) struct Slugs {
    given: HashMap<String, usize>,
}

impl Slugs {
    /// The id of the heading with this text.
    pub(super) fn give(&mut self, heading: &str) -> String {
        let slug = slug(heading);
        let mut number = self.given.get(&slug).copied();
        let mut unique = slug.clone();
        while let Some(last) = number {
            let next = last + 1;
            unique = format!("{slug}-{next}");
            self.given.insert(slug.clone(), next);
            number = self.given.contains_key(&unique).then_some(next);
        }
        self.given.insert(unique.clone(), 0);
        unique
    }
}

fn slug(heading: &str) -> String {
    let lower = heading.trim().to_lowercase();
    let kept = match &*DROPPED {
        Some(dropped) => dropped.replace_all(&lower, ""),
        None => lower.as_str().into(),
    };
    kept.replace(' ', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_github_s() {
        let cases = [
            ("中文标题", "中文标题"),
            ("1. 中文 Title 2", "1-中文-title-2"),
            ("C++ & C#", "c--c"),
            ("a\u{3000}b", "ab"),
            ("A.B", "ab"),
            ("🎉 x", "-x"),
            ("snake_case ① １２", "snake_case--１２"),
            ("!!!", ""),
        ];
        for (heading, expected) in cases {
            assert_eq!(slug(heading), expected, "{heading}");
        }
    }

    #[test]
    fn a_second_heading_of_the_same_text_is_numbered() {
        let mut slugs = Slugs::default();
        let given: Vec<String> = ["a", "a", "a-1", "a", ""].iter().map(|heading| slugs.give(heading)).collect();
        assert_eq!(given, ["a", "a-1", "a-1-1", "a-2", ""]);
    }
}
