//! What was learned, as blocks of `postproof.yml`: each a comment that says how many posts do so, and the setting.

use crate::finding::subject_of;
use crate::language::{Language, Message, say};
use crate::learn::{Habit, Learned, Share};

/// A part of the settings file that `init` writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// Its name, which is the top-level key that it sets.
    pub(super) name: &'static str,
    /// Its lines, without the one that names it.
    pub(super) lines: Vec<String>,
}

impl Block {
    /// The line above the block, by which it is known again, and known to be as it was written.
    pub(super) fn mark(&self) -> String {
        format!("# learned: {} {}", self.name, digest(&self.lines))
    }
}

/// What lines are known by.
pub(super) fn digest<S: AsRef<str>>(lines: &[S]) -> String {
    let text: Vec<&str> = lines.iter().map(AsRef::as_ref).collect();
    format!("{:08x}", subject_of(&text.join("\n")) >> 32)
}

/// The blocks of what was learned.
pub(super) fn blocks(learned: &Learned, language: Language) -> Vec<Block> {
    let writer = Writer { language };
    let blocks = [
        Some(writer.posts(learned)),
        writer.front_matter(learned),
        writer.site(learned),
        writer.navigation(learned),
        writer.source_link(learned),
    ];
    blocks.into_iter().flatten().collect()
}

struct Writer {
    language: Language,
}

impl Writer {
    fn comment(&self, message: &Message) -> String {
        format!("# {}", message.in_language(self.language))
    }

    /// How many posts do so, and some that do not.
    fn share(share: &Share) -> Message {
        let (follow, of) = (share.follow, share.of);
        let percent = format!("{}.{}", share.permille() / 10, share.permille() % 10);
        let counted = say!("{follow} of {of} posts ({percent} %)", follow, of, percent);
        if share.strays.is_empty() {
            return counted;
        }
        say!("{counted}; not {strays}", counted, strays = share.strays.join(", "))
    }

    fn posts(&self, learned: &Learned) -> Block {
        let mut lines = Vec::new();
        if learned.folders.is_empty() {
            lines.push(
                self.comment(&say!("no post was found: a post is a file in _posts that is named YYYY-MM-DD-slug.md")),
            );
            for (folder, files) in &learned.likely_folders {
                let files = *files;
                lines.push(self.comment(&say!(
                    "{folder} has {files} Markdown files with front matter and a title",
                    folder,
                    files
                )));
            }
            if let Some((folder, _)) = learned.likely_folders.iter().max_by_key(|(_, files)| **files) {
                lines.push(self.comment(&say!("if they are posts, take the # away from the next two lines")));
                lines.extend(["# posts:".to_owned(), format!("#   folders: [{}]", quoted(folder))]);
            }
            return Block { name: "posts", lines };
        }
        for (folder, posts) in &learned.folders {
            let folder = if folder.is_empty() { "." } else { folder };
            lines.push(self.comment(&say!("posts in {folder}: {count}", folder, count = posts)));
        }
        let is_archive = |folder: &&String| !folder.split('/').any(|part| part == "_posts") && !folder.is_empty();
        let archive: Vec<String> = learned.folders.keys().filter(is_archive).map(|folder| quoted(folder)).collect();
        if !archive.is_empty() {
            lines.extend(["posts:".to_owned(), format!("  archive: [{}]", archive.join(", "))]);
        }
        Block { name: "posts", lines }
    }

    fn front_matter(&self, learned: &Learned) -> Option<Block> {
        if learned.fields.is_empty() {
            return None;
        }
        let mut lines = Vec::new();
        for field in &learned.fields {
            lines.push(self.comment(&say!(
                "{key} is {kind}: {share}",
                key = &field.key,
                kind = Message::marked(field.kind),
                share = Self::share(&field.share),
            )));
        }
        if let Some(Habit { value, share }) = &learned.layout {
            lines.push(self.comment(&say!("layout is {value}: {share}", value, share = Self::share(share))));
        }
        if let Some(Habit { value, share }) = &learned.tag_suffix {
            lines.push(self.comment(&say!("tags end with {value}: {share}", value, share = Self::share(share))));
        }
        let keys: Vec<String> = learned.fields.iter().map(|field| quoted(&field.key)).collect();
        lines.extend(["front_matter:".to_owned(), format!("  required: [{}]", keys.join(", "))]);
        Some(Block { name: "front_matter", lines })
    }

    fn site(&self, learned: &Learned) -> Option<Block> {
        if learned.hosts.is_empty() {
            return None;
        }
        let mut lines = vec![self.comment(&say!("other hosts that posts name the site by"))];
        lines.extend(["site:".to_owned(), "  aliases:".to_owned()]);
        for Habit { value, share } in &learned.hosts {
            let counted = Self::share(share).in_language(self.language);
            lines.push(format!("    - {} # {counted}", quoted(value)));
        }
        Some(Block { name: "site", lines })
    }

    fn navigation(&self, learned: &Learned) -> Option<Block> {
        if learned.navigation.is_empty() {
            return None;
        }
        let mut lines =
            vec![self.comment(&say!("the ways back that posts have: the text of the link, and where it leads"))];
        lines.push("navigation:".to_owned());
        for way in &learned.navigation {
            lines.push(format!("  {}", self.comment(&Self::share(&way.share))));
            lines.push(format!("  - text: {}", quoted(&way.text)));
            match way.targets.as_slice() {
                [only] => lines.push(format!("    target: {}", quoted(&only.value))),
                targets => {
                    lines.push("    target:".to_owned());
                    for Habit { value, share } in targets {
                        let counted = Self::share(share).in_language(self.language);
                        lines.push(format!("      - {} # {counted}", quoted(value)));
                    }
                }
            }
        }
        Some(Block { name: "navigation", lines })
    }

    fn source_link(&self, learned: &Learned) -> Option<Block> {
        let (first, others) = learned.source_links.split_first()?;
        let mut lines = vec![
            self.comment(&say!(
                "the link to the page that a post was taken from; {id} is that of the file's name",
                id = "{id}"
            )),
            self.comment(&Self::share(&first.share)),
        ];
        if others.is_empty() {
            lines.push(format!("source_link: {}", quoted(&first.value)));
        } else {
            lines.push("source_link:".to_owned());
            lines.extend(learned.source_links.iter().map(|habit| format!("  - {}", quoted(&habit.value))));
        }
        Some(Block { name: "source_link", lines })
    }
}

/// Text as YAML reads it back, whatever is in it: a string of JSON is one of YAML.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
