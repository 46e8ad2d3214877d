//! What postproof remembers between runs: the last outcome of every address, the runs, and their findings.
//!
//! One database file, `.postproof/state.db`, written as results come in.
//! What the web answers today only means something beside what it answered before:
//! an address that was well last week need not be asked, and one that fails today is an error only if it has failed for days.
//!
//! The decisions are plain functions without a database: [`Track::after`] (what a new answer does to an address's record),
//! [`due`] (when it is asked again), [`plan()`] (who is asked first) and [`standing`] (whether a failure is confirmed).
//! [`State`] and [`Writer`] are the effects around them. Nothing here asks the web, judges the archive or asks what day it is:
//! the time of an outcome, a run or a plan is given. Nothing here is asynchronous.

mod confirm;
mod copies;
mod error;
mod freshness;
mod index;
mod memory;
mod migrations;
mod notes;
mod open;
mod plan;
mod recall;
mod record;
mod row;
mod runs;
mod schema;
mod settings;
mod state;
mod writer;

pub use confirm::{HostStanding, HostTally, Standing, host_standing, standing};
pub use copies::{Copy, Handed, Held, Sweep};
pub use error::{StateError, StateErrorKind};
pub use freshness::{Due, due};
pub use index::{Contribution, Index, IndexBuilder, Indexed, Tally};
pub use memory::{Checked, Memory, Track};
pub use plan::{Candidate, Plan, plan};
pub use record::{MailRecord, Record, host_of};
pub use row::reason_named;
pub use runs::{Change, Ending, FindingRecord, HealedFinding, Ledger, PastFinding, Run, RunSummary, Start};
pub use settings::{Confirmation, MaxAge, Settings};
pub use state::State;
pub use writer::{Writer, Written};
