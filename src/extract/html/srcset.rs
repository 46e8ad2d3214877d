//! The addresses in a `srcset` (WHATWG HTML, "parse a srcset attribute").

use std::ops::Range;

use super::tokens::is_space;

/// The places of the addresses.
pub(super) fn candidates(value: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = value.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let skipped = bytes.get(at..)?.iter().position(|&byte| !is_space(byte) && byte != b',')?;
        let start = at + skipped;
        let rest = bytes.get(start..)?;
        let end = start + rest.iter().position(|&byte| is_space(byte)).unwrap_or(rest.len());
        let address = bytes.get(start..end)?;
        let commas = address.iter().rev().take_while(|&&byte| byte == b',').count();
        // A comma right behind an address says that it has no descriptors.
        at = if commas > 0 { end } else { behind_descriptors(bytes, end) };
        Some(start..end - commas)
    })
}

/// Behind the comma that ends the descriptors; commas in parentheses do not.
fn behind_descriptors(bytes: &[u8], from: usize) -> usize {
    let mut is_in_parentheses = false;
    for (offset, byte) in bytes.iter().enumerate().skip(from) {
        match byte {
            b'(' => is_in_parentheses = true,
            b')' => is_in_parentheses = false,
            b',' if !is_in_parentheses => return offset + 1,
            _ => {}
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(value: &str) -> Vec<&str> {
        candidates(value).map(|range| value.get(range).unwrap()).collect()
    }

    #[test]
    fn each_candidate_is_an_address() {
        assert_eq!(addresses("a.png 1x, b.png 2x"), ["a.png", "b.png"]);
        assert_eq!(addresses(" ,a.png,, b.png 100w,c.png"), ["a.png", "b.png", "c.png"]);
        assert_eq!(addresses("a.png 1x (b, c), d.png"), ["a.png", "d.png"]);
        assert_eq!(addresses("http://h/a,b.png 1x"), ["http://h/a,b.png"]);
        assert_eq!(addresses("data:image/png;base64,xx== 1x"), ["data:image/png;base64,xx=="]);
    }

    #[test]
    fn emptiness_and_damage_give_none() {
        for value in ["", " ", ",,,", " , "] {
            assert!(addresses(value).is_empty(), "{value:?}");
        }
        assert_eq!(addresses("a.png (((("), ["a.png"]);
    }
}
