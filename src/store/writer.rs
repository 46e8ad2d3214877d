//! Writes outcomes as they come in, on a thread of its own.
//!
//! Whoever asks the web hands an outcome over and goes on; it is in the file within the write interval, in a transaction with its neighbours.
//! Who brings outcomes faster than they can be written is slowed down to that, so that memory does not hold what the
//! disk should. A file that another postproof holds is waited for, with the outcomes kept in memory; any other fault ends
//! the writing, and is told by the next [`Writer::flush`] or [`Writer::finish`].

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};

use super::error::{Context as _, StateError, StateErrorKind};
use super::memory::{Checked, Memory, is_well, remember};
use super::runs::Run;
use super::settings::Settings;
use super::{open, row};
use crate::probe::Verdict;

/// Outcomes after which a transaction is made without waiting for the interval.
const BATCH: usize = 4096;

/// Outcomes that wait to be written before whoever brings more is kept waiting.
const MOST_WAITING: usize = 2 * BATCH;

/// How long that lasts at most: a thread that has written nothing by then may be kept from it for long.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// How often the last transaction is tried again while another postproof holds the file.
const LAST_TRIES: usize = 3;

/// The thread that writes. Dropped without [`Writer::finish`], it still writes what it was given.
#[derive(Debug)]
pub struct Writer {
    path: PathBuf,
    sender: Option<Sender<Message>>,
    backlog: Arc<Backlog>,
    thread: Option<JoinHandle<Result<Written, StateErrorKind>>>,
}

/// What a writer wrote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Outcomes that are now remembered.
    pub remembered: u64,
    /// Outcomes that told nothing new: not asked, or from elsewhere and older than what is known.
    pub passed_over: u64,
}

enum Message {
    Checked(Box<Checked>),
    Flush(Sender<Result<(), StateErrorKind>>),
}

impl Writer {
    pub(super) fn start(path: &Path, settings: &Settings, run: Run) -> Result<Self, StateError> {
        let connection = open::open(path, settings)?;
        let (sender, receiver) = mpsc::channel();
        let backlog = Arc::new(Backlog::new(MOST_WAITING, LONGEST_WAIT));
        let shared = Arc::clone(&backlog);
        let work = Work { connection, run, pending: Vec::new(), written: Written::default(), backlog: shared };
        let interval = settings.write_interval;
        let thread = thread::Builder::new()
            .name("state".to_owned())
            .spawn(move || work.until_closed(&receiver, interval))
            .map_err(|error| StateErrorKind::Other(error.to_string()))
            .context(path, "write")?;
        Ok(Self { path: path.to_owned(), sender: Some(sender), backlog, thread: Some(thread) })
    }

    /// Hands over an outcome; may be called from many threads. Waits while the thread is far behind and gets on, so that
    /// what is not yet written takes no more memory the more there is to write.
    pub fn record(&self, checked: Checked) {
        self.backlog.add();
        if let Some(sender) = &self.sender {
            // A thread that has stopped tells why at the next flush or at the end.
            drop(sender.send(Message::Checked(Box::new(checked))));
        }
    }

    /// Waits until everything that was handed over before is in the file: from then on, killing the process loses none of it.
    pub fn flush(&self) -> Result<(), StateError> {
        let (reply, answer) = mpsc::channel();
        let sent = self.sender.as_ref().is_some_and(|sender| sender.send(Message::Flush(reply)).is_ok());
        let outcome =
            if sent { answer.recv().unwrap_or(Err(StateErrorKind::Stopped)) } else { Err(StateErrorKind::Stopped) };
        outcome.context(&self.path, "write")
    }

    /// Writes what is left and ends the thread.
    pub fn finish(mut self) -> Result<Written, StateError> {
        self.close().unwrap_or(Err(StateErrorKind::Stopped)).context(&self.path, "write")
    }

    fn close(&mut self) -> Option<Result<Written, StateErrorKind>> {
        self.sender = None;
        self.thread.take().map(|thread| thread.join().unwrap_or(Err(StateErrorKind::Stopped)))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.close());
    }
}

struct Work {
    connection: Connection,
    run: Run,
    pending: Vec<Checked>,
    written: Written,
    backlog: Arc<Backlog>,
}

impl Drop for Work {
    fn drop(&mut self) {
        // Whatever ended it, nobody waits for a thread that is gone.
        self.backlog.is_stuck();
    }
}

impl Work {
    fn until_closed(mut self, receiver: &Receiver<Message>, interval: Duration) -> Result<Written, StateErrorKind> {
        let mut deadline: Option<Instant> = None;
        loop {
            let message = match deadline {
                None => receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(deadline) => receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())),
            };
            match message {
                Ok(Message::Checked(checked)) => {
                    self.pending.push(*checked);
                    deadline.get_or_insert_with(|| Instant::now() + interval);
                    if !self.pending.len().is_multiple_of(BATCH) {
                        continue;
                    }
                    self.commit_or_wait()?;
                }
                Ok(Message::Flush(reply)) => match self.commit() {
                    Err(kind) if !matches!(kind, StateErrorKind::Busy) => {
                        let told = StateErrorKind::Other(kind.to_string());
                        drop(reply.send(Err(kind)));
                        return Err(told);
                    }
                    outcome => drop(reply.send(outcome)),
                },
                Err(RecvTimeoutError::Timeout) => self.commit_or_wait()?,
                Err(RecvTimeoutError::Disconnected) => return self.last_commit(),
            }
            deadline = (!self.pending.is_empty()).then(|| Instant::now() + interval);
        }
    }

    /// Commits; a file that is held by another is no fault, the outcomes stay for the next time.
    fn commit_or_wait(&mut self) -> Result<(), StateErrorKind> {
        match self.commit() {
            Err(StateErrorKind::Busy) => Ok(()),
            outcome => outcome,
        }
    }

    fn last_commit(&mut self) -> Result<Written, StateErrorKind> {
        for _ in 1..LAST_TRIES {
            self.commit_or_wait()?;
        }
        self.commit()?;
        Ok(self.written)
    }

    fn commit(&mut self) -> Result<(), StateErrorKind> {
        if self.pending.is_empty() {
            return Ok(());
        }
        // The lock comes before the reading, so that what another postproof writes meanwhile is not undone.
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut remembered = 0;
        for checked in &self.pending {
            remembered += u64::from(store_one(&transaction, self.run, checked.clone())?);
        }
        transaction.commit()?;
        self.written.remembered += remembered;
        self.written.passed_over += u64::try_from(self.pending.len()).unwrap_or(0).saturating_sub(remembered);
        self.backlog.take(self.pending.len());
        self.pending.clear();
        Ok(())
    }
}

/// Outcomes that were handed over and are not yet in the file.
#[derive(Debug)]
struct Backlog {
    level: Mutex<Level>,
    fell: Condvar,
    most: usize,
    longest_wait: Duration,
}

#[derive(Debug, Default)]
struct Level {
    outcomes: usize,
    /// Whether the thread gets nothing done, for another postproof holds the file or because it has ended.
    is_stuck: bool,
}

impl Backlog {
    fn new(most: usize, longest_wait: Duration) -> Self {
        Self { level: Mutex::default(), fell: Condvar::new(), most, longest_wait }
    }

    /// One more; not before there is room for it, unless none is to be expected.
    fn add(&self) {
        let level = self.level.lock().unwrap_or_else(PoisonError::into_inner);
        let has_no_room = |level: &mut Level| level.outcomes >= self.most && !level.is_stuck;
        let waited = self.fell.wait_timeout_while(level, self.longest_wait, has_no_room);
        let (mut level, waited) = waited.unwrap_or_else(PoisonError::into_inner);
        level.is_stuck |= waited.timed_out();
        level.outcomes += 1;
    }

    /// So many are in the file.
    fn take(&self, count: usize) {
        let mut level = self.level.lock().unwrap_or_else(PoisonError::into_inner);
        level.outcomes = level.outcomes.saturating_sub(count);
        level.is_stuck = false;
        self.fell.notify_all();
    }

    /// The thread gets nothing done.
    fn is_stuck(&self) {
        self.level.lock().unwrap_or_else(PoisonError::into_inner).is_stuck = true;
        self.fell.notify_all();
    }
}

fn store_one(connection: &Connection, run: Run, checked: Checked) -> rusqlite::Result<bool> {
    let url = checked.url.clone();
    let previous = connection.prepare_cached(row::SELECT_ONE)?.query_row([&url], row::read).optional()?.flatten();
    let before = previous.as_ref().map(|memory| memory.outcome.verdict);
    let Some(memory) = remember(previous, checked) else { return Ok(false) };
    row::write(&mut *connection.prepare_cached(row::REPLACE)?, &url, &memory)?;
    let outcome = &memory.outcome;
    let well = is_well(outcome.verdict);
    if before.map_or(!well, |before| before != outcome.verdict) {
        note_change(connection, run, &url, (before, &memory))?;
    }
    Ok(true)
}

fn note_change(
    connection: &Connection,
    run: Run,
    url: &str,
    (before, memory): (Option<Verdict>, &Memory),
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO changes (run, url, at, before, verdict, reason, origin) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let Memory { outcome, origin, .. } = memory;
    connection.prepare_cached(sql)?.execute(params![
        run.0,
        url,
        outcome.checked_at.map(Timestamp::as_millisecond),
        before.map(Verdict::name),
        outcome.verdict.name(),
        outcome.reason.name(),
        origin,
    ])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_brings_more_than_is_written_is_kept_waiting() {
        let backlog = Backlog::new(10, Duration::from_mins(1));
        thread::scope(|scope| {
            let bringing = || (0..500).for_each(|_| backlog.add());
            let threads = [scope.spawn(bringing), scope.spawn(bringing)];
            for _ in 0..1000 {
                while backlog.level.lock().unwrap().outcomes == 0 {
                    thread::yield_now();
                }
                assert!(backlog.level.lock().unwrap().outcomes <= 10);
                backlog.take(1);
            }
            for thread in threads {
                thread.join().unwrap();
            }
        });
        assert_eq!(backlog.level.lock().unwrap().outcomes, 0);
    }

    #[test]
    fn nobody_waits_for_a_thread_that_gets_nothing_done() {
        let backlog = Backlog::new(10, Duration::from_millis(1));
        (0..1000).for_each(|_| backlog.add());
        assert!(backlog.level.lock().unwrap().is_stuck);
        let gone = Backlog::new(0, Duration::from_hours(1));
        gone.is_stuck();
        (0..1000).for_each(|_| gone.add());
    }
}
