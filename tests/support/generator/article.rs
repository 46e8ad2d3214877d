//! Headlines and articles from the word tables.

use super::random::Random;
use super::words::{
    BODIES, DEEDS, FRAMES, HEADLINES, MEDIA, MOVES, PLACES, RESULTS, THINGS, TIMES, TRADES, UNITS, VIEWS, VOICES,
};

/// A medium: the name of its category page and of its tag.
#[derive(Clone, Debug)]
pub(crate) struct Medium {
    /// Its name in pinyin, which is the category.
    pub(crate) category: String,
    /// Its name in Chinese.
    pub(crate) name: String,
}

/// The medium of a number; no two numbers below 2,100 have the same.
pub(crate) fn medium(number: usize) -> Medium {
    let (place, place_name) = PLACES.get(number % PLACES.len()).copied().unwrap_or_default();
    let (kind, kind_name) = MEDIA.get(number / PLACES.len() % MEDIA.len()).copied().unwrap_or_default();
    // Some media carry their edition in parentheses, in the file's name and in every link to it.
    if number % 97 == 5 {
        return Medium {
            category: format!("{place}{kind}(xianggang)"),
            name: format!("{place_name}{kind_name}(香港)"),
        };
    }
    Medium { category: format!("{place}{kind}"), name: format!("{place_name}{kind_name}") }
}

/// A headline.
pub(crate) fn headline(random: &mut Random) -> String {
    let mut text = String::with_capacity(96);
    fill(random.pick(HEADLINES), random, &mut text);
    text
}

/// Appends a sentence.
pub(crate) fn sentence(random: &mut Random, text: &mut String) {
    fill(random.pick(FRAMES), random, text);
}

/// A paragraph of `sentences` sentences.
pub(crate) fn paragraph(random: &mut Random, sentences: usize) -> String {
    let mut text = String::with_capacity(160 * sentences);
    for _ in 0..sentences {
        sentence(random, &mut text);
    }
    text
}

/// A link to a stock's quotation, as the news service writes them.
pub(crate) fn stock(random: &mut Random) -> String {
    let code = 600_000 + random.below(2400);
    let trade = random.pick(TRADES);
    format!(
        "<span id=\"stock_1.{code}\"><a href=\"http://quote.example/unify/r/1.{code}\" class=\"keytip\" data-code=\"1,{code}\">{trade}股份</a></span>"
    )
}

/// A chart, with the bare `&` that the news service writes.
pub(crate) fn chart(random: &mut Random) -> String {
    let (number, token) = (random.below(900_000) + 100_000, random.next());
    format!(
        "<img src=\"http://img.example.net/GetPic.aspx?nid=1.{number}&imageType=k&token={token:016x}\" width=\"578\" height=\"276\" alt=\"走势图\">"
    )
}

fn fill(frame: &str, random: &mut Random, text: &mut String) {
    let mut pieces = frame.split('%');
    text.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let (letter, rest) = piece.split_at_checked(1).unwrap_or((piece, ""));
        match letter {
            "t" => text.push_str(random.pick(TIMES)),
            "p" => text.push_str(PLACES.get(random.below(PLACES.len())).map_or("", |place| place.1)),
            "o" => text.push_str(random.pick(BODIES)),
            "v" => text.push_str(random.pick(DEEDS)),
            "b" => text.push_str(random.pick(THINGS)),
            "r" => text.push_str(random.pick(RESULTS)),
            "i" => text.push_str(random.pick(TRADES)),
            "m" => text.push_str(random.pick(MOVES)),
            "s" => text.push_str(random.pick(VOICES)),
            "w" => text.push_str(random.pick(VIEWS)),
            "u" => text.push_str(random.pick(UNITS)),
            _ => text.push_str(&(random.below(9_900) + 2).to_string()),
        }
        text.push_str(rest);
    }
}
