//! An alarm clock that is on time.
//!
//! The event loop's own timers are a millisecond wide and ring late by as much or two, which at a pace of ten milliseconds
//! makes a run a fifth longer. A thread that sleeps in the kernel is woken within a tenth of a millisecond.

use std::io;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Instant;

use tokio::sync::Notify;

/// An alarm clock for one listener.
pub(crate) struct Alarm {
    clock: Arc<Clock>,
}

#[derive(Default)]
struct Clock {
    setting: Mutex<Setting>,
    changed: Condvar,
    bell: Notify,
}

#[derive(Default)]
struct Setting {
    at: Option<Instant>,
    closed: bool,
}

impl Alarm {
    /// Starts the clock's thread.
    pub(crate) fn new() -> io::Result<Self> {
        let clock = Arc::<Clock>::default();
        let shared = Arc::clone(&clock);
        std::thread::Builder::new().name("alarm".to_owned()).spawn(move || shared.run())?;
        Ok(Self { clock })
    }

    /// Sets it, unless it rings earlier anyway; whoever hears it sets it anew.
    pub(crate) fn set(&self, at: Instant) {
        let mut setting = self.clock.setting.lock().unwrap_or_else(PoisonError::into_inner);
        if setting.at.is_none_or(|set| at < set) {
            setting.at = Some(at);
            drop(setting);
            self.clock.changed.notify_one();
        }
    }

    /// Waits until it rings.
    pub(crate) async fn rings(&self) {
        self.clock.bell.notified().await;
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        self.clock.setting.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
        self.clock.changed.notify_one();
    }
}

impl Clock {
    fn run(&self) {
        let mut setting = self.setting.lock().unwrap_or_else(PoisonError::into_inner);
        while !setting.closed {
            let now = Instant::now();
            setting = match setting.at {
                None => self.changed.wait(setting).unwrap_or_else(PoisonError::into_inner),
                Some(at) if at <= now => {
                    setting.at = None;
                    self.bell.notify_one();
                    setting
                }
                Some(at) => {
                    let wait = at.saturating_duration_since(now);
                    self.changed.wait_timeout(setting, wait).unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }
}
