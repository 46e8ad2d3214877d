//! A written page, parsed.

use base64::Engine as _;
use scraper::{ElementRef, Html, Selector};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// A written page, parsed.
pub(crate) struct Page {
    document: Html,
    /// As it was written.
    pub(crate) raw: String,
    /// What its script reads.
    pub(crate) data: Value,
    /// Its length in bytes without that.
    pub(crate) without_data: usize,
}

impl Page {
    pub(crate) fn parse(raw: &str) -> Self {
        let document = Html::parse_document(raw);
        let script = document.select(&selector("script#data")).next().unwrap().inner_html();
        let data = serde_json::from_str(&script).unwrap();
        Self { document, raw: raw.to_owned(), data, without_data: raw.len() - script.len() }
    }

    pub(crate) fn all(&self, what: &str) -> impl Iterator<Item = ElementRef<'_>> {
        self.document.select(&selector(what)).collect::<Vec<_>>().into_iter()
    }

    pub(crate) fn count(&self, what: &str) -> usize {
        self.all(what).count()
    }

    pub(crate) fn one(&self, what: &str) -> ElementRef<'_> {
        self.all(what).next().unwrap_or_else(|| panic!("no {what}"))
    }

    /// The text of the first such element, white space made one.
    pub(crate) fn text(&self, what: &str) -> String {
        self.one(what).text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

fn selector(what: &str) -> Selector {
    Selector::parse(what).unwrap()
}

/// The source expression of a style or script (CSP Level 3 §2.3.1).
pub(crate) fn digest(text: &str) -> String {
    format!("'sha256-{}'", base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text)))
}
