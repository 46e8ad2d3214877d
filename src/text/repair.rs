//! Reads bytes, or text that was read wrongly, in another encoding.

use encoding_rs::Encoding;

/// `bytes` read in the encoding of a WHATWG name; `None` if there is no such encoding, or a byte does not fit.
pub fn read_as(encoding: &str, bytes: &[u8]) -> Option<String> {
    let encoding = Encoding::for_label(encoding.as_bytes())?;
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    Some(text.into_owned())
}

/// The bytes of a character in GB18030's two-byte part (GBK), if it is there.
pub fn gbk_bytes(c: char) -> Option<[u8; 2]> {
    let mut utf8 = [0; 4];
    let (bytes, _, unmappable) = encoding_rs::GBK.encode(c.encode_utf8(&mut utf8));
    match (&*bytes, unmappable) {
        (&[lead, trail], false) => Some([lead, trail]),
        _ => None,
    }
}

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
