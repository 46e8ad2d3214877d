//! The entities that kramdown knows: those of HTML 4. Others are printed as they were written.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Name and code point of each, one a line.
static LIST: &str = include_str!("entities.txt");

static BY_NAME: LazyLock<HashMap<&'static str, char>> = LazyLock::new(|| {
    let pair = |line: &'static str| {
        let (name, code) = line.split_once(' ')?;
        Some((name, char::from_u32(u32::from_str_radix(code, 16).ok()?)?))
    };
    LIST.lines().filter_map(pair).collect()
});

/// The code points that numbers of Windows' western code page are taken for, from 128 on.
const WINDOWS: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";

/// The character of a name.
pub(super) fn entity(name: &str) -> Option<char> {
    BY_NAME.get(name).copied()
}

/// The character of a number; the replacement character where there is none.
pub(super) fn character(number: u32) -> char {
    let windows = number.checked_sub(128).and_then(|index| WINDOWS.chars().nth(index as usize));
    windows.or_else(|| char::from_u32(number)).unwrap_or(char::REPLACEMENT_CHARACTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names() {
        assert_eq!(character(0x4E2D), '中');
        assert_eq!(character(150), '–');
        assert_eq!(character(0xD800), '\u{FFFD}');
        assert_eq!(entity("mdash"), Some('—'));
        assert_eq!(entity("check"), None);
    }
}
