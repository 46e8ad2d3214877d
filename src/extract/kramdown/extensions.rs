//! What stands in braces as a block: attribute lists, attributes for a block, and extensions.

use std::rc::Rc;

use super::attributes::{Attributes, brace_then_newline, closing_brace};
use super::blocks::{Parser, Step};
use super::characters::{
    byte_at, is_ascii_word, is_space, name_end, part, skip_spaces, skip_while, space_then_newline, starts_with,
};
use super::lines::attribute_line;
use super::scan::{Needle, Scan};
use super::tree::{Id, Kind, Left, Slice};

/// The start of an extension.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extension {
    /// The end of the name, which begins behind `{::`.
    pub(super) name: (usize, usize),
    /// Where the settings begin and end.
    pub(super) settings: (usize, usize),
    /// Whether it has no content.
    pub(super) closed: bool,
    /// Offset behind the closing brace.
    pub(super) end: usize,
}

/// `{::name settings}` or `{::name settings/}` at an offset, if `accept` takes the offset behind it.
pub(super) fn extension_start(text: &str, at: usize, accept: impl Fn(usize) -> bool) -> Option<Extension> {
    if !starts_with(text, at, "{::") {
        return None;
    }
    let name = (at + 3, skip_while(text, at + 3, is_ascii_word));
    let taken = |close: usize| accept(close + 1).then_some(());
    let close = if is_space(byte_at(text, name.1)) {
        let first = name.1 + 1;
        if byte_at(text, first) == b'}' {
            taken(first)?;
            first
        } else {
            closing_brace(text, first, taken)?.0
        }
    } else {
        let close = name.1 + usize::from(byte_at(text, name.1) == b'/');
        (byte_at(text, close) == b'}').then_some(close)?;
        taken(close)?;
        close
    };
    let closed = close > name.1 && byte_at(text, close - 1) == b'/';
    let settings = (name.1, close - usize::from(closed));
    (name.1 > name.0).then_some(Extension { name, settings, closed, end: close + 1 })
}

/// `{:/}` or `{:/name}` at an offset: the name, and the offset behind it.
pub(super) fn extension_stop(text: &str, at: usize) -> Option<(&str, usize)> {
    if !starts_with(text, at, "{:/") {
        return None;
    }
    let stop = name_end(text, at + 3).unwrap_or(at + 3);
    (byte_at(text, stop) == b'}').then_some((part(text, at + 3, stop), stop + 1))
}

impl<'t> Parser<'t> {
    /// An attribute list with a name, attributes for a block, or an extension.
    pub(super) fn extension(&mut self, parent: Id, scan: &mut Scan<'t>) -> Step {
        let buffer = Rc::clone(&scan.buffer);
        let text = buffer.text();
        let start = skip_spaces(text, scan.at, 3);
        if !starts_with(text, start, "{:") {
            return Step::Not;
        }
        if let Some(stop) = name_end(text, start + 2).filter(|stop| byte_at(text, *stop) == b':')
            && let Some((close, end)) = brace_then_newline(text, stop + 1)
        {
            scan.at = end;
            let name = part(text, start + 2, stop).to_owned();
            self.lists.entry(name).or_default().read(&buffer, stop + 1, close);
            self.append(parent, Kind::Left(Left::Other));
            return Step::Done;
        }
        let on_its_line = |end| space_then_newline(text, end).is_some();
        if let Some(extension) = extension_start(text, start, on_its_line) {
            return self.block_extension(parent, scan, extension);
        }
        if extension_stop(text, start).is_some_and(|(_, end)| on_its_line(end)) {
            return Step::Not;
        }
        self.block_attributes(parent, scan)
    }

    fn block_attributes(&mut self, parent: Id, scan: &mut Scan<'t>) -> Step {
        let buffer = Rc::clone(&scan.buffer);
        let text = buffer.text();
        let Some((from, to, end)) = attribute_line(text, scan.at) else { return Step::Not };
        scan.at = end;
        let last = self
            .tree
            .last(parent, 0)
            .filter(|last| !matches!(self.tree.kind(*last), Kind::Blank(_) | Kind::Left(Left::Nothing | Left::Other)));
        let Some(last) = last else {
            self.waiting.get_or_insert_default().read(&buffer, from, to);
            return Step::Done;
        };
        if let Some(node) = self.tree.node_mut(last) {
            node.attributes.get_or_insert_default().read(&buffer, from, to);
        }
        if attribute_line(text, end).is_none() {
            self.append(parent, Kind::Left(Left::Other));
        }
        Step::Done
    }

    fn block_extension(&mut self, parent: Id, scan: &mut Scan<'t>, extension: Extension) -> Step {
        let buffer = Rc::clone(&scan.buffer);
        let text = buffer.text();
        let name = part(text, extension.name.0, extension.name.1);
        let body = line_end_after(text, extension.end);
        let mut end = body;
        let mut content = None;
        if !extension.closed {
            let Some((stop, behind)) = block_stop(scan, body, name) else { return Step::Not };
            content = Some((body, stop));
            end = behind;
        }
        let mut settings = Attributes::default();
        settings.read(&buffer, extension.settings.0, extension.settings.1);
        match name {
            "comment" | "nomarkdown" => {
                let printed = name == "nomarkdown" && is_for_html(&settings);
                if let Some((from, to)) = content {
                    let to = if printed { to } else { from };
                    self.tree.append(parent, Kind::Verbatim(Slice { buffer: Rc::clone(&buffer), from, to }));
                }
            }
            "options" => {
                self.options.set(&settings);
                self.append(parent, Kind::Left(Left::Other));
            }
            _ => return Step::Not,
        }
        scan.at = end;
        Step::Done
    }
}

/// Whether a block of raw text is meant for HTML.
pub(super) fn is_for_html(settings: &Attributes) -> bool {
    let kinds = settings.given.iter().rev().find(|given| given.name == "type");
    kinds.is_none_or(|kinds| {
        kinds.value.trim().is_empty() || kinds.value.split_ascii_whitespace().any(|kind| kind == "html")
    })
}

/// The newline that ends the line of a start, which has nothing but white space behind it.
fn line_end_after(text: &str, at: usize) -> usize {
    space_then_newline(text, at).unwrap_or(at)
}

/// The line that ends an extension: where it begins, and the offset behind it.
fn block_stop(scan: &mut Scan<'_>, from: usize, name: &str) -> Option<(usize, usize)> {
    let buffer = Rc::clone(&scan.buffer);
    let text = buffer.text();
    let mut at = from;
    if scan.lacks_stop(from, name) {
        return None;
    }
    for _ in 0..32 {
        let Some(found) = scan.find(Needle::Stop, at) else { break };
        let stop = extension_stop(text, found).filter(|(written, _)| written.is_empty() || *written == name);
        if let Some(end) = stop.and_then(|(_, end)| space_then_newline(text, end)) {
            let line = text.get(..found)?.rfind('\n').map_or(0, |newline| newline + 1).max(from);
            if skip_spaces(text, line, 3) == found {
                return Some((line, end));
            }
        }
        at = found + 1;
    }
    scan.misses_stop(from, name);
    None
}
