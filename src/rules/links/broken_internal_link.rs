//! LK004: a link into the site where the site will serve nothing.

use crate::declare_rule;
use crate::facts::Facts;
use crate::finding::Meta;
use crate::language::say;
use crate::resolve::Target;
use crate::rules::{ArchiveSink, Rule, Settings};
use crate::site::Served;

declare_rule! {
    /// ## What it does
    ///
    /// Finds links that point into the site, to an address at which the site will serve nothing.
    /// A link points into the site when it is relative, when it names the host of `url` in `_config.yml`, of `CNAME`,
    /// or of `site.aliases`, with its scheme or without (`//host/…`).
    /// Which addresses the site serves is worked out from the source; nothing is asked of the network.
    ///
    /// An address that many links name is reported once, at the first link, with their number.
    ///
    /// ## Why is this bad?
    ///
    /// The reader who clicks gets the site's 404 page.
    ///
    /// ## Example
    ///
    /// ```markdown
    /// [返回厦门日报新闻](//finews.withounder.com/category/shamenribao.htm)
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```markdown
    /// [返回厦门日报新闻](//finews.withounder.com/category/shamenribao.html)
    /// ```
    ///
    /// ## Settings
    ///
    /// `site.aliases` names other hosts of the site; `site.also_serves` names, by globs,
    /// addresses that a plugin, a theme or another repository serves.
    pub(crate) struct BrokenInternalLink; "LK004", "broken-internal-link", Error, LinkBroken
}

impl Rule for BrokenInternalLink {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_archive(&self, _settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        let broken = facts.links_by(|target| match target {
            Target::Site(site) => {
                let is_broken = matches!(site.served, Served::Nothing | Served::Unknown(_));
                is_broken.then_some((&*site.path, &site.served))
            }
            _ => None,
        });
        for ((path, served), places) in broken {
            let (subject, message) = if path.is_empty() {
                ("an address outside `baseurl`", say!("the site will serve nothing at an address outside `baseurl`"))
            } else {
                (path, say!("the site will serve nothing at {path}", path))
            };
            let Some(finding) = sink.report_places(&Self::META, facts, &places, (subject, message)) else { continue };
            match served {
                Served::Unknown(maker) => {
                    finding.help(say!("if {maker} makes this page, name its address in `site.also_serves`", maker));
                }
                _ if path.is_empty() => {
                    finding.help(say!("begin the link with the site's `baseurl`"));
                }
                _ => {
                    finding.help(say!("correct the link, add the page, or name the address in `site.also_serves`"));
                }
            }
        }
    }
}
