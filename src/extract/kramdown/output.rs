//! Walks the tree of blocks as kramdown's converter does, and gathers what a browser finds in what it prints.

use std::borrow::Cow;
use std::collections::HashMap;

use super::Page;
use super::attributes::Given;
use super::blocks::Parser;
use super::ids::Ids;
use super::options::Printing;
use super::printed::decoded;
use super::tree::{Id, Kind, ROOT, Slice};

/// How many links that lie in one another get a text.
pub(super) const NESTED: usize = 8;

/// A step of the walk.
enum Work {
    Enter(Id),
    Leave(Id),
}

/// A heading, for the table of contents.
pub(super) struct Heading {
    id: String,
    listed: bool,
}

/// What is gathered.
pub(super) struct Print<'t> {
    pub(super) text: &'t str,
    pub(super) parser: Parser<'t>,
    printing: Printing,
    pub(super) page: Page<'t>,
    pub(super) ids: Ids,
    /// The text of the links that are open, and for each its place and where its text begins.
    pub(super) collected: String,
    pub(super) open: Vec<(Option<usize>, usize)>,
    /// How many of the open links get a text.
    pub(super) reading: usize,
    /// The text of the heading that is open, as far as it makes the id.
    pub(super) heading: Option<String>,
    /// Whether its start tag, which has the id, is read as text.
    pub(super) heading_is_hidden: bool,
    /// The open element whose content a browser reads as text.
    pub(super) hidden: Option<&'static str>,
    /// How many elements of HTML are open in the text that is being printed.
    pub(super) raw_spans: usize,
    /// The elements of HTML that are open around it.
    pub(super) elements: Vec<Id>,
    pub(super) headings: Vec<Heading>,
    pub(super) contents: Option<String>,
    pub(super) placed: bool,
    pub(super) marks: HashMap<String, (usize, usize)>,
    pub(super) notes: Vec<(Id, String)>,
    /// Whether a footnote is being printed; its headings get ids in kramdown's own way.
    pub(super) in_notes: bool,
}

/// Prints a parsed text; and what `printing` should have been, where the text itself set that later.
pub(super) fn print<'t>(parser: Parser<'t>, text: &'t str, printing: Option<Printing>) -> (Page<'t>, Option<Printing>) {
    let printing = printing.unwrap_or_else(|| parser.options.printing());
    let mut print = Print {
        text,
        parser,
        printing,
        page: Page::default(),
        ids: Ids::default(),
        collected: String::new(),
        open: Vec::new(),
        reading: 0,
        heading: None,
        heading_is_hidden: false,
        hidden: None,
        raw_spans: 0,
        elements: Vec::new(),
        headings: Vec::new(),
        contents: None,
        placed: false,
        marks: HashMap::new(),
        notes: Vec::new(),
        in_notes: false,
    };
    print.walk(ROOT);
    print.in_notes = true;
    let mut next = 0;
    while let Some((note, id)) = print.notes.get(next).cloned() {
        print.add_id(Cow::Owned(id));
        print.walk(note);
        next += 1;
    }
    print.read_hidden_notes();
    print.table_of_contents();
    let mut page = print.page;
    page.steps = print.parser.steps;
    page.extraction.links.sort_by_key(|link| (link.span.start, std::cmp::Reverse(link.span.end)));
    page.swallowed.append(&mut print.parser.swallowed);
    page.swallowed.sort();
    page.swallowed.dedup();
    let wanted = print.parser.options.printing();
    (page, Some(wanted).filter(|wanted| *wanted != print.printing))
}

impl<'t> Print<'t> {
    /// Footnotes that nothing refers to are not printed, and kramdown parses them all the same: what their text sets holds
    /// for the page.
    fn read_hidden_notes(&mut self) {
        if !self.text.contains("{::options") {
            return;
        }
        let shown: Vec<Id> = self.notes.iter().map(|(content, _)| *content).collect();
        let mut hidden: Vec<Id> = self.parser.footnotes.values().map(|(content, _)| *content).collect();
        hidden.retain(|content| !shown.contains(content));
        hidden.sort_unstable();
        let (page, headings) = (std::mem::take(&mut self.page), self.headings.len());
        for content in hidden {
            self.walk(content);
        }
        self.page = page;
        self.headings.truncate(headings);
    }

    fn walk(&mut self, root: Id) {
        let mut work = vec![Work::Enter(root)];
        while let Some(step) = work.pop() {
            match step {
                Work::Enter(id) => {
                    if self.enter(id) {
                        work.push(Work::Leave(id));
                        work.extend(self.parser.tree.children(id).iter().rev().map(|child| Work::Enter(*child)));
                    }
                }
                Work::Leave(id) => self.leave(id),
            }
        }
    }

    /// Begins a block; says whether its children are printed.
    fn enter(&mut self, id: Id) -> bool {
        if matches!(self.parser.tree.kind(id), Kind::List) {
            return !self.is_placeholder(id);
        }
        match self.parser.tree.kind(id) {
            Kind::Blank(_) | Kind::Left(_) => return false,
            Kind::Html(_) => self.enter_element(id),
            Kind::Text(_) | Kind::Joined(_) => {
                if let Some(slice) = self.parser.tree.text(id) {
                    self.spans(&slice);
                }
                return false;
            }
            Kind::RawText(slice) => {
                let slice = slice.clone();
                self.raw_text(&slice);
                return false;
            }
            Kind::Verbatim(slice) => {
                let slice = slice.clone();
                self.verbatim(&slice.buffer, slice.from, slice.to);
                return false;
            }
            Kind::Heading => {
                self.heading = Some(String::new());
                self.heading_is_hidden = self.hidden.is_some();
            }
            Kind::Paragraph(true) | Kind::Root | Kind::Footnote => {}
            _ => self.block_id(id),
        }
        true
    }

    fn leave(&mut self, id: Id) {
        match self.parser.tree.kind(id) {
            Kind::Heading => {
                self.leave_heading(id);
                self.add_text("\n");
            }
            Kind::Html(_) => self.leave_element(id),
            Kind::Paragraph(_) | Kind::Item | Kind::Quote | Kind::Cell | Kind::Term | Kind::Details => {
                self.add_text("\n");
            }
            _ => {}
        }
    }

    /// A list that `{:toc}` or `{:footnotes}` replaces.
    fn is_placeholder(&mut self, id: Id) -> bool {
        let given = self.given(id);
        let node = self.parser.tree.node(id);
        let refers = |name: &str| {
            let attributes = node.and_then(|node| node.attributes.as_ref());
            attributes.is_some_and(|attributes| attributes.references.iter().any(|reference| reference == name))
        };
        if self.contents.is_none() && refers("toc") {
            let id = last(&given, "id").map_or("markdown-toc", |id| id.value.as_str());
            self.contents = Some(id.to_owned());
            return true;
        }
        let placed = !self.placed && refers("footnotes");
        self.placed |= placed;
        if !placed {
            self.add_ids(&given);
        }
        placed
    }

    /// The attributes that braces give to a block.
    pub(super) fn given(&self, id: Id) -> Vec<Given> {
        let mut given = Vec::new();
        if let Some(attributes) = self.parser.tree.node(id).and_then(|node| node.attributes.as_ref()) {
            attributes.resolve(&self.parser.lists, &mut given);
        }
        given
    }

    fn block_id(&mut self, id: Id) {
        if self.parser.tree.node(id).is_some_and(|node| node.attributes.is_some()) {
            let given = self.given(id);
            self.add_ids(&given);
        }
    }

    pub(super) fn add_ids(&mut self, given: &[Given]) {
        if let Some(id) = last(given, "id") {
            self.add_id(Cow::Owned(id.value.clone()));
        }
    }

    pub(super) fn add_id(&mut self, id: Cow<'t, str>) {
        if !id.trim().is_empty() && self.hidden.is_none() {
            self.page.extraction.ids.push(decoded(id));
        }
    }

    fn leave_heading(&mut self, id: Id) {
        let text = self.heading.take().unwrap_or_default();
        let given = self.given(id);
        let named = self.parser.tree.node(id).and_then(|node| node.id.as_ref()).map(|id| id.text().to_owned());
        let (options, prefix) = (&self.parser.options, self.printing.auto_id_prefix.as_str());
        let id = match last(&given, "id").map(|id| id.value.clone()).or(named) {
            Some(id) => id,
            None if !self.printing.auto_ids => return,
            None if options.is_github() && self.elements.is_empty() && !self.in_notes => self.ids.github(prefix, &text),
            None if options.is_github() => self.ids.own(prefix, &text),
            None => {
                let child = self.parser.tree.children(id).first().copied();
                let written = child.and_then(|child| self.parser.tree.text(child));
                self.ids.own(prefix, written.as_ref().map_or("", Slice::text))
            }
        };
        let unlisted = given.iter().any(|given| given.name == "class" && has_word(&given.value, "no_toc"));
        self.headings.push(Heading { id: id.clone(), listed: !unlisted });
        let hidden = self.hidden.take();
        if !self.heading_is_hidden {
            self.add_id(Cow::Owned(id));
        }
        self.hidden = hidden;
    }

    /// A mark of a footnote: the link to the note is made, but its ids can be linked to.
    pub(super) fn footnote(&mut self, name: &str) {
        let Some((content, _)) = self.parser.footnotes.get(name).copied() else { return };
        let printed = format!("{}{name}", self.printing.footnote_prefix);
        let next = self.notes.len() + 1;
        let (count, number) = self.marks.entry(printed.clone()).or_insert((0, next));
        let (again, number) = (*count, *number);
        *count += 1;
        if again == 0 {
            self.notes.push((content, format!("fn:{printed}")));
            self.add_id(Cow::Owned(format!("fnref:{printed}")));
        } else {
            self.add_id(Cow::Owned(format!("fnref:{printed}:{again}")));
        }
        self.add_text(&number.to_string());
    }

    fn table_of_contents(&mut self) {
        let Some(own) = self.contents.take() else { return };
        let listed = self.headings.iter().filter(|heading| heading.listed);
        let ids: Vec<String> = listed.map(|heading| format!("{own}-{}", heading.id)).collect();
        if !ids.is_empty() {
            self.page.extraction.ids.push(Cow::Owned(own));
        }
        self.page.extraction.ids.extend(ids.into_iter().map(Cow::Owned));
    }
}

pub(super) fn last<'g>(given: &'g [Given], name: &str) -> Option<&'g Given> {
    given.iter().rev().find(|given| given.name == name)
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|found| found == word)
}
