//! What can happen to an archive.

use super::Random;
use super::archive::{Archive, CATEGORIES, link, place, post};

impl Archive {
    /// Lets something happen, and says what.
    pub(super) fn step(&mut self, random: &mut Random) -> String {
        match random.below(20) {
            0..=4 => {
                let path = place(random);
                self.put(&path, post(&path, random));
                format!("written {path}")
            }
            5..=7 => self.with_post(random, |archive, path, random| {
                archive.put(path, post(path, random));
                "edited"
            }),
            8..=10 => self.with_post(random, |archive, path, _| archive.file_away(path)),
            11 | 12 => self.with_post(random, |archive, path, _| {
                archive.take(path);
                "deleted"
            }),
            13 => self.with_post(random, |archive, path, random| {
                let bytes = archive.files().get(path).cloned().unwrap_or_default();
                archive.put(&place(random), bytes);
                "copied"
            }),
            14 => self.category(random),
            15 | 16 => self.page(random),
            _ => self.other(random),
        }
    }

    fn with_post(
        &mut self,
        random: &mut Random,
        act: impl FnOnce(&mut Self, &str, &mut Random) -> &'static str,
    ) -> String {
        match self.some_post(random) {
            Some(path) => format!("{} {path}", act(self, &path, random)),
            None => "nothing".to_owned(),
        }
    }

    /// Moves a post to the archive folder or back.
    fn file_away(&mut self, path: &str) -> &'static str {
        let name = path.rsplit('/').next().unwrap_or_default();
        let folder = if path.starts_with("old_post/") { "_posts" } else { "old_post" };
        let Some(bytes) = self.take(path) else { return "nothing" };
        self.put(&format!("{folder}/{name}"), bytes);
        "moved"
    }

    fn category(&mut self, random: &mut Random) -> String {
        let category = random.pick(&CATEGORIES);
        let is_gone = self.take(&format!("category/{category}.html")).is_some() && random.chance(500);
        if !is_gone {
            self.put_category(category, ["other", category][random.below(2)]);
        }
        format!("category {category}, gone: {is_gone}")
    }

    fn page(&mut self, random: &mut Random) -> String {
        let title = random.pick(&["a", "b", "c"]);
        if random.chance(150) {
            self.take("about.md");
            return "about.md gone".to_owned();
        }
        if random.chance(500) {
            self.put("about.md", format!("---\nlayout: default\n---\n## {title}\n\ntext\n\n{}\n", link(random)));
            return "about.md".to_owned();
        }
        let include = random.pick(&["{% include foot.html %}", "{% include head.html %}", ""]);
        let links = format!("{}\n{}\n", link(random), link(random));
        self.put("index.html", format!("---\nlayout: default\n---\n{include}<a href=\"/about.html#a\">x</a>\n"));
        self.put("links.md", format!("---\nlayout: default\n---\n{links}"));
        "index.html, links.md".to_owned()
    }

    fn other(&mut self, random: &mut Random) -> String {
        let number = random.below(3);
        let path = match random.below(5) {
            0 | 1 => format!("assets/{number}.png"),
            2 => "_includes/foot.html".to_owned(),
            3 => "_layouts/category.html".to_owned(),
            _ => format!("was/{number}/index.html"),
        };
        if self.take(&path).is_some() {
            return format!("{path} gone");
        }
        self.put(&path, "x\n");
        format!("{path} came")
    }
}
