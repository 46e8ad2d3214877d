//! LK007: Liquid in a destination that only Jekyll itself can evaluate.

use crate::declare_rule;
use crate::facts::Facts;
use crate::finding::Meta;
use crate::language::say;
use crate::resolve::Target;
use crate::rules::{ArchiveSink, At, Rule, Settings};

declare_rule! {
    /// ## What it does
    ///
    /// Finds destinations with Liquid in them whose value cannot be known from the source,
    /// such as a variable of a loop or of an include.
    ///
    /// ## Why is this bad?
    ///
    /// Nobody can say before the site is built where the link leads: it was not checked.
    ///
    /// ## Example
    ///
    /// ```markdown
    /// [下一篇]({{ include.next }})
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```markdown
    /// [下一篇]({% post_url 2022-01-18-NW202201180000000001 %})
    /// ```
    pub(crate) struct UnresolvedTemplate; "LK007", "unresolved-template", Warning, DataSuspect
}

impl Rule for UnresolvedTemplate {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_archive(&self, _settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        let unresolved = facts.links_by(|target| matches!(target, Target::Template).then_some(()));
        for place in unresolved.into_values().flatten() {
            let Some((document, link)) = facts.link(place) else { continue };
            let written = facts.archive.text(link.destination);
            let at = At { document, span: link.span, subject: written };
            sink.report(&Self::META, at, say!("where this leads is known only once Jekyll has run: it is not checked"));
        }
    }
}
