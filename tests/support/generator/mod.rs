//! Makes an archive of any size in the shape of the real one, with damage at known places.
//!
//! The same settings give the same bytes on every machine. Nothing is held in memory but one file at a time,
//! so the size of the archive is the disk's business. The articles are made of word tables and mean nothing.

mod article;
mod damage;
mod draft;
mod pages;
mod random;
pub(crate) mod repository;
mod rewrites;
mod words;

use std::fmt;

use article::{Medium, medium};
use damage::{Area, Kind};
use draft::{Draft, Key, Part, source_link, way_back};
use random::Random;
use rewrites::Rewrite;

/// What to make.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    /// Number of posts.
    pub(crate) posts: usize,
    /// Another seed gives another archive.
    pub(crate) seed: u64,
    /// Damaged posts among a thousand; 0 makes a healthy archive. Beyond 300, what rules learn from nearly all posts (how a
    /// post ends, TX008) is no longer to be learnt from the few that are published.
    pub(crate) damage: u32,
}

/// A file of the archive.
#[derive(Clone, Debug)]
pub(crate) struct File {
    /// Its path in the archive, with `/`.
    pub(crate) path: String,
    /// What is in it.
    pub(crate) bytes: Vec<u8>,
    /// What is wrong with it.
    pub(crate) truth: Vec<Truth>,
}

/// One finding that must be made about a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Truth {
    /// The line of the guilty bytes; 0 where the file as a whole is guilty, or lacks something.
    pub(crate) line: u32,
    /// The rule.
    pub(crate) code: &'static str,
    /// What was planted.
    pub(crate) note: &'static str,
}

/// As a row of the list beside the archive, without the path.
impl fmt::Display for Truth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\t{}\t{}", self.line, self.code, self.note)
    }
}

/// Every file of an archive: the site's own files, the category pages, then the posts from the oldest to the newest.
pub(crate) fn files(settings: Settings) -> impl Iterator<Item = File> {
    let plan = Plan::new(settings);
    let pages = pages::pages(plan.categories, settings.damage > 0);
    let odd = (settings.damage > 0).then(|| plan.odd_categories());
    let kept: Vec<File> = plan.rewrites().into_iter().filter_map(|rewrite| rewrite.was).collect();
    let posts = (0..settings.posts).map(move |number| plan.post(number));
    pages.into_iter().chain(posts).chain(odd.into_iter().flatten()).chain(kept)
}

/// What was done to an archive after it was sealed and committed; nothing to a healthy one.
pub(crate) fn rewrites(settings: Settings) -> Vec<Rewrite> {
    Plan::new(settings).rewrites()
}

/// Days after which an archive has a rhythm.
const RHYTHM: usize = 35;

/// What is decided before the first file is made.
struct Plan {
    settings: Settings,
    per_day: usize,
    days: usize,
    categories: usize,
    damage: Vec<Option<Kind>>,
}

impl Plan {
    fn new(settings: Settings) -> Self {
        let posts = settings.posts;
        let per_day = (posts / 50).clamp(5, 5000);
        let days = posts.div_ceil(per_day).max(1);
        let categories = (posts / 50).clamp(3, 2000);
        let mut plan = Self { settings, per_day, days, categories, damage: Vec::with_capacity(posts) };
        let mut random = Random::new(settings.seed, u64::MAX);
        let turns = [damage::kinds(false), damage::kinds(true)];
        let mut turn = [0_usize; 2];
        for number in 0..posts {
            let side = usize::from(plan.is_fresh(number));
            let (Some(kinds), Some(turn)) = (turns.get(side), turn.get_mut(side)) else { continue };
            let kind = kinds.get(*turn % kinds.len()).filter(|kind| plan.has_partner(number, kind.area));
            // The post that tells of the days without posts must be found as it is.
            let is_silent = plan.silence().is_some_and(|(first, _)| first == number);
            let kind = kind.filter(|_| random.chance(settings.damage) && !is_silent).copied();
            *turn += usize::from(kind.is_some());
            plan.damage.push(kind);
        }
        plan
    }

    /// The day of a post, counted from the first.
    fn day(&self, number: usize) -> usize {
        (number * self.days / self.settings.posts.max(1)).min(self.days - 1)
    }

    /// The first post behind days on which nothing was collected, and how many these are; a damaged archive that goes
    /// on for long enough to have a rhythm has them.
    fn silence(&self) -> Option<(usize, usize)> {
        let day = self.days * 4 / 5;
        let first = (day * self.settings.posts).div_ceil(self.days);
        (self.settings.damage > 0 && day >= RHYTHM).then_some((first, 2))
    }

    /// The post that a damaged one copies from or points to, by its area.
    fn partner(&self, number: usize, area: Area) -> Option<usize> {
        number.checked_sub(if area == Area::Days { self.per_day } else { 1 })
    }

    /// Whether what a kind of damage copies from or points to is there, healthy, and no other's.
    fn has_partner(&self, number: usize, area: Area) -> bool {
        let is_healthy = |other: usize| self.damage.get(other).is_some_and(Option::is_none);
        let is_paired =
            |other: usize| self.damage.get(other).is_some_and(|kind| kind.is_some_and(|kind| kind.area == Area::Pair));
        let partner = self.partner(number, area);
        match area {
            Area::Any | Area::Fresh => true,
            Area::Pair => partner.is_some_and(is_healthy),
            Area::Days => partner.is_some_and(|other| {
                // With an older id it would come before the post that tells of the days without posts.
                let is_after = self.silence().is_some_and(|(first, _)| (other + 1..=number).contains(&first));
                is_healthy(other) && !is_paired(other + 1) && !is_after && self.day(other) < self.day(number)
            }),
        }
    }

    /// Whether a post is of the last three days, which are the ones that are published.
    fn is_fresh(&self, number: usize) -> bool {
        self.day(number) + 3 >= self.days
    }

    fn post(&self, number: usize) -> File {
        let mut draft = self.draft(number);
        if let Some(kind) = self.damage.get(number).copied().flatten() {
            (kind.apply)(&mut draft, &self.draft(self.partner(number, kind.area).unwrap_or(0)));
        }
        if self.silence().is_some_and(|(first, _)| first == number) {
            draft.blame(Part::Front(Key::Title as usize), "AR001", "two days without posts before it");
        }
        let (bytes, truth) = draft.render();
        File { path: draft.path(), bytes, truth }
    }

    /// Two posts more: one whose category is another's in full-width letters, and one whose category has a space.
    fn odd_categories(&self) -> [File; 2] {
        let variant = self.odd_category(0, (pages::VARIANT, &medium(0).name), ("NV010", "full-width letters"));
        let spaced = self.odd_category(1, (pages::SPACED, "特约评论"), ("FM013", "a space"));
        [variant, spaced]
    }

    fn odd_category(
        &self,
        number: usize,
        (category, name): (&str, &str),
        (code, note): (&'static str, &'static str),
    ) -> File {
        let mut draft = self.draft(self.settings.posts + number);
        draft.tag = format!("{name}新闻");
        draft.way = Some(way_back(&draft.tag, &category.replace(' ', "%20")));
        draft.front.truncate(Key::Categories as usize);
        draft.front.extend([format!("categories: {category}"), format!("tags: {}", draft.tag)]);
        draft.blame(Part::Front(Key::Categories as usize), code, note);
        let (bytes, truth) = draft.render();
        File { path: draft.path(), bytes, truth }
    }

    /// What is done to posts that stand behind all others.
    fn rewrites(&self) -> Vec<Rewrite> {
        let of_each = if self.settings.damage > 0 { (self.settings.posts / 500).clamp(1, 50) } else { 0 };
        let first = self.settings.posts + self.odd_categories().len();
        (0..of_each * rewrites::KINDS.len() + usize::from(of_each > 0))
            .map(|number| {
                // The last one is the post that only a lost commit has.
                let kind = rewrites::KINDS.get(number / of_each).copied().unwrap_or(rewrites::lost);
                kind(self.draft(first + number))
            })
            .collect()
    }

    /// A healthy post.
    fn draft(&self, number: usize) -> Draft {
        let mut random = Random::new(self.settings.seed, number as u64);
        let day = self.day(number);
        let first = jiff::civil::date(2022, 1, 1);
        let silent = self.silence().filter(|(first, _)| number >= *first).map_or(0, |(_, days)| days);
        let date = first.saturating_add(jiff::Span::new().days(i64::try_from(day + silent).unwrap_or(0)));
        let Medium { category, name } = medium(number.wrapping_mul(7919) % self.categories);
        let source = if day % 4 == 1 { "" } else { "NW" };
        let id = format!("{source}{}{:010}", date.strftime("%Y%m%d"), 1_000_000_000 + number * 89 + random.below(89));
        let (hour, minute, second) = (random.below(24), random.below(60), random.below(60));
        let tag = format!("{name}新闻");
        let front = vec![
            "layout: post".to_owned(),
            format!("title: \"{}\"", article::headline(&mut random)),
            format!("date: {date} {hour:02}:{minute:02}:{second:02} +0800"),
            format!("categories: {category}"),
            format!("tags: {tag}"),
        ];
        Draft {
            folder: if self.is_fresh(number) { "_posts" } else { "old_post" },
            day: date,
            is_dated: true,
            prefix: "",
            fences: (true, true),
            front,
            body: body(&mut random, &name),
            source: Some(source_link(&id)),
            way: Some(way_back(&tag, &category)),
            id,
            category,
            tag,
            ends_line: random.chance(500),
            is_doubled: false,
            defects: Vec::new(),
        }
    }
}

/// A body: paragraphs of their own lines, or one long line as the news service writes it; some begin with a digest.
fn body(random: &mut Random, medium: &str) -> Vec<Vec<u8>> {
    let is_one_line = random.chance(300);
    let mut lines: Vec<Vec<u8>> = Vec::new();
    if random.chance(100) {
        lines.push(format!("> {}", article::paragraph(random, 1)).into());
        lines.push(Vec::new());
    }
    let paragraphs = 6 + random.below(8);
    let mut long = String::new();
    for number in 0..paragraphs {
        let mut text = article::paragraph(random, 2);
        if number % 3 == 1 {
            text.push_str(&article::stock(random));
            article::sentence(random, &mut text);
        }
        if number == 2 {
            text.push_str(&article::chart(random));
        }
        if is_one_line {
            long.push_str(if number == 3 { "<!-- 正文广告 --><p>" } else { "<p>" });
            long.push_str(&text);
            long.push_str("</p>");
        } else {
            lines.push(format!("{}<p>{text}</p>", if number == 0 { "" } else { " " }).into());
        }
    }
    if is_one_line {
        long.push_str("<p>延伸阅读：<span web=\"1\" href=\"http://guba.example/list\">股吧</span></p>");
        lines.push(long.into());
    }
    lines.push(format!(" <p class=\"em_media\">（文章来源：{medium}）</p>").into());
    lines
}
