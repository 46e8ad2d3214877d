//! Links as GitHub's Markdown shows them: CommonMark with tables, strikethrough, task lists, footnotes and bare addresses.
//!
//! pulldown-cmark parses; what it does not tell (where the destination's bytes are, bare addresses, what is inside
//! HTML) is found here.

mod bare;
mod destination;
mod links;
mod slug;
mod text;
mod walk;

pub(crate) use bare::ends_address;
pub(crate) use walk::extract;
