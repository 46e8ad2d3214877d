//! An address as the JSON report has it.
//!
//! There are millions of them, and a serializer would look at every key and every number of each anew. So the line is
//! written as it reads in the file, and only what is foreign in it is looked at.

use std::io;

use memchr::memchr2;
use serde::Serialize;

use super::super::shown::{find_hidden, is_surely_plain, masked};
use super::super::{Context, Row, Spot};
use super::lines::Lines;
use super::{moment, redirects};

/// Appends an address and its places.
pub(super) fn write(
    address: &Row<'_>,
    places: &[Spot<'_>],
    context: &Context<'_>,
    out: &mut Vec<u8>,
) -> io::Result<()> {
    let outcome = address.outcome;
    text(out, "{\"url\": \"", Some(&(context.mask)(address.url)))?;
    text(out, ", \"verdict\": \"", Some(outcome.verdict.name()))?;
    text(out, ", \"reason\": \"", Some(&outcome.reason.name()))?;
    match outcome.status {
        Some(status) => number(out, ", \"status\": ", status.into()),
        None => out.extend_from_slice(b", \"status\": null"),
    }
    text(out, ", \"final_url\": \"", outcome.final_url.as_deref().map(context.mask).as_deref())?;
    out.extend_from_slice(b", \"redirects\": ");
    if outcome.redirects.is_empty() {
        out.extend_from_slice(b"[]");
    } else {
        serialized(out, &redirects(outcome, context))?;
    }
    text(out, ", \"checked_at\": \"", outcome.checked_at.map(moment).as_deref())?;
    out.extend_from_slice(if address.from_state { b", \"from_state\": true" } else { b", \"from_state\": false" });
    if let Some(origin) = address.origin {
        text(out, ", \"origin\": \"", Some(&masked(context.mask, origin)))?;
    }
    number(out, ", \"attempts\": ", outcome.attempts.into());
    number(out, ", \"elapsed_ms\": ", outcome.elapsed_ms.into());
    let evidence = outcome.evidence.as_deref().map(|evidence| masked(context.mask, evidence));
    text(out, ", \"evidence\": \"", evidence.as_deref())?;
    number(out, ", \"occurrences\": ", address.occurrences);
    out.extend_from_slice(b", \"places\": [");
    for (number, place) in places.iter().enumerate() {
        out.extend_from_slice(if number == 0 { b"" } else { b", " });
        write_place(place, context, out)?;
    }
    out.extend_from_slice(b"]}");
    Ok(())
}

fn write_place(place: &Spot<'_>, context: &Context<'_>, out: &mut Vec<u8>) -> io::Result<()> {
    text(out, "{\"path\": \"", Some(place.path))?;
    number(out, ", \"line\": ", place.line.into());
    number(out, ", \"column\": ", place.column.into());
    text(out, ", \"text\": \"", Some(&masked(context.mask, place.text)))?;
    out.push(b'}');
    Ok(())
}

/// Appends a text behind its key, which ends with the quotation mark; most have nothing in them that must be escaped.
#[inline]
fn text(out: &mut Vec<u8>, key: &'static str, text: Option<&str>) -> io::Result<()> {
    let bare = || key.strip_suffix('"').unwrap_or(key).as_bytes();
    let Some(text) = text else {
        out.extend_from_slice(bare());
        out.extend_from_slice(b"null");
        return Ok(());
    };
    let is_plain = || memchr2(b'"', b'\\', text.as_bytes()).is_none() && find_hidden(text).is_none();
    if !is_surely_plain(text) && !is_plain() {
        out.extend_from_slice(bare());
        return serialized(out, text);
    }
    out.reserve(key.len() + text.len() + 1);
    out.extend_from_slice(key.as_bytes());
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
    Ok(())
}

#[inline]
fn number(out: &mut Vec<u8>, key: &'static str, number: u64) {
    out.extend_from_slice(key.as_bytes());
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// Appends a value within the row as a serializer writes it.
fn serialized(out: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) -> io::Result<()> {
    Ok(value.serialize(&mut serde_json::Serializer::with_formatter(out, Lines::within(3)))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_text_is_written_as_a_serializer_writes_it(plain in any::<String>(), words in "[a-z /中，。\"\\\\\u{1b}\u{7f}\u{202e}]{0,40}") {
            for text_of_it in [plain.as_str(), words.as_str()] {
                let (mut written, mut expected) = (Vec::new(), b"\"key\": ".to_vec());
                text(&mut written, "\"key\": \"", Some(text_of_it)).unwrap();
                serialized(&mut expected, text_of_it).unwrap();
                prop_assert_eq!(String::from_utf8(written).unwrap(), String::from_utf8(expected).unwrap());
            }
        }

        #[test]
        fn a_number_is_written_in_decimal(any in any::<u64>(), small in 0_u64..300) {
            for number_of_it in [any, small, 0, u64::MAX] {
                let mut written = Vec::new();
                number(&mut written, "\"key\": ", number_of_it);
                prop_assert_eq!(String::from_utf8(written).unwrap(), format!("\"key\": {number_of_it}"));
            }
        }
    }
}
