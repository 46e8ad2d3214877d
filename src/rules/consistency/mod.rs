//! The site's own consistency: ways back, categories, source links, layouts.

mod category_mismatch;
mod category_title_mismatch;
mod category_variant;
mod host_mismatch;
mod missing_category_page;
mod missing_layout;
mod missing_navigation;
mod missing_source_link;
mod orphan_category_page;
mod source_id_mismatch;
mod wrong_navigation_target;

pub(crate) use category_mismatch::CategoryMismatch;
pub(crate) use category_title_mismatch::CategoryTitleMismatch;
pub(crate) use category_variant::CategoryVariant;
pub(crate) use host_mismatch::HostMismatch;
pub(crate) use missing_category_page::MissingCategoryPage;
pub(crate) use missing_layout::MissingLayout;
pub(crate) use missing_navigation::MissingNavigation;
pub(crate) use missing_source_link::MissingSourceLink;
pub(crate) use orphan_category_page::OrphanCategoryPage;
pub(crate) use source_id_mismatch::SourceIdMismatch;
pub(crate) use wrong_navigation_target::WrongNavigationTarget;
