//! Whether a page still shows what a post was taken from it.
//!
//! A live page adds menus and leaves nothing out, so the measure is containment (Broder 1997): the share of the post's
//! shingles that the page has. It is taken of the title and of the lead apart: a title may be edited where the text
//! stays, and an index page may carry the title of every article. So the title counts only outside of links.

use serde::{Deserialize, Serialize};

use super::view::{View, normal, weight};

/// How much a shingle says, see [`weight`]: three Chinese characters, or six letters, since three are in any English text.
const SHINGLE: usize = 6;
/// A page with less text than this shows nothing, so nothing can be said to be missing.
const LEAST: usize = 20;
/// What is left of the title and of the lead, in percent, below which a page is another one; both must be.
const TITLE_LEFT: u8 = 50;
const LEAD_LEFT: u8 = 30;

/// What a page should still show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claim {
    /// The post's title.
    pub title: String,
    /// The beginning of its text.
    pub lead: String,
}

/// How much of a post its source page still shows, in percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Drift {
    /// Of the title.
    pub title: u8,
    /// Of the lead; that of the title where there is no lead.
    pub lead: u8,
}

impl Drift {
    /// Whether the page is another one.
    pub fn is_replaced(self) -> bool {
        self.title < TITLE_LEFT && self.lead < LEAD_LEFT
    }

    /// Measures a page; `None` where it shows nothing, or the claim is too short to be found again.
    pub(crate) fn measure(view: &View, claim: &Claim) -> Option<Self> {
        if view.is_shell() || view.text.chars().take(LEAST).count() < LEAST {
            return None;
        }
        // A title that stands in a link is that of another page.
        let own: String = [&view.title].into_iter().chain(&view.blocks).map(|text| normal(text)).collect();
        let title = share(&letters(&own), &claim.title)?;
        Some(Self { title, lead: share(&letters(&view.text), &claim.lead).unwrap_or(title) })
    }
}

/// The share of a text's shingles that a page has, in percent; `None` for a text too short.
fn share(page: &str, text: &str) -> Option<u8> {
    let text = letters(&normal(text));
    let mut shingles: Vec<&str> = text.char_indices().filter_map(|(at, _)| shingle(text.get(at..)?)).collect();
    shingles.sort_unstable();
    shingles.dedup();
    if shingles.is_empty() {
        return None;
    }
    let found = shingles.iter().filter(|shingle| page.contains(**shingle)).count();
    u8::try_from(found * 100 / shingles.len()).ok()
}

/// The shingle that a text begins with; `None` near its end.
fn shingle(text: &str) -> Option<&str> {
    let mut said = 0;
    text.char_indices().find_map(|(at, letter)| {
        let end = at + letter.len_utf8();
        said += weight(text.get(at..end)?);
        (said >= SHINGLE).then(|| text.get(..end))?
    })
}

/// Letters and digits alone: punctuation is what editors change first.
fn letters(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measure(html: &str, title: &str, lead: &str) -> Option<Drift> {
        let view = View::of(&scraper::Html::parse_document(html));
        Drift::measure(&view, &Claim { title: title.to_owned(), lead: lead.to_owned() })
    }

    const PAGE: &str = "<title>地铁六号线全线贯通_海湾网</title><p>昨日上午，随着最后一台盾构机破土而出，\
                        地铁六号线实现全线隧道贯通，为明年年底试运营打下基础。</p>";

    #[test]
    fn what_is_there_is_found_whatever_stands_around_it() {
        let drift = measure(PAGE, "地铁六号线 全线贯通！", "昨日上午，随着最后一台盾构机破土而出").unwrap();
        assert_eq!((drift.title, drift.lead, drift.is_replaced()), (100, 100, false));
        let edited = measure(PAGE, "快讯：六号线贯通了", "昨日上午，随着最后一台盾构机破土而出").unwrap();
        assert!(edited.title < 60 && !edited.is_replaced(), "{edited:?}");
    }

    #[test]
    fn another_article_is_another() {
        let drift = measure(PAGE, "纱线价格小幅回升", "本周纱线市场成交略有好转，普梳三十二支价格上调").unwrap();
        assert!(drift.is_replaced(), "{drift:?}");
    }

    #[test]
    fn what_cannot_be_told_is_not() {
        assert_eq!(measure("<p>短</p>", "地铁六号线全线贯通", ""), None);
        assert_eq!(measure("<title>App</title><div id=app></div><script></script>", "地铁六号线", ""), None);
        assert_eq!(measure(PAGE, "无", "昨日"), None);
        assert_eq!(measure(PAGE, "", ""), None);
    }
}
