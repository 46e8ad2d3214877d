//! LK006: a link to a post that exists and is not served.

use crate::declare_rule;
use crate::facts::Facts;
use crate::finding::Meta;
use crate::resolve::Target;
use crate::rules::{ArchiveSink, Rule, Settings};
use crate::site::{Served, Unpublished};

declare_rule! {
    /// ## What it does
    ///
    /// Finds links into the site whose post exists in the source and is not served:
    /// it was moved to an archive folder, it is a draft, its date has not come, it says `published: false`,
    /// or the site's settings leave it out.
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
            Target::Site { path, served: Served::Unpublished(document, why), .. } => Some((&**path, *document, *why)),
            _ => None,
        });
        for ((path, document, why), places) in unpublished {
            let Some(source) = facts.archive.documents.get(document) else { continue };
            let Some(finding) = sink.report_places(
                &Self::META,
                facts,
                &places,
                (path, |count: &str| format!("{path} is not served: its post {}{count}", reason(why))),
            ) else {
                continue;
            };
            finding.help(format!("the post is {}; link to the file, or publish it", source.path));
        }
    }
}

fn reason(why: Unpublished) -> &'static str {
    match why {
        Unpublished::Archived => "was moved to an archive folder",
        Unpublished::Draft => "is a draft",
        Unpublished::Future => "has a date that has not come",
        Unpublished::Switched => "says `published: false`",
        Unpublished::Misnamed => "is not named YYYY-MM-DD-slug.ext, and Jekyll skips it",
        Unpublished::Undecodable => "is not UTF-8, and Jekyll drops it",
        Unpublished::Excluded => "is left out by the site's settings",
    }
}
