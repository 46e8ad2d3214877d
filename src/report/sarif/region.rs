//! Places of the archive as SARIF names them: an address relative to the base, and a region of the file.

use std::cell::RefCell;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::super::Context;
use super::log::{ArtifactLocation, Location, Message, PhysicalLocation, Region, RegionLines};
use crate::finding::Lines;
use crate::text::{LineIndex, Span, decode};

/// The name of the folder that relative addresses begin at.
pub(super) const BASE: &str = "SRCROOT";

/// What a segment of a path may not show (RFC 3986 §3.3). A colon in the first segment would make it a scheme.
const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b':')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A file's text and its lines.
type Indexed = (String, LineIndex);

/// The files of the archive, for the lines of edits; the last one that was read is kept.
pub(super) struct Files<'c> {
    pub(super) context: &'c Context<'c>,
    last: RefCell<Option<(String, Option<Indexed>)>>,
}

impl<'c> Files<'c> {
    pub(super) fn new(context: &'c Context<'c>) -> Self {
        Self { context, last: RefCell::new(None) }
    }

    /// Where a file is, as an address.
    pub(super) fn artifact(&self, path: &str) -> ArtifactLocation {
        let path = self.context.in_repository(path);
        ArtifactLocation { uri: utf8_percent_encode(&path, SEGMENT).to_string(), uri_base_id: BASE }
    }

    /// A place in a file, with a number and words if it explains a result.
    pub(super) fn location(
        &self,
        path: &str,
        (span, lines): (Span, Option<Lines>),
        label: Option<(usize, Message)>,
    ) -> Location {
        let (id, message) = label.unzip();
        // GitHub drops a result without a line.
        let lines = Some(lines.map_or(FIRST, region_lines));
        let region = Region { lines, byte_offset: span.start, byte_length: span.len() };
        Location { id, physical_location: PhysicalLocation { artifact_location: self.artifact(path), region }, message }
    }

    /// The region of an edit. A file that cannot be read gives bytes only.
    pub(super) fn region(&self, path: &str, span: Span) -> Region {
        let mut last = self.last.borrow_mut();
        if last.as_ref().is_none_or(|(read, _)| read != path) {
            let text = (self.context.source)(path).map(|bytes| decode(&bytes).text.into_owned());
            let indexed = text.map(|text| {
                let index = LineIndex::new(&text);
                (text, index)
            });
            *last = Some((path.to_owned(), indexed));
        }
        let lines = last.as_ref().and_then(|(_, indexed)| indexed.as_ref()).map(|(text, index)| {
            let at = |offset| index.position(text, offset);
            region_lines(Lines { start: at(span.start), end: at(span.end) })
        });
        Region { lines, byte_offset: span.start, byte_length: span.len() }
    }
}

/// The beginning of a file.
const FIRST: RegionLines = RegionLines { start_line: 1, start_column: 1, end_line: 1, end_column: 1 };

fn region_lines(lines: Lines) -> RegionLines {
    RegionLines {
        start_line: lines.start.line,
        start_column: lines.start.utf16_column,
        end_line: lines.end.line,
        end_column: lines.end.utf16_column,
    }
}
