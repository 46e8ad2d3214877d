//! What postproof holds an archive against: one rule, one file.
//!
//! A rule's file has its documentation, its check and its tests. Adding one is that file and a line in [`ALL`].
//! A rule never imports another rule.

mod consistency;
mod conventions;
mod duplicates;
mod fixity;
mod front_matter;
mod history;
mod links;
mod liquid;
mod navigation;
mod network;
mod overview;
#[cfg(test)]
mod pages;
mod postproof;
mod rhythm;
mod selection;
mod suppression;
#[cfg(test)]
pub(crate) mod testing;
mod text;

use std::sync::Arc;

pub(crate) use duplicates::{ALIKE, COMMON};
pub(crate) use rhythm::has_fallen_silent;

pub use conventions::{Navigation, Template, category, first_text, source_link};
pub use front_matter::FrontMatterSettings;
pub(crate) use front_matter::complaint as yaml_complaint;
pub use history::AllowedEdit;
pub use overview::prepare;
pub use selection::{Changes, PathChanges, Selection, is_named, nearest};
pub use suppression::{ignores, is_silenced, suppress};

use crate::document::Document;
use crate::facts::{Facts, Occurrence, Reading};
use crate::finding::{Finding, Meta, subject_of};
use crate::language::{Language, Message, say};
use crate::text::Span;

/// What the rules need to know beside the archive.
#[derive(Debug, Default)]
pub struct Settings {
    /// Now, for what lies in the future.
    pub now: jiff::Timestamp,
    /// The language of the findings.
    pub language: Language,
    /// The ways back that every post has.
    pub navigation: Vec<Navigation>,
    /// The patterns of source links, the usual one first.
    pub source_links: Vec<Template>,
    /// The host in `CNAME`.
    pub cname: Option<String>,
    /// The host of `url` in `_config.yml`.
    pub host: Option<String>,
    /// Other hosts that mean the site itself.
    pub aliases: Vec<String>,
    /// The theme that `_config.yml` names.
    pub theme: Option<String>,
    /// Rewrites of the archive's history that are meant.
    pub allowed_edits: Vec<AllowedEdit>,
    /// For the rules about front matter.
    pub front_matter: FrontMatterSettings,
}

/// Further places that a finding about many links names.
const EXAMPLES: usize = 4;

/// A rule.
pub trait Rule: Sync {
    /// What is fixed about it.
    fn meta(&self) -> &'static Meta;

    /// Judges one post or page while its text is at hand. Called on many threads.
    fn check_document(&self, _settings: &Settings, _reading: &Reading<'_>, _sink: &mut DocumentSink<'_>) {}

    /// Judges the archive as a whole.
    fn check_archive(&self, _settings: &Settings, _facts: &Facts<'_>, _sink: &mut ArchiveSink) {}
}

/// Every rule, in the order of the rule list.
pub const ALL: &[&dyn Rule] = &[
    &front_matter::MissingFrontMatter,
    &front_matter::UnterminatedFrontMatter,
    &front_matter::InvalidYaml,
    &front_matter::DuplicateKey,
    &front_matter::SchemaViolation,
    &front_matter::MissingField,
    &front_matter::EmptyField,
    &front_matter::InvalidDate,
    &front_matter::DateWithoutOffset,
    &front_matter::FutureDate,
    &front_matter::InvalidPostName,
    &front_matter::FilenameDateMismatch,
    &front_matter::SplitCategory,
    &front_matter::SurprisingScalar,
    &front_matter::ShiftedDay,
    &front_matter::UnusableCategories,
    &front_matter::MisspeltKey,
    &front_matter::UnportableYaml,
    &front_matter::UnusablePermalink,
    &text::InvalidUtf8,
    &text::ByteOrderMark,
    &text::ReplacementCharacter,
    &text::Mojibake,
    &text::ControlCharacter,
    &text::ConflictMarker,
    &text::EmptyBody,
    &text::TruncatedPost,
    &links::EmptyLink,
    &links::MalformedLink,
    &links::InvalidUrl,
    &links::BrokenInternalLink,
    &links::MissingFragment,
    &links::UnpublishedTarget,
    &links::UnresolvedTemplate,
    &links::LegacyHost,
    &links::UnsafeLink,
    &links::CredentialsInUrl,
    &links::SwallowedLink,
    &links::DialectLinkRule,
    &liquid::BrokenLiquid,
    &liquid::MissingLiquidTarget,
    &consistency::MissingNavigation,
    &consistency::WrongNavigationTarget,
    &consistency::CategoryMismatch,
    &consistency::MissingCategoryPage,
    &consistency::CategoryTitleMismatch,
    &consistency::OrphanCategoryPage,
    &consistency::MissingSourceLink,
    &consistency::SourceIdMismatch,
    &consistency::HostMismatch,
    &consistency::CategoryVariant,
    &consistency::MissingLayout,
    &duplicates::DuplicateUrl,
    &duplicates::DuplicateSource,
    &duplicates::DuplicateBody,
    &duplicates::NearDuplicateBody,
    &duplicates::MixedPost,
    &duplicates::SameId,
    &fixity::AlteredPost,
    &fixity::MissingPost,
    &fixity::UnsealedPost,
    &history::RewrittenHistory,
    &history::AlteredInMove,
    &history::RewrittenBranch,
    &rhythm::MissingDays,
    &network::DeadLink,
    &network::FailingLink,
    &network::BlockedLink,
    &network::MovedLink,
    &network::SuspectLink,
    &network::DriftedContent,
    &network::InsecureLink,
    &network::ExpiringCertificate,
    &postproof::UnusedIgnore,
];

/// Takes the findings about one document.
#[derive(Debug)]
pub struct DocumentSink<'r> {
    reading: &'r Reading<'r>,
    language: Language,
    findings: Vec<Finding>,
}

impl<'r> DocumentSink<'r> {
    /// An empty sink for a document.
    pub fn new(reading: &'r Reading<'r>, language: Language) -> Self {
        Self { reading, language, findings: Vec::new() }
    }

    /// Takes a finding about bytes of the document.
    #[expect(clippy::needless_pass_by_value, reason = "a message is made where it is said")]
    pub fn report(&mut self, meta: &'static Meta, span: Span, message: Message) -> &mut Finding {
        let place = (Arc::clone(&self.reading.path), span);
        let mut finding = Finding::new(meta, place, (self.language, &message));
        finding.lines = Some(self.reading.lines_of(span));
        finding.subject = subject_of(span.slice(self.reading.text));
        self.findings.push_mut(finding)
    }

    /// The findings so far.
    pub fn into_findings(self) -> Vec<Finding> {
        self.findings
    }
}

/// The place of a finding about the archive as a whole.
#[derive(Clone, Copy, Debug)]
pub struct At<'a> {
    /// The document.
    pub document: &'a Document,
    /// The bytes in it.
    pub span: Span,
    /// The text that is guilty; the finding's fingerprint holds on to it.
    pub subject: &'a str,
}

/// Takes the findings about the archive as a whole.
#[derive(Debug, Default)]
pub struct ArchiveSink {
    language: Language,
    findings: Vec<Finding>,
}

impl ArchiveSink {
    /// An empty sink for findings in a language.
    pub fn new(language: Language) -> Self {
        Self { language, findings: Vec::new() }
    }

    /// Takes a finding about bytes of a document.
    #[expect(clippy::needless_pass_by_value, reason = "a message is made where it is said")]
    pub fn report(&mut self, meta: &'static Meta, at: At<'_>, message: Message) -> &mut Finding {
        let place = (Arc::clone(&at.document.path), at.span);
        let mut finding = Finding::new(meta, place, (self.language, &message));
        finding.subject = subject_of(at.subject);
        self.findings.push_mut(finding)
    }

    /// Takes a finding about bytes of a file that is no document.
    pub fn report_file(
        &mut self,
        meta: &'static Meta,
        path: Arc<str>,
        span: Span,
        (subject, message): (&str, Message),
    ) -> &mut Finding {
        let mut finding = Finding::new(meta, (path, span), (self.language, &message));
        finding.subject = subject_of(subject);
        self.findings.push_mut(finding)
    }

    /// Takes one finding for many links with the same fault: its place is the first, a few others are named.
    ///
    /// Behind the message stands ` (12 links in 10 files)`, unless there is one link. `None` without links.
    pub fn report_places(
        &mut self,
        meta: &'static Meta,
        facts: &Facts<'_>,
        places: &[Occurrence],
        (subject, message): (&str, Message),
    ) -> Option<&mut Finding> {
        // A note speaks for its own file, not for the others that have the same fault.
        let is_silenced = |place: &&Occurrence| {
            let document = facts.archive.documents.get(place.document as usize);
            document.is_some_and(|document| suppression::is_silenced_in(facts.archive, document, meta))
        };
        let (silenced, places): (Vec<&Occurrence>, Vec<&Occurrence>) = places.iter().partition(is_silenced);
        for (document, link) in silenced.into_iter().filter_map(|place| facts.link(*place)) {
            self.report(meta, At { document, span: link.span, subject }, message.clone()).shared();
        }
        let (&&first, others) = places.split_first()?;
        let (document, link) = facts.link(first)?;
        let mut files: Vec<u32> = places.iter().map(|place| place.document).collect();
        files.dedup();
        let message = match (places.len(), files.len()) {
            (1, _) => message,
            (links, 1) => say!("{message} ({links} links in this file)", message, links),
            (links, files) => say!("{message} ({links} links in {files} files)", message, links, files),
        };
        let finding = self.report(meta, At { document, span: link.span, subject }, message);
        for (document, link) in others.iter().take(EXAMPLES).filter_map(|place| facts.link(**place)) {
            finding.see_in(Arc::clone(&document.path), link.span, say!("also here"));
        }
        finding.shared();
        Some(finding)
    }

    /// The findings so far.
    pub fn into_findings(self) -> Vec<Finding> {
        self.findings
    }
}
