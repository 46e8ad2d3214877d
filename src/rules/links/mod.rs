//! Links, as far as no network is needed.

mod broken_internal_link;
mod missing_fragment;
mod unpublished_target;
mod unresolved_template;

pub(crate) use broken_internal_link::BrokenInternalLink;
pub(crate) use missing_fragment::MissingFragment;
pub(crate) use unpublished_target::UnpublishedTarget;
pub(crate) use unresolved_template::UnresolvedTemplate;
