//! LK006: a link to a post that exists and is not served.

use crate::declare_rule;
use crate::facts::Facts;
use crate::finding::Meta;
use crate::language::{Message, say};
use crate::resolve::Target;
use crate::rules::{ArchiveSink, Rule, Settings};
use crate::site::{Served, Unpublished};

declare_rule! {
    /// ## What it does
    ///
    /// Finds links into the site whose post exists in the source and is not served:
    /// it was moved to an archive folder, it is a draft, its date has not come, it says `published: false`,
    /// or the site's settings leave it out. So are links to pages and files that `exclude` or a rule of Jekyll's leaves out.
    ///
    /// ## Why is this bad?
    ///
    /// The reader who clicks gets the site's 404 page, although the text is there.
    ///
    /// ## Example
    ///
    /// ```markdown
    /// [昨日快讯](/shamenribao/2022/01/17/NW202201172249352683.html)
    /// ```
    ///
    /// ## Use instead
    ///
    /// A link to the file where it is kept, or a post that stays published.
    pub(crate) struct UnpublishedTarget; "LK006", "unpublished-target", Error, LinkBroken
}

impl Rule for UnpublishedTarget {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_archive(&self, _settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        let unpublished = facts.links_by(|target| match target {
            Target::Site(site) => match site.served {
                Served::Unpublished(document, why) => Some((&*site.path, document, why)),
                _ => None,
            },
            _ => None,
        });
        let left_out = facts.links_by(|target| match target {
            Target::Site(site) => match site.served {
                Served::LeftOut(file) => Some((&*site.path, file)),
                _ => None,
            },
            _ => None,
        });
        for ((path, file), places) in left_out {
            let Some(source) = facts.archive.files.get(file) else { continue };
            let message = say!("{path} is not served: Jekyll leaves its file out", path);
            if let Some(finding) = sink.report_places(&Self::META, facts, &places, (path, message)) {
                finding.help(say!(
                    "the file is {source}; take it out of `exclude`, name it in `include`, or correct the link",
                    source
                ));
            }
        }
        for ((path, document, why), places) in unpublished {
            let Some(source) = facts.archive.documents.get(document) else { continue };
            let message = say!("{path} is not served: its post {reason}", path, reason = reason(why));
            if let Some(finding) = sink.report_places(&Self::META, facts, &places, (path, message)) {
                finding.help(say!("the post is {file}; link to the file, or publish it", file = &source.path));
            }
        }
    }
}

fn reason(why: Unpublished) -> Message {
    match why {
        Unpublished::Archived => say!("was moved to an archive folder"),
        Unpublished::Draft => say!("is a draft"),
        Unpublished::Future => say!("has a date that has not come"),
        Unpublished::Switched => say!("says `published: false`"),
        Unpublished::Misnamed => say!("is not named YYYY-MM-DD-slug.ext, and Jekyll skips it"),
        Unpublished::Undecodable => say!("is not UTF-8, and Jekyll drops it"),
        Unpublished::Excluded => say!("is left out by the site's settings"),
    }
}
