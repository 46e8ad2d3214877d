//! A post while it is being made: its parts, and what is wrong with which of them.

use super::Truth;

/// The line of a front-matter key in [`Draft::front`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Layout,
    Title,
    Date,
    Categories,
    Tags,
}

/// What a defect is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The file as a whole, or something that it lacks.
    Whole,
    /// Its first line.
    First,
    /// A line of the front matter.
    Front(usize),
    /// A line of the body.
    Body(usize),
    /// The source link.
    Source,
    /// The way back.
    Way,
    /// The first line of the copy that follows the post in the same file.
    Again,
}

/// A post in parts.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    /// `_posts` or `old_post`.
    pub(crate) folder: &'static str,
    /// The day in the file's name.
    pub(crate) day: jiff::civil::Date,
    /// What follows the day in the file's name.
    pub(crate) id: String,
    /// Whether the file's name has the day.
    pub(crate) is_dated: bool,
    /// Bytes before everything.
    pub(crate) prefix: &'static str,
    /// Whether the first and the last fence are there.
    pub(crate) fences: (bool, bool),
    /// The lines between the fences, by [`Key`].
    pub(crate) front: Vec<String>,
    /// The lines of the body.
    pub(crate) body: Vec<Vec<u8>>,
    /// The line of the source link.
    pub(crate) source: Option<String>,
    /// The line of the way back.
    pub(crate) way: Option<String>,
    /// The post's category.
    pub(crate) category: String,
    /// The post's tag.
    pub(crate) tag: String,
    /// Whether the file ends with a line end.
    pub(crate) ends_line: bool,
    /// Whether the whole post stands in the file twice.
    pub(crate) is_doubled: bool,
    /// Part, code and note of each defect.
    pub(crate) defects: Vec<(Part, &'static str, &'static str)>,
}

impl Draft {
    /// Notes that `part` makes rule `code` fire.
    pub(crate) fn blame(&mut self, part: Part, code: &'static str, note: &'static str) {
        self.defects.push((part, code, note));
    }

    /// Replaces a line of the front matter and blames it.
    pub(crate) fn spoil(&mut self, key: Key, line: impl Into<String>, code: &'static str, note: &'static str) {
        if let Some(slot) = self.front.get_mut(key as usize) {
            *slot = line.into();
        }
        self.blame(Part::Front(key as usize), code, note);
    }

    /// Adds a line to the body and blames it.
    pub(crate) fn append(&mut self, line: impl Into<Vec<u8>>, code: &'static str, note: &'static str) {
        self.body.push(line.into());
        self.blame(Part::Body(self.body.len() - 1), code, note);
    }

    /// Takes out everything that follows the body.
    pub(crate) fn cut_closing(&mut self) {
        (self.source, self.way) = (None, None);
        self.blame(Part::Whole, "NV001", "the way to the category is gone");
        self.blame(Part::Whole, "NV001", "the way home is gone");
        self.blame(Part::Whole, "NV007", "the source link is gone");
    }

    /// The path of the file in the archive.
    pub(crate) fn path(&self) -> String {
        let day = if self.is_dated { self.day.to_string() } else { String::new() };
        format!("{}/{day}-{}.md", self.folder, self.id)
    }

    /// The address that Jekyll gives the post while it lies in `_posts`.
    pub(crate) fn address(&self) -> String {
        let day = self.day.strftime("%Y/%m/%d");
        format!("//finews.withounder.com/{}/{day}/{}.html", self.category, self.id)
    }

    /// The bytes of the file, and the line of each defect.
    pub(crate) fn render(&self) -> (Vec<u8>, Vec<Truth>) {
        let mut page = Page { bytes: Vec::with_capacity(4096), line: 1, lines: Vec::new() };
        page.text(self.prefix);
        page.note(Part::First);
        self.render_once(&mut page);
        if self.is_doubled {
            page.text("\n\n");
            page.note(Part::Again);
            self.render_once(&mut page);
        }
        if self.ends_line {
            page.text("\n");
        }
        let truths = self.defects.iter().map(|&(part, code, note)| Truth { line: page.line_of(part), code, note });
        let truths = truths.collect();
        (page.bytes, truths)
    }

    fn render_once(&self, page: &mut Page) {
        if self.fences.0 {
            page.text("---\n");
        }
        for (number, line) in self.front.iter().enumerate() {
            page.note(Part::Front(number));
            page.text(line);
            page.text("\n");
        }
        if self.fences.1 {
            page.text("---\n");
        }
        for (number, line) in self.body.iter().enumerate() {
            page.text(if number == 0 { "" } else { "\n" });
            page.note(Part::Body(number));
            page.raw(line);
        }
        if let Some(source) = &self.source {
            page.text("\n\n");
            page.note(Part::Source);
            page.text(source);
        }
        if let Some(way) = &self.way {
            page.text("\n\n");
            page.note(Part::Way);
            page.text(way);
        }
    }
}

/// A file while it is being written.
struct Page {
    bytes: Vec<u8>,
    line: u32,
    lines: Vec<(Part, u32)>,
}

impl Page {
    fn text(&mut self, text: &str) {
        self.raw(text.as_bytes());
    }

    fn raw(&mut self, bytes: &[u8]) {
        let ends = memchr::memchr_iter(b'\n', bytes).count();
        self.line += u32::try_from(ends).unwrap_or(u32::MAX);
        self.bytes.extend_from_slice(bytes);
    }

    fn note(&mut self, part: Part) {
        self.lines.push((part, self.line));
    }

    fn line_of(&self, part: Part) -> u32 {
        self.lines.iter().find(|(noted, _)| *noted == part).map_or(0, |(_, line)| *line)
    }
}

/// The source link of an id.
pub(crate) fn source_link(id: &str) -> String {
    format!("<http://finews.zning.xyz/html_News/NewsShare.html?infoCode={id}>")
}

/// The way back of a category.
pub(crate) fn way_back(tag: &str, category: &str) -> String {
    let host = "//finews.withounder.com";
    format!("[返回{tag}]({host}/category/{category}.html)｜[返回首页]({host}/)")
}
