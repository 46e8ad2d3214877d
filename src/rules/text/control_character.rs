use crate::declare_rule;
use crate::facts::Reading;
use crate::finding::Meta;
use crate::language::{Message, say};
use crate::rules::{DocumentSink, Rule, Settings};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Finds C0 and C1 control characters (U+0000–U+001F, U+007F–U+009F) other than tab and line ends.
    ///
    /// ## Why is this bad?
    /// HTML forbids them, feeds with them are not well-formed XML and are refused by readers, and in front matter
    /// they make the YAML invalid. They come from copying out of terminals and word processors, or from text that
    /// was read in the wrong encoding.
    ///
    /// ## Example
    /// A vertical tab (U+000B) where a line break was meant, or a backspace (U+0008).
    ///
    /// ## Use instead
    /// Take the character out.
    pub(crate) struct ControlCharacter; "TX005", "control-character", Warning, DataSuspect
}

impl Rule for ControlCharacter {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, _settings: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        let bytes = reading.text.as_bytes();
        let (mut count, mut first) = (0_u64, None::<(usize, char)>);
        let mut note = |at: usize, control: char| {
            count += 1;
            first = Some(first.map_or((at, control), |first| first.min((at, control))));
        };
        if holds(bytes, is_odd) && holds(bytes, |byte| u8::from(is_control(byte))) {
            let controls = bytes.iter().enumerate().filter(|(_, byte)| is_control(**byte));
            controls.for_each(|(at, &byte)| note(at, char::from(byte)));
        }
        c1_controls(bytes).for_each(|(at, control)| note(at, control));
        let Some((at, control)) = first else { return };
        let span = Span::of(at..at + control.len_utf8());
        let mut shown = say!("{code}", code = format!("U+{:04X}", u32::from(control)));
        if let Some(name) = name(control) {
            shown = say!("{code} ({name})", code = shown, name);
        }
        let message = if count == 1 {
            say!("a control character, {name}", name = shown)
        } else {
            say!("{count} control characters, the first here is {name}", count, name = shown)
        };
        sink.report(&Self::META, span, message)
            .help(say!("take it out; feeds that contain it are not well-formed XML"));
    }
}

fn is_control(byte: u8) -> bool {
    (byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')) || byte == 0x7F
}

/// What may be a control, for a first look: few texts have tabs or carriage returns, and to tell these from controls would
/// cost each byte of all others half as much again.
#[inline]
fn is_odd(byte: u8) -> u8 {
    u8::from(byte < 0x20) & u8::from(byte != b'\n') | u8::from(byte == 0x7F)
}

/// Whether `is_it` gives 1 for any of the bytes: without branches inside a block, so that it runs over many at once.
#[inline]
fn holds(bytes: &[u8], is_it: impl Fn(u8) -> u8) -> bool {
    let (blocks, rest) = bytes.as_chunks::<128>();
    let any = |block: &[u8]| block.iter().fold(0, |any, byte| any | is_it(*byte)) != 0;
    blocks.iter().any(|block| any(block)) || any(rest)
}

/// C1 controls; those that continue a UTF-8 sequence which was read as Latin-1 belong to the rule about that.
fn c1_controls(bytes: &[u8]) -> impl Iterator<Item = (usize, char)> {
    memchr::memchr_iter(0xC2, bytes).filter_map(|at| {
        let second = *bytes.get(at + 1)?;
        let before = at.checked_sub(2).and_then(|two| bytes.get(two..at)).unwrap_or_default();
        let continues = matches!(before, [0xC2, 0x80..=0xBF] | [0xC3, 0x82..=0xB4]);
        ((0x80..0xA0).contains(&second) && !continues).then(|| (at, char::from(second)))
    })
}

fn name(control: char) -> Option<Message> {
    Some(match control {
        '\0' => say!("null"),
        '\u{7}' => say!("bell"),
        '\u{8}' => say!("backspace"),
        '\u{B}' => say!("vertical tab"),
        '\u{C}' => say!("form feed"),
        '\u{1A}' => say!("substitute"),
        '\u{1B}' => say!("escape"),
        '\u{7F}' => say!("delete"),
        '\u{85}' => say!("next line"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check, findings};

    fn first(text: &str) -> Option<(u32, String)> {
        let found = findings(&ControlCharacter, &Settings::default(), "_posts/2022-01-17-a.md", text.as_bytes());
        assert!(found.len() <= 1);
        found.first().map(|finding| (finding.span.start, finding.message.clone()))
    }

    #[test]
    fn every_control_is_found() {
        for code in (0..0x20).chain(0x7F..0xA0) {
            let control = char::from_u32(code).unwrap();
            let expected = (!"\t\n\r".contains(control)).then_some(7);
            assert_eq!(first(&format!("中文 {control}x")).map(|found| found.0), expected, "U+{code:04X}");
        }
    }

    #[test]
    fn every_control_is_odd() {
        assert!((0..=u8::MAX).all(|byte| is_odd(byte) == 1 || !is_control(byte)));
    }

    #[test]
    fn one_finding_counts_them_all() {
        let (at, message) = first("a\u{85}b\u{1B}[31mc\u{0}").unwrap();
        assert_eq!((at, message.as_str()), (1, "3 control characters, the first here is U+0085 (next line)"));
    }

    #[test]
    fn line_ends_and_letters_near_the_controls_are_none() {
        check(&ControlCharacter, "a\tb\r\nc\rd\n·é\u{A0}中\u{200B}\u{2028}\n");
    }

    #[test]
    fn what_was_read_as_latin_1_is_another_rule_s() {
        check(&ControlCharacter, "ä\u{B8}\u{AD}æ\u{96}\u{87}\n");
    }

    #[test]
    fn damaged_bytes_are_read_without_trouble() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(findings(&ControlCharacter, &Settings::default(), "a.md", &bytes).len(), 1);
    }
}
