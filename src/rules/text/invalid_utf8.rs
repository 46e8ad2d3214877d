use crate::declare_rule;
use crate::document::Kind;
use crate::facts::Reading;
use crate::finding::{Effect, Meta};
use crate::language::{Message, say};
use crate::rules::{DocumentSink, Rule, Settings};
use crate::text::{Likely, Span, likely, read_as};

declare_rule! {
    /// ## What it does
    /// Finds files whose bytes are not UTF-8, and names the encoding that they most likely are, or says that they are no
    /// text at all.
    ///
    /// ## Why is this bad?
    /// Jekyll reads every file as UTF-8. It drops a post that is not, with one line in the build's log, and at a page
    /// the whole build stops.
    ///
    /// ## Example
    /// A post that was saved as GB18030: the bytes `D6 D0 CE C4` for 中文.
    ///
    /// ## Use instead
    /// Convert the file: `iconv -f GB18030 -t UTF-8 post.md`. Where the end of the file was cut off inside a
    /// character, bring the post back from its source or from history. A file that is no text (an image, an archive, what
    /// a broken disk left) becomes none by being converted.
    pub(crate) struct InvalidUtf8; "TX001", "invalid-utf8", Error, PostLost
}

/// Bytes that the judgement of the encoding looks at.
const SAMPLE: usize = 1 << 16;
/// Fewer bad bytes than this say nothing about an encoding.
const TOO_FEW: usize = 4;

impl Rule for InvalidUtf8 {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, _settings: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        let Some(&first) = reading.invalid.first() else { return };
        let (effect, result) = if reading.kind == Kind::Page {
            (Effect::BuildAbort, say!("Jekyll stops the whole build at a page like this"))
        } else {
            (Effect::PostLost, say!("Jekyll does not publish the post"))
        };
        let bad: usize = reading.invalid.iter().map(|span| span.len() as usize).sum();
        if let [only] = reading.invalid
            && ends_inside_a_character(reading.bytes, *only)
        {
            let message = say!("the file ends inside a character, so its end was lost; {result}", result);
            let help = say!("bring the file back from its source, or from history: `git log --follow` on it");
            sink.report(&Self::META, first, message).effect(effect).help(help);
            return;
        }
        let good = reading.text.bytes().filter(|byte| *byte >= 0x80).count();
        let is_mixed = good > bad;
        let (likely, is_mixed) = if bad < TOO_FEW { (Likely::Unclear, is_mixed) } else { judged(reading, is_mixed) };
        let message = match (bad, reading.invalid.len()) {
            (1, _) => say!("1 byte is not UTF-8"),
            (bytes, 1) => say!("{bytes} bytes are not UTF-8", bytes),
            (bytes, places) => say!("{bytes} bytes are not UTF-8 in {places} places", bytes, places),
        };
        let message = match likely {
            Likely::Text(encoding) => {
                say!("{message}, most likely {encoding}; {result}", message, encoding, result)
            }
            Likely::Binary if is_mixed => {
                say!("{message}, and where they stand is no text but binary data; {result}", message, result)
            }
            Likely::Binary => say!("{message}: the file is no text but binary data; {result}", message, result),
            Likely::Unclear => say!("{message}; {result}", message, result),
        };
        let finding = sink.report(&Self::META, first, message);
        finding.effect(effect).help(match likely {
            Likely::Text(encoding) if is_mixed => {
                say!("a part of the file is {encoding} and the rest UTF-8; write that part again as UTF-8", encoding)
            }
            Likely::Text(encoding) => advice(reading, encoding),
            Likely::Binary if is_mixed => say!("take that part out, or bring the file back from its source"),
            Likely::Binary => say!(
                "no conversion makes text of it: bring the file back from its source or from history, or keep it where nothing is read as a post or a page"
            ),
            Likely::Unclear => say!("replace the damaged bytes, or bring the file back from its source"),
        });
    }
}

/// Whether the bad bytes are the beginning of a character that the end of the file cut off.
fn ends_inside_a_character(bytes: &[u8], bad: Span) -> bool {
    let tail = bytes.get(bad.range()).unwrap_or_default();
    bad.end as usize == bytes.len() && std::str::from_utf8(tail).is_err_and(|error| error.error_len().is_none())
}

/// What the whole file most likely is, or, where most of it is good UTF-8, what the parts are that are not; and which of the
/// two it was. Where neither can be told, the lines may tell it: an encoding seldom changes within one.
fn judged(reading: &Reading<'_>, is_mixed: bool) -> (Likely, bool) {
    let first = if is_mixed {
        likely(&bad_parts(reading))
    } else {
        likely(reading.bytes.get(..SAMPLE.min(reading.bytes.len())).unwrap_or_default())
    };
    match first {
        Likely::Unclear => match likely(&bad_lines(reading.bytes)) {
            Likely::Text(encoding) => (Likely::Text(encoding), is_mixed || has_good_lines(reading.bytes)),
            _ => (first, is_mixed),
        },
        first => (first, is_mixed),
    }
}

/// Whether a line of a file is UTF-8 and more than ASCII.
fn has_good_lines(bytes: &[u8]) -> bool {
    bytes.split(|byte| *byte == b'\n').any(|line| !line.is_ascii() && std::str::from_utf8(line).is_ok())
}

/// The lines of a file that are not UTF-8.
fn bad_lines(bytes: &[u8]) -> Vec<u8> {
    let lines = bytes.split_inclusive(|byte| *byte == b'\n').filter(|line| std::str::from_utf8(line).is_err());
    lines.flatten().take(SAMPLE).copied().collect()
}

/// The parts of a file that are not UTF-8.
fn bad_parts(reading: &Reading<'_>) -> Vec<u8> {
    let mut sample = Vec::new();
    let mut done = 0;
    for span in reading.invalid {
        let start = before_pairs(reading.text, span.start as usize).max(done);
        // Some pairs of bytes of another encoding are UTF-8 by chance; they stand between the others.
        if start > done + 6 {
            sample.push(b'\n');
        } else {
            sample.extend_from_slice(reading.bytes.get(done..start).unwrap_or_default());
        }
        sample.extend_from_slice(reading.bytes.get(start..span.end as usize).unwrap_or_default());
        done = span.end as usize;
        if sample.len() > SAMPLE {
            break;
        }
    }
    sample
}

/// Where the characters of two bytes begin that stand before an offset.
fn before_pairs(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or_default().chars().rev();
    offset - 2 * before.take(16).take_while(|c| c.len_utf8() == 2).count()
}

fn advice(reading: &Reading<'_>, encoding: &str) -> Message {
    let sample = read_as(encoding, line_around(reading));
    let sample = sample.map(|text| text.trim().chars().take(30).collect::<String>()).filter(|text| !text.is_empty());
    let convert = say!("convert the file to UTF-8 with `iconv -f {encoding} -t UTF-8`", encoding);
    match sample {
        Some(text) => say!("{convert}; it then reads `{text}`", convert, text),
        None => convert,
    }
}

/// The bytes from the first bad one to the end of its line.
fn line_around<'t>(reading: &Reading<'t>) -> &'t [u8] {
    let start = reading.invalid.first().map_or(0, |span| span.start as usize);
    let line = reading.bytes.get(start..).unwrap_or_default();
    let end = memchr::memchr(b'\n', line).unwrap_or(line.len()).min(200);
    line.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Finding;
    use crate::rules::testing::{check, findings};

    fn judge(path: &str, bytes: &[u8]) -> Vec<Finding> {
        findings(&InvalidUtf8, &Settings::default(), path, bytes)
    }

    const POST: &str = "---\nlayout: post\ntitle: \"稳定劳动关系 为农民工办好实事\"\n---\n<p>日前，人力资源社会保障部办公厅、公安部办公厅、市场监管总局办公厅联合发文，通报表扬。</p>\n";

    #[test]
    fn a_post_in_another_encoding_is_named() {
        for (encoding, expected) in [(encoding_rs::GB18030, "GB18030"), (encoding_rs::BIG5, "Big5")] {
            let text = if expected == "Big5" {
                "---\ntitle: 記者從市政府獲悉\n---\n這項措施將於下個月開始實施，歡迎廣大市民監督與參與。\n"
            } else {
                POST
            };
            let found = judge("_posts/2022-01-17-a.md", &encoding.encode(text).0);
            assert_eq!(found.len(), 1);
            assert!(found[0].message.contains(&format!("most likely {expected}")), "{}", found[0].message);
            assert!(found[0].help.as_ref().unwrap().contains("it then reads `"), "{:?}", found[0].help);
            assert_eq!(found[0].effect, Effect::PostLost);
        }
    }

    #[test]
    fn a_page_stops_the_build() {
        let found = judge("about.md", &encoding_rs::GB18030.encode(POST).0);
        assert_eq!(found[0].effect, Effect::BuildAbort);
        assert!(found[0].message.ends_with("Jekyll stops the whole build at a page like this"));
    }

    #[test]
    fn gbk_in_a_utf8_file_is_judged_by_its_own_bytes() {
        let mut bytes = POST.repeat(3).into_bytes();
        bytes.extend_from_slice(&encoding_rs::GB18030.encode("记者从市政府获悉，这项措施将于下个月开始实施").0);
        let found = judge("_posts/2022-01-17-a.md", &bytes);
        assert!(found[0].message.contains("most likely GB18030"), "{}", found[0].message);
        assert!(found[0].help.as_ref().unwrap().contains("the rest UTF-8"));
        assert_eq!(found[0].span.start as usize, POST.len() * 3);
    }

    #[test]
    fn a_cut_inside_a_character_is_told_apart() {
        let text = "中文";
        for cut in [1, 2, 4, 5] {
            let found = judge("_posts/2022-01-17-a.md", &text.as_bytes()[..cut]);
            assert!(found[0].message.starts_with("the file ends inside a character"), "{}", found[0].message);
        }
        let found = judge("_posts/2022-01-17-a.md", b"a\xE4\xB8b");
        assert!(found[0].message.starts_with("2 bytes are not UTF-8;"), "{}", found[0].message);
        let found = judge("_posts/2022-01-17-a.md", b"a\xFF");
        assert!(found[0].message.starts_with("1 byte is not UTF-8;"), "{}", found[0].message);
    }

    #[test]
    fn utf16_is_named() {
        let bytes: Vec<u8> = [0xFEFF].into_iter().chain(POST.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let found = judge("_posts/2022-01-17-a.md", &bytes);
        assert!(found[0].message.contains("most likely UTF-16LE"), "{}", found[0].message);
    }

    /// Bytes without any order, and always the same ones.
    fn random(count: usize) -> Vec<u8> {
        let mut state = 88_172_645_463_325_252_u64;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_be_bytes()[3]
        };
        (0..count).map(|_| next()).collect()
    }

    #[test]
    fn data_is_called_data_and_nobody_is_told_to_convert_it() {
        for count in [600, 5000, 200_000] {
            let found = judge("_posts/2022-01-17-a.md", &random(count));
            let (message, help) = (&found[0].message, found[0].help.as_ref().unwrap());
            assert!(
                message.ends_with(": the file is no text but binary data; Jekyll does not publish the post"),
                "{message}"
            );
            assert!(!help.contains("iconv") && help.contains("from its source"), "{help}");
        }
        // Of a post into which a disk wrote something else, only that part.
        let broken = [POST.repeat(9).as_bytes(), &random(400)].concat();
        let found = judge("_posts/2022-01-17-a.md", &broken);
        assert!(
            found[0].message.contains(", and where they stand is no text but binary data; "),
            "{}",
            found[0].message
        );
        assert!(!found[0].help.as_ref().unwrap().contains("iconv"));
    }

    #[test]
    fn what_is_unclear_is_called_nothing() {
        let found = judge("_posts/2022-01-17-a.md", b"---\ntitle: a\n---\n\x81\x8D\x8F\x90\x9D \xFF\xFE\n");
        assert!(
            !found[0].message.contains("most likely") && !found[0].message.contains("binary"),
            "{}",
            found[0].message
        );
        assert!(!found[0].help.as_ref().unwrap().contains("iconv"));
    }

    #[test]
    fn utf8_in_a_gbk_file_leaves_the_rest_its_name() {
        let gbk = encoding_rs::GB18030.encode(POST).0.repeat(4);
        let bytes = [POST.as_bytes(), &gbk].concat();
        let found = judge("_posts/2022-01-17-a.md", &bytes);
        assert!(found[0].message.contains("most likely GB18030"), "{}", found[0].message);
        assert!(found[0].help.as_ref().unwrap().contains("the rest UTF-8"));
    }

    #[test]
    fn utf16_without_a_mark_is_named() {
        let bytes: Vec<u8> = POST.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let found = judge("_posts/2022-01-17-a.md", &bytes);
        assert!(found[0].message.contains("most likely UTF-16BE"), "{}", found[0].message);
        assert!(found[0].help.as_ref().unwrap().contains("`iconv -f UTF-16BE -t UTF-8`"));
    }

    #[test]
    fn good_text_is_left_alone() {
        check(&InvalidUtf8, POST);
        check(&InvalidUtf8, "");
    }

    #[test]
    fn any_bytes_give_one_finding_at_most() {
        let bytes: Vec<u8> = (0..=255).rev().cycle().take(100_000).collect();
        assert_eq!(judge("_posts/2022-01-17-a.md", &bytes).len(), 1);
    }
}
