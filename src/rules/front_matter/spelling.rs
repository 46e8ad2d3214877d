//! Keys that are nearly ones that Jekyll knows.

use crate::front_matter::{Entry, FrontMatter, Key};

/// The keys that do something in Jekyll or its usual plugins.
const KNOWN: [&str; 18] = [
    "layout",
    "title",
    "date",
    "categories",
    "category",
    "tags",
    "tag",
    "permalink",
    "published",
    "slug",
    "excerpt",
    "excerpt_separator",
    "redirect_from",
    "redirect_to",
    "sitemap",
    "hidden",
    "render_with_liquid",
    "description",
];

/// Words that are near a known key and mean something of their own.
const UNLIKE: [&str; 12] =
    ["data", "dates", "images", "subtitle", "titles", "layouts", "late", "rate", "dated", "tape", "tap", "bag"];

/// The known key that an entry's key is nearly, unless that key is there too.
pub(super) fn meant(front_matter: &FrontMatter<'_>, entry: &Entry<'_>) -> Option<&'static str> {
    if entry.kind != Key::Text || KNOWN.contains(&&*entry.key) || UNLIKE.contains(&&*entry.key) {
        return None;
    }
    let key = normal(&entry.key);
    let nearest = KNOWN.iter().find(|known| key == **known).or_else(|| {
        // Words of another length are other words; most keys are done with that.
        let near = KNOWN.iter().filter(|known| known.len().abs_diff(key.len()) <= allowed(known));
        let near = near.map(|known| (strsim::osa_distance(&key, known), known));
        near.filter(|(distance, known)| *distance <= allowed(known)).min().map(|(_, known)| known)
    })?;
    let has_it = front_matter.get(nearest).is_some()
        || nearest.strip_suffix("ies").is_some_and(|stem| front_matter.get(&format!("{stem}y")).is_some());
    (!has_it).then_some(*nearest)
}

/// Whether a required key is there under a misspelt name.
pub(super) fn is_misspelt(front_matter: &FrontMatter<'_>, field: &str) -> bool {
    front_matter.entries().iter().any(|entry| meant(front_matter, entry) == Some(field))
}

/// A key without its case, its width, and what a full-width colon drags along.
fn normal(key: &str) -> String {
    let key = key.split('：').next().unwrap_or(key).trim();
    let narrow = key.chars().map(|c| match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '-' | ' ' => '_',
        c => c,
    });
    narrow.collect::<String>().to_lowercase()
}

/// How many letters of a key may be wrong before it is another word.
fn allowed(known: &str) -> usize {
    match known.len() {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}
