//! The links, images and ids of a text as kramdown prints it.
//!
//! kramdown is what Jekyll renders posts with, and it does not agree with CommonMark about what a link is:
//! a tag that is never closed takes the rest of the text, a pipe in the first line makes a table, an unquoted
//! address in a tag makes the tag text. This scanner takes the same decisions as kramdown 2.4 with its GFM parser 1.1,
//! block by block and span by span, and keeps for each link the bytes of the file that it comes from.
//!
//! It does not render: text matters only where it is the text of a link or makes the id of a heading.
//! Left out are `html_to_native`, `transliterated_header_ids`, ids that `{:auto_ids}` gives to terms, and Liquid,
//! which Jekyll runs before.
//!
//! The work is linear in the size of the text. Where kramdown itself takes quadratic or exponential time, marks become
//! text after a fixed amount of work for each byte; blocks deeper than 100 and spans deeper than 60 levels are text.

mod attributes;
mod blocks;
mod buffer;
mod characters;
mod definition_lists;
mod definitions;
mod effort;
mod elements;
mod emphasis;
mod entities;
mod events;
mod extensions;
mod headings;
mod html_blocks;
mod ids;
mod known;
mod lines;
mod lists;
mod marks;
mod options;
mod output;
mod printed;
mod scan;
mod span_html;
mod span_links;
mod span_text;
mod spans;
mod swallowed;
mod tables;
mod tags;
mod tree;
mod verbatim;
mod written;

pub use options::{Input, Options, Quirk};
pub use swallowed::{Swallowed, Swallower};

use super::Extraction;
use crate::text::Span;

/// What kramdown makes of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page<'t> {
    /// The links and ids.
    pub extraction: Extraction<'t>,
    /// What looks like a link and is printed as text.
    pub swallowed: Vec<Swallowed>,
    /// How much work it took, in units that do not depend on the machine: about one for each byte of plain text.
    pub steps: u64,
}

/// Finds the links and ids of a file's body as kramdown prints them.
///
/// `body` lies in `text`; every span of the result counts from the start of `text`.
pub fn extract<'t>(options: &Options, text: &'t str, body: Span) -> Extraction<'t> {
    page(options, text, body).extraction
}

/// The same, with what is swallowed and how much work it took.
pub fn page<'t>(options: &Options, text: &'t str, body: Span) -> Page<'t> {
    let buffer = buffer::adapt(text, body);
    let parsed = || {
        let mut parser = blocks::Parser::new(options);
        parser.parse(&buffer);
        parser
    };
    let (page, changed) = output::print(parsed(), text, None);
    let Some(printing) = changed else { return page };
    // Here text is read while it is printed; what `{::options /}` in a text sets is known only behind it.
    let (again, _) = output::print(parsed(), text, Some(printing));
    Page { steps: page.steps + again.steps, ..again }
}

#[cfg(test)]
mod tests;
