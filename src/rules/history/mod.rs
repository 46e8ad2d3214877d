//! The archive against its history in git.

mod allowed;
mod altered_in_move;
mod rewritten_branch;
mod rewritten_history;
#[cfg(test)]
mod testing;

pub use allowed::AllowedEdit;
pub(crate) use altered_in_move::AlteredInMove;
pub(crate) use rewritten_branch::RewrittenBranch;
pub(crate) use rewritten_history::RewrittenHistory;
