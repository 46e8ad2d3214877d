//! What `kramdown:` in `_config.yml` and `{::options /}` in a text set.

use super::attributes::Attributes;

/// The parser that kramdown runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// `input: GFM`, what Jekyll sets.
    Github,
    /// `input: kramdown`.
    Kramdown,
}

/// A value of `gfm_quirks`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quirk {
    /// `paragraph_end`: a list, a heading, a quote or a fence ends a paragraph without a blank line.
    ParagraphEnd,
    /// `no_auto_typographic`: no dashes, dots and angle quotation marks are made.
    NoAutoTypographic,
}

/// The settings of kramdown that decide what links and ids a page has; the default is what Jekyll sets.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of kramdown's own, by its own name")]
pub struct Options {
    /// `input`.
    pub input: Input,
    /// `auto_ids`: whether headings get ids.
    pub auto_ids: bool,
    /// `auto_id_prefix`: what comes before each id of a heading.
    pub auto_id_prefix: String,
    /// `parse_block_html`: whether Markdown counts inside HTML that stands as a block.
    pub parse_block_html: bool,
    /// `parse_span_html`: whether Markdown counts inside HTML that stands in text.
    pub parse_span_html: bool,
    /// `hard_wrap`: whether each line of a paragraph ends with a break.
    pub hard_wrap: bool,
    /// `gfm_quirks`.
    pub quirks: Vec<Quirk>,
    /// `footnote_prefix`: what comes before the name in the ids of a footnote.
    pub footnote_prefix: String,
}

/// The settings that count when kramdown prints, and not while it reads: what is set last holds for the whole page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Printing {
    pub(super) auto_ids: bool,
    pub(super) auto_id_prefix: String,
    pub(super) footnote_prefix: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            input: Input::Github,
            auto_ids: true,
            auto_id_prefix: String::new(),
            parse_block_html: false,
            parse_span_html: true,
            hard_wrap: false,
            quirks: vec![Quirk::ParagraphEnd],
            footnote_prefix: String::new(),
        }
    }
}

impl Options {
    pub(super) fn is_github(&self) -> bool {
        self.input == Input::Github
    }

    pub(super) fn printing(&self) -> Printing {
        Printing {
            auto_ids: self.auto_ids,
            auto_id_prefix: self.auto_id_prefix.clone(),
            footnote_prefix: self.footnote_prefix.clone(),
        }
    }

    /// Whether a block may follow a paragraph without a blank line.
    pub(super) fn ends_paragraphs_early(&self) -> bool {
        self.is_github() && self.quirks.contains(&Quirk::ParagraphEnd)
    }

    /// Whether a backslash at the end of a line breaks it.
    pub(super) fn has_hard_breaks(&self) -> bool {
        self.is_github() && !self.hard_wrap
    }

    /// Whether `--`, `...` and `<<` are made into other characters.
    pub(super) fn has_symbols(&self) -> bool {
        !(self.is_github() && self.quirks.contains(&Quirk::NoAutoTypographic))
    }

    /// Takes over what `{::options /}` sets.
    pub(super) fn set(&mut self, settings: &Attributes) {
        for given in &settings.given {
            let truth = !given.value.trim().eq_ignore_ascii_case("false") && !given.value.is_empty();
            match given.name.as_str() {
                "auto_ids" => self.auto_ids = truth,
                "auto_id_prefix" => self.auto_id_prefix.clone_from(&given.value),
                "parse_block_html" => self.parse_block_html = truth,
                "parse_span_html" => self.parse_span_html = truth,
                "footnote_prefix" => self.footnote_prefix.clone_from(&given.value),
                _ => {}
            }
        }
    }
}
