//! How the JSON report is laid out: what stands on a line of its own, and what is escaped.

use std::io::{self, Write};

use serde_json::ser::Formatter;

use super::super::shown::find_hidden;

/// Puts each element of the outer two levels on a line of its own, and escapes what a terminal would obey.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Lines {
    depth: u32,
}

impl Lines {
    /// For a value that stands within so many others.
    pub(super) fn within(depth: u32) -> Self {
        Self { depth }
    }

    fn between<W: ?Sized + Write>(self, writer: &mut W, first: bool) -> io::Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        match self.depth {
            1 => writer.write_all(b"\n  "),
            2 => writer.write_all(b"\n    "),
            _ if first => Ok(()),
            _ => writer.write_all(b" "),
        }
    }

    fn close<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        match self.depth {
            1 => writer.write_all(b"\n")?,
            2 => writer.write_all(b"\n  ")?,
            _ => {}
        }
        self.depth = self.depth.saturating_sub(1);
        writer.write_all(bracket)
    }
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth += 1;
        writer.write_all(b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.between(writer, first)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth += 1;
        writer.write_all(b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.between(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        write_escaped(writer, fragment)
    }
}

/// Everything on one line, for records that are lines; what a terminal would obey is escaped.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::report) struct OneLine;

impl Formatter for OneLine {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        write_escaped(writer, fragment)
    }
}

/// Writes a piece of a string in which serde has escaped what JSON itself forbids.
fn write_escaped<W: ?Sized + Write>(writer: &mut W, fragment: &str) -> io::Result<()> {
    let mut rest = fragment;
    while let Some(at) = find_hidden(rest) {
        let (good, hidden) = rest.split_at(at);
        writer.write_all(good.as_bytes())?;
        let mut after = hidden.chars();
        let mut units = [0; 2];
        for unit in after.next().unwrap_or_default().encode_utf16(&mut units) {
            write!(writer, "\\u{unit:04x}")?;
        }
        rest = after.as_str();
    }
    writer.write_all(rest.as_bytes())
}
