//! The page: one HTML file that people read, with nothing to load and nothing to install.
//!
//! It opens on a plain answer, and is a readable document without scripts: an excerpt of the findings, pictures drawn
//! as SVG here, and what was not checked. With scripts, tables over all findings take the excerpt's place.
//! Text of the archive and of the web is escaped by the template, escaped once more in the data, and put in the document
//! as text by the script; a Content-Security-Policy allows the page's own style and scripts by their digests and nothing
//! else, so that even a mistake could not run or load anything.

mod chapters;
mod columns;
mod data;
mod pictures;
mod policy;
mod view;
mod words;

use std::io::{self, BufWriter, Write};

use askama::Template as _;

use super::{Context, Format, Report};

/// Findings in the page, the worst of them; and addresses. A page of more would be slow to open.
pub(super) const MAX_ROWS: usize = 100_000;

const STYLE: &str = include_str!("style.css");
const EARLY_SCRIPT: &str = include_str!("early.js");
const SCRIPT: &str = include_str!("script.js");

/// The format `html`, file `health.html`.
#[derive(Clone, Copy, Debug)]
pub struct Html;

impl Format for Html {
    fn name(&self) -> &'static str {
        "html"
    }

    fn file_name(&self) -> &'static str {
        "health.html"
    }

    fn write(&self, report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut out = BufWriter::with_capacity(1 << 16, out);
        let page = view::page(report, context)?;
        page.write_into(&mut out).map_err(io::Error::other)?;
        out.flush()
    }
}
