//! Ruby's `File.fnmatch` without flags, as Jekyll uses it for `include` and `exclude`.
//!
//! Without the flag for path names `*` crosses `/`, and because Jekyll puts the source's path before both sides,
//! a leading dot is nothing special. Braces mean themselves.

/// Whether `pattern` matches all of `text`. Never slower than the product of both lengths.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut place) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    loop {
        if pattern.get(at) == Some(&'*') {
            at += 1;
            retry = Some((at, place));
            continue;
        }
        let step = text.get(place).and_then(|&c| single(&pattern, at, c));
        if let Some(next) = step {
            (at, place) = (next, place + 1);
            continue;
        }
        if place == text.len() && at == pattern.len() {
            return true;
        }
        match &mut retry {
            Some((star, from)) if *from < text.len() => {
                *from += 1;
                (at, place) = (*star, *from);
            }
            _ => return false,
        }
    }
}

/// Whether a pattern has a character that means something else than itself.
pub(super) fn is_glob(pattern: &str) -> bool {
    pattern.contains(['*', '?', '[', '\\'])
}

/// The index behind the pattern's element at `at`, if that element matches `c`.
fn single(pattern: &[char], at: usize, c: char) -> Option<usize> {
    match pattern.get(at)? {
        '?' => Some(at + 1),
        '[' => bracket(pattern, at + 1, c),
        '\\' => match pattern.get(at + 1) {
            Some(&escaped) => (escaped == c).then_some(at + 2),
            None => (c == '\\').then_some(at + 1),
        },
        &plain => (plain == c).then_some(at + 1),
    }
}

fn bracket(pattern: &[char], mut at: usize, c: char) -> Option<usize> {
    let negated = matches!(pattern.get(at), Some('!' | '^'));
    if negated {
        at += 1;
    }
    let mut found = false;
    loop {
        match pattern.get(at)? {
            ']' => return (found != negated).then_some(at + 1),
            '\\' => at += 1,
            _ => {}
        }
        let low = *pattern.get(at)?;
        at += 1;
        let mut high = low;
        if pattern.get(at) == Some(&'-') && pattern.get(at + 1).is_some_and(|&end| end != ']') {
            at += 1;
            if pattern.get(at) == Some(&'\\') {
                at += 1;
            }
            high = *pattern.get(at)?;
            at += 1;
        }
        found |= (low..=high).contains(&c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_cross_slashes_and_dots() {
        assert!(matches("*.md", "a/b/.c.md"));
        assert!(matches("a/**/*.md", "a/b/c.md"));
        assert!(!matches("a/**/*.md", "a/c.md"));
        assert!(matches("a*c", "abbbc"));
        assert!(!matches("a*c", "abbb"));
        assert!(matches("", ""));
        assert!(matches("*", ""));
    }

    #[test]
    fn sets_negate_and_range() {
        assert!(matches("[a-c]x", "bx"));
        assert!(!matches("[!a-c]x", "bx"));
        assert!(matches("[^a-c]x", "中x"));
        assert!(!matches("[abc", "a"));
        assert!(matches("\\*", "*"));
        assert!(!matches("\\*", "x"));
        assert!(matches("{a,b}", "{a,b}"));
    }

    #[test]
    fn hostile_patterns_end() {
        let text = "a".repeat(2000);
        let pattern = "*a".repeat(200) + "b";
        assert!(!matches(&pattern, &text));
    }
}
