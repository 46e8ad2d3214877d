//! Asks the web, politely and all hosts at once. The only asynchronous room, behind a synchronous function.

mod outcome;

pub use outcome::{Hop, Outcome, Reason, Verdict};
