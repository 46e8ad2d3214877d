//! What is wrong with the notes that authors leave for postproof itself.

mod unused_ignore;

pub(crate) use unused_ignore::UnusedIgnore;
