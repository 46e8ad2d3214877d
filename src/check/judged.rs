//! Which addresses have their pages judged by what they say, and what the archive says of each.
//!
//! A page costs its body, so by default only the pages that posts were taken from are read: those whose links follow the
//! archive's pattern of source links. What a post says is read again when its source page is at hand: a million titles
//! and leads in memory would cost more than that many reads.

use std::sync::Arc;

use super::Settings;
use crate::document::Archive;
use crate::front_matter;
use crate::probe::{Claim, Claims};
use crate::resolve::{Resolved, Target};
use crate::text::decode;

/// Bytes of a post's text that make its lead: about a hundred Chinese characters.
const LEAD: usize = 300;

/// Whose pages are judged by what they say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Judge {
    /// Those of source links.
    #[default]
    SourceLinks,
    /// Everybody's.
    All,
    /// Nobody's.
    None,
}

/// Reads a file of the archive by its path, as it is judged.
pub(super) type Texts = Arc<dyn Fn(&str) -> Option<Vec<u8>> + Send + Sync>;

/// The posts that addresses are the sources of.
#[derive(Default)]
pub(super) struct Sources {
    judge: Judge,
    /// By index of the address, the first post that names it as its source.
    posts: Vec<Option<Arc<str>>>,
}

impl Sources {
    /// Finds the source links of every post.
    pub(super) fn find(settings: &Settings, archive: &Archive, resolved: &Resolved) -> Self {
        let mut sources = Self { judge: settings.judge, posts: Vec::new() };
        let patterns = &settings.rules.source_links;
        if patterns.is_empty() || settings.judge == Judge::None {
            return sources;
        }
        sources.posts.resize(resolved.addresses.len(), None);
        for (number, document) in archive.documents.iter().enumerate().filter(|(_, document)| document.kind.is_post()) {
            for (index, link) in document.links.sayings().enumerate() {
                let written = archive.text(link.destination);
                if !patterns.iter().any(|pattern| pattern.id_in(written).is_some()) {
                    continue;
                }
                if let Some(Target::Web { address, .. }) = resolved.target(archive, number, index)
                    && let Some(slot @ None) = sources.posts.get_mut(address as usize)
                {
                    *slot = Some(Arc::clone(&document.path));
                }
            }
        }
        sources
    }

    /// Whether the page of an address is judged.
    pub(super) fn judges(&self, address: u32) -> bool {
        match self.judge {
            Judge::All => true,
            Judge::None => false,
            Judge::SourceLinks => self.posts.get(address as usize).is_some_and(Option::is_some),
        }
    }

    /// What the archive says of addresses, by their place in a run of the web.
    pub(super) fn claims(&self, order: impl Iterator<Item = u32>, texts: &Texts) -> Claims {
        let post = |address: u32| self.posts.get(address as usize)?.clone();
        let (posts, texts): (Vec<Option<Arc<str>>>, _) = (order.map(post).collect(), Arc::clone(texts));
        Arc::new(move |index| claim(&texts(posts.get(index)?.as_deref()?)?))
    }
}

/// The title of a post, and the beginning of its text.
fn claim(bytes: &[u8]) -> Option<Claim> {
    let decoded = decode(bytes);
    let front_matter = front_matter::parse(&decoded.text);
    let title = front_matter.get("title")?.value.scalar()?.to_ruby_string().into_owned();
    let body = front_matter.block.body(&decoded.text);
    Some(Claim { title, lead: lead(body.slice(&decoded.text)) })
}

/// The beginning of a text without its tags.
fn lead(body: &str) -> String {
    let mut lead = String::new();
    let mut rest = body;
    while lead.len() < LEAD {
        let Some((text, tag)) = rest.split_once('<') else {
            lead.push_str(rest);
            break;
        };
        lead.push_str(text);
        rest = tag.split_once('>').map_or("", |(_, rest)| rest);
    }
    lead.truncate(lead.floor_char_boundary(LEAD));
    lead
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_claims_its_title_and_the_beginning_of_its_text() {
        let post = "---\nlayout: post\ntitle: \"稳定劳动关系\"\n---\n> 摘要\n\n<p class=\"a\">日前，人力<b>资源</b>部门</p>\n\n<http://a.cn/>\n";
        let claim = claim(post.as_bytes()).unwrap();
        assert_eq!(claim.title, "稳定劳动关系");
        assert!(claim.lead.contains("日前，人力资源部门") && !claim.lead.contains("http"), "{}", claim.lead);
    }

    #[test]
    fn damage_claims_nothing_or_little() {
        for post in ["", "---\n", "---\ntitle: [\n---\nx", "no front matter", "---\na: 1\n---\n"] {
            assert_eq!(claim(post.as_bytes()), None, "{post:?}");
        }
        let torn = claim("---\ntitle: t\n---\n<p>开头<a href=".as_bytes()).unwrap();
        assert_eq!(torn.lead.trim(), "开头");
        assert!(lead(&"长".repeat(1000)).len() <= LEAD);
    }
}
