//! Names to addresses, once each, on threads of their own.
//!
//! The system's `getaddrinfo` blocks and says which of two very different things went wrong: there is no such name, or
//! nobody could be asked. So it is called through `dns-lookup`, on a few threads, ahead of the requests; no request's
//! slot waits for a name. What was found stands in a [`PhoneBook`], and the HTTP client connects to nothing else.

use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use dns_lookup::{AddrInfoHints, LookupErrorKind, SockType};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::settings::{Lookup, LookupFailure};
use crate::text::private;

/// Look-ups under way at once: enough to hide a slow name, few enough for a home router.
const THREADS: usize = 16;

/// A resolver that fails sooner than this may do better when it is asked again after as long.
const SOON: Duration = Duration::from_millis(500);

/// Asks the system's resolver; once more if it fails at once, for `EAI_AGAIN` means what it says.
pub(crate) fn system_lookup(name: &str) -> Result<Vec<IpAddr>, LookupFailure> {
    let started = Instant::now();
    let found = ask_system(name);
    if matches!(found, Err(LookupFailure::Resolver(_))) && started.elapsed() < SOON {
        std::thread::sleep(SOON);
        return ask_system(name);
    }
    found
}

fn ask_system(name: &str) -> Result<Vec<IpAddr>, LookupFailure> {
    let hints = AddrInfoHints { socktype: SockType::Stream.into(), ..AddrInfoHints::default() };
    match dns_lookup::getaddrinfo(Some(name), None, Some(hints)) {
        Ok(found) => Ok(found.filter_map(Result::ok).map(|info| info.sockaddr.ip()).collect()),
        Err(error) => match error.kind() {
            LookupErrorKind::NoName | LookupErrorKind::NoData => Err(LookupFailure::NotFound),
            _ => Err(LookupFailure::Resolver(std::io::Error::from(error).to_string())),
        },
    }
}

/// Where the HTTP client may connect to, by name.
#[derive(Default)]
pub(crate) struct PhoneBook(Mutex<HashMap<Box<str>, Arc<[SocketAddr]>>>);

impl PhoneBook {
    /// Notes the addresses of a name.
    pub(crate) fn enter(&self, name: &str, addresses: Arc<[SocketAddr]>) {
        locked(&self.0).insert(name.into(), addresses);
    }

    fn addresses(&self, name: &str) -> Option<Arc<[SocketAddr]>> {
        locked(&self.0).get(name).cloned()
    }
}

/// What the HTTP client asks: the phone book first. Only the name of a proxy, or one that a proxy of the user's choice
/// wants resolved here, is not in it.
pub(crate) struct Resolver {
    /// Names that were looked up already.
    pub(crate) book: Arc<PhoneBook>,
    /// How others are.
    pub(crate) lookup: Lookup,
    /// Whether the others may lead to private addresses, as a proxy's name does.
    pub(crate) allow_private: bool,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        if let Some(addresses) = self.book.addresses(name.as_str()) {
            let found: Addrs = Box::new(Vec::from(&*addresses).into_iter());
            return Box::pin(std::future::ready(Ok(found)));
        }
        let (lookup, allow_private) = (Arc::clone(&self.lookup), self.allow_private);
        Box::pin(async move {
            let found = tokio::task::spawn_blocking(move || lookup(name.as_str())).await?;
            let addresses = found.map_err(|failure| format!("the name could not be resolved: {failure:?}"))?;
            let open = addresses.into_iter().filter(move |ip| allow_private || private::is_private(*ip).is_none());
            let open: Addrs = Box::new(open.map(|ip| SocketAddr::new(ip, 0)));
            Ok(open)
        })
    }
}

/// A name and what became of it.
pub(crate) type Answer = (Box<str>, Result<Vec<IpAddr>, LookupFailure>);

/// The threads that look names up. They outlive a run that is cut short, for nothing can stop a `getaddrinfo`,
/// but hold nothing of it.
pub(crate) struct Names {
    wanted: Arc<Wanted>,
    lookup: Lookup,
    answers: UnboundedReceiver<Answer>,
    tell: UnboundedSender<Answer>,
    threads: usize,
    pending: usize,
}

#[derive(Default)]
struct Wanted {
    line: Mutex<Line>,
    more: Condvar,
}

#[derive(Default)]
struct Line {
    names: VecDeque<Box<str>>,
    closed: bool,
}

impl Names {
    pub(crate) fn new(lookup: Lookup) -> Self {
        let (tell, answers) = unbounded_channel();
        Self { wanted: Arc::default(), lookup, answers, tell, threads: 0, pending: 0 }
    }

    /// Wants a name looked up; the answer comes through [`Self::answer`].
    pub(crate) fn want(&mut self, name: Box<str>) {
        locked(&self.wanted.line).names.push_back(name);
        self.wanted.more.notify_one();
        self.pending += 1;
        if self.threads < THREADS && self.threads < self.pending {
            let (wanted, lookup, tell) = (Arc::clone(&self.wanted), Arc::clone(&self.lookup), self.tell.clone());
            let spawned =
                std::thread::Builder::new().name("look-up".to_owned()).spawn(move || serve(&wanted, &lookup, &tell));
            // Without a thread to spare the ones that run do the work; without any, the run itself cannot go on.
            self.threads += usize::from(spawned.is_ok());
            if self.threads == 0 {
                let failure = LookupFailure::Resolver("no thread could be started".to_owned());
                while let Some(name) = locked(&self.wanted.line).names.pop_front() {
                    drop(self.tell.send((name, Err(failure.clone()))));
                }
            }
        }
    }

    /// Names whose answer is still to come.
    pub(crate) fn pending(&self) -> usize {
        self.pending
    }

    /// The next answer; waits for ever if none is pending.
    pub(crate) async fn answer(&mut self) -> Option<Answer> {
        let answer = self.answers.recv().await;
        self.pending -= usize::from(answer.is_some());
        answer
    }
}

impl Drop for Names {
    fn drop(&mut self) {
        let mut line = locked(&self.wanted.line);
        line.closed = true;
        line.names.clear();
        drop(line);
        self.wanted.more.notify_all();
    }
}

fn serve(wanted: &Wanted, lookup: &Lookup, tell: &UnboundedSender<Answer>) {
    loop {
        let mut line = locked(&wanted.line);
        let name = loop {
            if line.closed {
                return;
            }
            match line.names.pop_front() {
                Some(name) => break name,
                None => line = wanted.more.wait(line).unwrap_or_else(PoisonError::into_inner),
            }
        };
        drop(line);
        // A look-up that panics must not leave its host waiting for ever.
        let result = catch_unwind(AssertUnwindSafe(|| lookup(&name)))
            .unwrap_or_else(|_| Err(LookupFailure::Resolver("the look-up broke down".to_owned())));
        if tell.send((name, result)).is_err() {
            return;
        }
    }
}

/// A panic elsewhere leaves these tables whole, so a poisoned lock is taken all the same.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
