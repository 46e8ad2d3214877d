//! Links, as far as no network is needed.

mod broken_internal_link;
mod credentials_in_url;
mod dialect_link;
mod empty_link;
mod invalid_url;
mod legacy_host;
mod malformed_link;
mod missing_fragment;
mod swallowed_link;
mod unpublished_target;
mod unresolved_template;
mod unsafe_link;

pub(crate) use broken_internal_link::BrokenInternalLink;
pub(crate) use credentials_in_url::CredentialsInUrl;
pub(crate) use dialect_link::DialectLinkRule;
pub(crate) use empty_link::EmptyLink;
pub(crate) use invalid_url::InvalidUrl;
pub(crate) use legacy_host::LegacyHost;
pub(crate) use malformed_link::MalformedLink;
pub(crate) use missing_fragment::MissingFragment;
pub(crate) use swallowed_link::SwallowedLink;
pub(crate) use unpublished_target::UnpublishedTarget;
pub(crate) use unresolved_template::UnresolvedTemplate;
pub(crate) use unsafe_link::UnsafeLink;
