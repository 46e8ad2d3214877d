//! What bytes that are not UTF-8 most likely are: text in which encoding, or no text at all.
//!
//! chardetng tells the encodings of text apart and takes every file for text: what can be nothing else it calls
//! windows-1252, in which nearly every byte means something. Data that is no text (an image, an archive, anything
//! compressed) is known by its control characters, which have the same bytes in every encoding but those of two bytes a
//! character: of such data every tenth byte is one, text has none, and damaged text few.

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

/// What bytes most likely are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likely {
    /// Text in an encoding, by its WHATWG name (`GB18030`, `Big5`, `windows-1252`).
    Text(&'static str),
    /// Data that is no text.
    Binary,
    /// Neither can be told: too few bytes, or text in several encodings.
    Unclear,
}

/// How many ordinary characters one control character weighs as much as: the odds of each in data and in text, where one
/// of ten and one of two hundred are none of text, by their logarithms.
const WEIGHT: usize = 29;
/// By how many ordinary characters data has to win to be called so: a thousand to one.
const CERTAIN: usize = 67;
/// Bytes beyond ASCII from which on the way they stand together says something.
const ENOUGH: usize = 16;

/// Pairs of ASCII from which on there is UTF-16 without a mark; fewer come of damage.
const FEW: usize = 8;

/// What bytes that are not UTF-8 most likely are.
pub fn likely(bytes: &[u8]) -> Likely {
    if let Some(encoding) = in_twos(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(bytes);
        return weigh(text.chars(), is_strange).unwrap_or(Likely::Text(encoding.name()));
    }
    let weighed = weigh(bytes.iter().copied(), |byte| is_strange(char::from(byte)) && byte.is_ascii());
    weighed.unwrap_or_else(|| match guess(bytes) {
        WINDOWS_1252_NAME if !is_western(bytes) => Likely::Unclear,
        // GB18030 is GBK and more; archives call the whole family by the newer name.
        "GBK" => Likely::Text("GB18030"),
        name => Likely::Text(name),
    })
}

const WINDOWS_1252_NAME: &str = "windows-1252";

fn guess(bytes: &[u8]) -> &'static str {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    detector.guess(None, chardetng::Utf8Detection::Deny).name()
}

/// UTF-16: by its mark, or because it is text then and has pairs of ASCII, with their zeros on one side. There are a few
/// characters with a zero on the other side, such as 一.
fn in_twos(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [0xFF, 0xFE, ..] => return Some(UTF_16LE),
        [0xFE, 0xFF, ..] => return Some(UTF_16BE),
        _ => {}
    }
    let pairs = |is_ascii: fn([u8; 2]) -> bool| bytes.as_chunks().0.iter().filter(|pair| is_ascii(**pair)).count();
    let (little, big) = (pairs(|[low, high]| low != 0 && high == 0), pairs(|[high, low]| low != 0 && high == 0));
    let encoding = if little >= FEW && little > 3 * big {
        UTF_16LE
    } else if big >= FEW && big > 3 * little {
        UTF_16BE
    } else {
        return None;
    };
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    weigh(text.chars(), is_strange).is_none().then_some(encoding)
}

/// What the characters that no text has say against text, weighed against all others; `None` if they say nothing. A run of
/// one and the same counts once: a disk that lost a block of a text leaves zeros in its place.
fn weigh<C: Copy + PartialEq>(characters: impl Iterator<Item = C>, is_strange: impl Fn(C) -> bool) -> Option<Likely> {
    let (mut strange, mut ordinary, mut last) = (0, 0, None);
    for character in characters {
        if !is_strange(character) {
            ordinary += 1;
        } else if last != Some(character) {
            strange += 1;
        }
        last = Some(character);
    }
    if strange * WEIGHT > ordinary + CERTAIN {
        Some(Likely::Binary)
    } else {
        (strange > 1 && strange * WEIGHT > ordinary).then_some(Likely::Unclear)
    }
}

/// Whether no text has a character: controls, but for those that move a printer or colour a terminal, what could not be
/// decoded, and what no standard gives a meaning.
fn is_strange(c: char) -> bool {
    matches!(c, '\0'..='\x07' | '\x0E'..='\x1A' | '\x1C'..='\x1F' | '\x7F'..='\u{9F}')
        || matches!(c, '\u{FFFD}' | '\u{E000}'..='\u{F8FF}' | '\u{FDD0}'..='\u{FDEF}' | '\u{F0000}'..)
        || u32::from(c) & 0xFFFE == 0xFFFE
}

/// Whether bytes can be windows-1252 and not only nothing else: it leaves five bytes without a meaning, and no language of
/// the West has most of its letters beyond ASCII in threes and more.
fn is_western(bytes: &[u8]) -> bool {
    let undefined = bytes.iter().filter(|byte| matches!(byte, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D)).count();
    let runs = bytes.split(u8::is_ascii).map(<[u8]>::len);
    let (all, long) = runs.fold((0, 0), |(all, long), run| (all + run, if run > 2 { long + run } else { long }));
    undefined * WEIGHT <= bytes.len() && (all < ENOUGH || 2 * long <= all)
}

#[cfg(test)]
mod tests {
    use encoding_rs::{BIG5, EUC_JP, EUC_KR, GB18030, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252};
    use proptest::prelude::*;

    use super::*;

    /// Texts of one language, and an encoding that they were written in.
    const TEXTS: [(&Encoding, &str, &str); 9] = [
        (
            GB18030,
            "GB18030",
            "日前，人力资源社会保障部办公厅、公安部办公厅联合发文，通报表扬全国清理整顿人力资源市场秩序专项行动。记者从市政府获悉，这项措施将于下个月开始实施，欢迎广大市民监督与参与。",
        ),
        (
            BIG5,
            "Big5",
            "記者從市政府獲悉，這項措施將於下個月開始實施，歡迎廣大市民監督與參與。昨日上午，隨著最後一台機器破土而出，地鐵六號線實現全線貫通。",
        ),
        (
            SHIFT_JIS,
            "Shift_JIS",
            "昨日の午前、最後の機械が地上に現れ、地下鉄六号線の全線がつながった。市の担当者は、来年の末に試運転を始めると話している。",
        ),
        (
            EUC_JP,
            "EUC-JP",
            "昨日の午前、最後の機械が地上に現れ、地下鉄六号線の全線がつながった。市の担当者は、来年の末に試運転を始めると話している。",
        ),
        (
            EUC_KR,
            "EUC-KR",
            "어제 오전 마지막 기계가 땅 위로 나오면서 지하철 육호선의 모든 구간이 연결되었다. 시는 내년 말에 시험 운행을 시작할 계획이다.",
        ),
        (
            WINDOWS_1251,
            "windows-1251",
            "Вчера утром последняя машина вышла на поверхность, и шестая линия метро соединилась на всём протяжении. Пробные поездки начнутся в конце года.",
        ),
        (
            WINDOWS_1252,
            "windows-1252",
            "Hier matin, la dernière machine est sortie de terre : la sixième ligne du métro est reliée à présent d’un bout à l’autre. « Les essais débuteront à la fin de l’année », a déclaré l’élu.",
        ),
        (
            WINDOWS_1252,
            "windows-1252",
            "Gestern früh kam die letzte Maschine ans Licht; über die ganze Länge ist die sechste Linie nun durchgängig. Die Züge fahren möglicherweise schon nächstes Jahr, heißt es.",
        ),
        (
            WINDOWS_1252,
            "windows-1252",
            "Í gærmorgun kom síðasta vélin upp á yfirborðið og er sjötta lína jarðlestarinnar þar með orðin að einni heild. Prófanir hefjast í lok næsta árs.",
        ),
    ];

    /// A part of a text, in characters, with front matter before it or without.
    fn part() -> impl Strategy<Value = (usize, String)> {
        let of = |at: usize| {
            let chars: Vec<char> = TEXTS[at].2.chars().collect();
            let count = chars.len();
            (Just(at), Just(chars), 0..count, 1..=count, any::<bool>(), 1..4_usize)
        };
        (0..TEXTS.len()).prop_flat_map(of).prop_map(|(at, chars, start, length, is_post, times)| {
            let text: String = chars.into_iter().cycle().skip(start).take(length).collect();
            let text = text.repeat(times);
            (at, if is_post { format!("---\nlayout: post\ntitle: \"{text}\"\n---\n<p>{text}</p>\n") } else { text })
        })
    }

    /// What chardetng says of bytes, whatever they are.
    fn told(bytes: &[u8]) -> Likely {
        let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Allow);
        detector.feed(bytes, true);
        match detector.guess(None, chardetng::Utf8Detection::Deny).name() {
            "GBK" => Likely::Text("GB18030"),
            name => Likely::Text(name),
        }
    }

    /// Bytes without any order, and always the same ones.
    fn random(seed: u64, count: usize) -> Vec<u8> {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.wrapping_mul(0x2545_F491_4F6C_DD1D).to_be_bytes()[0]
        };
        (0..count).map(|_| next()).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn text_keeps_the_guess_of_who_knows_encodings((at, text) in part()) {
            let (encoding, ..) = TEXTS[at];
            let (bytes, _, has_losses) = encoding.encode(&text);
            prop_assume!(!has_losses && std::str::from_utf8(&bytes).is_err());
            let (ours, told) = (likely(&bytes), told(&bytes));
            if told == Likely::Text(TEXTS[at].1) {
                prop_assert_eq!(ours, told, "{}", text);
            } else {
                prop_assert!(ours == told || ours == Likely::Unclear, "{}: {:?} and not {:?}", text, ours, told);
            }
        }

        #[test]
        fn utf_16_is_known_with_a_mark_and_without((_, text) in part(), is_little in any::<bool>(), has_mark in any::<bool>()) {
            // Without a mark there has to be ASCII, as there is in front matter.
            prop_assume!(has_mark || text.contains('\n'));
            let mark = has_mark.then_some(0xFEFF);
            let units = mark.into_iter().chain(text.encode_utf16());
            let bytes: Vec<u8> = units.flat_map(|unit| if is_little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect();
            prop_assert_eq!(likely(&bytes), Likely::Text(if is_little { "UTF-16LE" } else { "UTF-16BE" }), "{}", text);
        }

        #[test]
        fn a_little_damage_makes_no_data_of_text(
            (at, text) in part(),
            (place, bytes) in (any::<prop::sample::Index>(), prop::collection::vec(0..32_u8, 1..3)),
            zeros in 0..5000_usize,
        ) {
            let (encoding, ..) = TEXTS[at];
            let text = format!("---\nlayout: post\ntitle: \"{text}\"\n---\n<p>{text}</p>\n");
            let mut damaged = encoding.encode(&text).0.into_owned();
            let place = place.index(damaged.len());
            damaged.splice(place..place, bytes);
            damaged.resize(damaged.len() + zeros, 0);
            let told = likely(&damaged);
            let is_text = !matches!(told, Likely::Binary | Likely::Text("UTF-16LE" | "UTF-16BE"));
            prop_assert!(is_text, "{:?}: {:?}", text, told);
        }

        #[test]
        fn any_bytes_are_something(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            likely(&bytes);
        }
    }

    #[test]
    fn the_texts_are_known_as_a_whole() {
        for (encoding, name, text) in TEXTS {
            assert_eq!(likely(&encoding.encode(text).0), Likely::Text(name), "{text}");
        }
    }

    #[test]
    fn data_is_no_text() {
        for seed in 0..1000 {
            assert_eq!(likely(&random(seed, 512)), Likely::Binary, "{seed}");
        }
        // Of fewer bytes it is not certain, and seldom mistaken.
        let mistaken =
            |count| (0..1000).filter(|seed| matches!(likely(&random(*seed, count)), Likely::Text(_))).count();
        assert!(mistaken(128) < 20 && mistaken(64) < 200, "{} {}", mistaken(128), mistaken(64));
        // Beginnings that other readers take for a mark.
        for mark in [[0xFF, 0xFE], [0xFE, 0xFF]] {
            assert_eq!(likely(&[&mark[..], &random(7, 1024)].concat()), Likely::Binary);
        }
        let image = include_bytes!("../../.github/images/report-phone.png");
        for part in [&image[..], &image[..600], &image[9000..10_000]] {
            assert_eq!(likely(part), Likely::Binary);
        }
        // As programs and databases have them: numbers of four bytes, most of them small.
        let numbers: Vec<u8> = (0..300_u32).flat_map(|number| (number * number * 7).to_le_bytes()).collect();
        assert_eq!(likely(&numbers), Likely::Binary);
    }

    #[test]
    fn text_in_two_encodings_is_not_called_by_one_that_it_has_not() {
        let text = TEXTS[0].2;
        let both = [text.as_bytes(), &GB18030.encode(text).0].concat();
        assert_ne!(likely(&both), Likely::Text("windows-1252"));
        assert_ne!(likely(&both), Likely::Binary);
    }

    #[test]
    fn a_page_of_a_terminal_is_text() {
        let line =
            "\u{1b}[1mNAME\u{1b}[0m\n\tN\u{8}Na\u{8}am\u{8}me\u{8}e caf\u{e9} na\u{ef}ve r\u{e9}sum\u{e9}\u{c}\n"
                .repeat(20);
        assert_eq!(likely(&WINDOWS_1252.encode(&line).0), Likely::Text("windows-1252"));
    }
}
