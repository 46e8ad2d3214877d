//! PP001: a note that silences nothing.

use crate::declare_rule;
use crate::finding::Meta;
use crate::rules::Rule;

declare_rule! {
    /// ## What it does
    ///
    /// Finds notes `<!-- postproof-ignore CODE: reason -->` that silence nothing:
    /// the post has no such finding, the code is no rule's, or no reason is given.
    /// A note silences every finding of its rules in its file.
    ///
    /// ## Why is this bad?
    ///
    /// A note that outlives its cause will silence the next, real finding.
    ///
    /// ## Example
    ///
    /// ```markdown
    /// <!-- postproof-ignore NT001 -->
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```markdown
    /// <!-- postproof-ignore NT001: the page is gone for good, the quotation stays -->
    /// ```
    pub(crate) struct UnusedIgnore; "PP001", "unused-ignore", Warning, Style
}

impl Rule for UnusedIgnore {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }
}
