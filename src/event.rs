//! What the core tells while it works.
//!
//! The pipeline emits events and never prints; a progress bar, a log or a test is a consumer of them.

/// A stage of the main job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Looking for files.
    Walk,
    /// Reading and judging files one by one.
    Read,
    /// Judging the archive as a whole.
    Judge,
    /// Asking the web.
    Fetch,
    /// Writing reports.
    Report,
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub enum Event<'a> {
    /// A stage begins; `total` units of work lie ahead, if known.
    Begin {
        /// The stage.
        stage: Stage,
        /// Files to read, addresses to ask.
        total: Option<u64>,
    },
    /// `count` more units of a stage are done.
    Advance {
        /// The stage.
        stage: Stage,
        /// How many.
        count: u64,
    },
    /// An address has its verdict.
    Judged {
        /// Its host.
        host: &'a str,
        /// The verdict's name.
        verdict: &'static str,
    },
    /// Hosts that still have work: how many, and the ones with most of it.
    OpenHosts {
        /// Number of hosts with work left.
        count: usize,
        /// The busiest, with the number of their addresses still open.
        busiest: &'a [(String, usize)],
    },
    /// A stage ends.
    End {
        /// The stage.
        stage: Stage,
    },
    /// Something that a person should know and that is no finding.
    Notice {
        /// A sentence.
        message: &'a str,
    },
}

/// Who listens. Called from many threads.
pub trait Observer: Sync {
    /// Takes note of an event; must be quick.
    fn observe(&self, event: &Event<'_>);
}

/// Listens to nothing.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Observer for Silent {
    fn observe(&self, _event: &Event<'_>) {}
}
