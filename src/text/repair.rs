//! Reads bytes, or text that was read wrongly, in another encoding.

use std::sync::LazyLock;

use encoding_rs::Encoding;

/// `bytes` read in the encoding of a WHATWG name; `None` if there is no such encoding, or a byte does not fit.
pub fn read_as(encoding: &str, bytes: &[u8]) -> Option<String> {
    let encoding = Encoding::for_label(encoding.as_bytes())?;
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    Some(text.into_owned())
}

/// The bytes of a character of the Basic Multilingual Plane in GBK, if it has two there.
pub fn gbk_bytes(c: char) -> Option<[u8; 2]> {
    let pair = *GBK.get(u32::from(c) as usize)?;
    (pair != 0).then(|| pair.to_be_bytes())
}

/// For each character of the Basic Multilingual Plane its two bytes in GBK, or 0.
///
/// `encoding_rs` looks for a character by walking its tables; text that is judged character by character needs this.
static GBK: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let pairs: Vec<u16> =
        (0x81..=0xFE_u16).flat_map(|lead| (0x40..=0xFE).map(move |trail| lead << 8 | trail)).collect();
    let bytes: Vec<u8> = pairs.iter().flat_map(|pair| [pair.to_be_bytes().as_slice(), b"\n"].concat()).collect();
    let (text, _) = encoding_rs::GBK.decode_without_bom_handling(&bytes);
    let mut table = vec![0; 0x1_0000];
    for (pair, line) in pairs.iter().zip(text.split('\n')) {
        let mut characters = line.chars();
        if let (Some(c), None) = (characters.next(), characters.next())
            && c != '\u{FFFD}'
            && let Some(slot) = table.get_mut(u32::from(c) as usize)
            && *slot == 0
        {
            *slot = *pair;
        }
    }
    table
});

/// The byte that windows-1252 or ISO-8859-1 shows as `c`, if it is not ASCII.
pub fn latin_byte(c: char) -> Option<u8> {
    const EXTRA: [(char, u8); 27] = [
        ('€', 0x80),
        ('‚', 0x82),
        ('ƒ', 0x83),
        ('„', 0x84),
        ('…', 0x85),
        ('†', 0x86),
        ('‡', 0x87),
        ('ˆ', 0x88),
        ('‰', 0x89),
        ('Š', 0x8A),
        ('‹', 0x8B),
        ('Œ', 0x8C),
        ('Ž', 0x8E),
        ('‘', 0x91),
        ('’', 0x92),
        ('“', 0x93),
        ('”', 0x94),
        ('•', 0x95),
        ('–', 0x96),
        ('—', 0x97),
        ('˜', 0x98),
        ('™', 0x99),
        ('š', 0x9A),
        ('›', 0x9B),
        ('œ', 0x9C),
        ('ž', 0x9E),
        ('Ÿ', 0x9F),
    ];
    match u8::try_from(c) {
        Ok(byte) => (byte >= 0x80).then_some(byte),
        Err(_) => EXTRA.iter().find(|(extra, _)| *extra == c).map(|(_, byte)| *byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_readings_are_turned_back() {
        let latin: Vec<u8> = "ä¸\u{AD}æ–‡".chars().map(|c| latin_byte(c).unwrap()).collect();
        assert_eq!(String::from_utf8(latin).unwrap(), "中文");
        let gbk: Vec<u8> = "浣犲ソ".chars().flat_map(|c| gbk_bytes(c).unwrap()).collect();
        assert_eq!(String::from_utf8(gbk).unwrap(), "你好");
        assert_eq!((gbk_bytes('a'), gbk_bytes('🎉'), latin_byte('a'), latin_byte('中')), (None, None, None, None));
    }

    #[test]
    fn every_pair_of_gbk_is_known() {
        let known = (0..=0xFFFF).filter_map(char::from_u32).filter_map(|c| gbk_bytes(c).map(|bytes| (c, bytes)));
        let mut count = 0;
        for (c, bytes) in known {
            assert_eq!(read_as("GBK", &bytes), Some(c.to_string()));
            count += 1;
        }
        assert!(count > 23_000, "{count}");
    }

    #[test]
    fn windows_1252_is_the_standard_s() {
        for byte in 0x80..=0xFF_u8 {
            let (text, _, _) = encoding_rs::WINDOWS_1252.decode(std::slice::from_ref(&byte));
            assert_eq!(latin_byte(text.chars().next().unwrap()), Some(byte));
        }
    }

    #[test]
    fn bytes_are_read_in_a_named_encoding() {
        assert_eq!(read_as("GB18030", b"\xD6\xD0\xCE\xC4").as_deref(), Some("中文"));
        assert_eq!(read_as("GB18030", b"\xFF\xFF"), None);
        assert_eq!(read_as("no such", b"a"), None);
    }
}
