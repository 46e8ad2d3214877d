//! A web server on raw sockets that does what a test tells it to, and keeps count.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use postproof::event::Silent;
use postproof::probe::{Address, Cancel, Outcome, ProbeError, ProxySetting, Settings, probe};
use tokio::net::TcpSocket;

/// One request that came in.
#[derive(Clone, Debug)]
pub(crate) struct Hit {
    pub(crate) method: String,
    /// As it stood in the request line.
    pub(crate) target: String,
    /// All lines after the request line, lowercase.
    pub(crate) headers: String,
}

impl Hit {
    /// A header's value, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        let line = self.headers.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        line.unwrap_or_default().trim()
    }
}

/// What a server has seen.
#[derive(Default)]
pub(crate) struct Log {
    hits: Mutex<Vec<Hit>>,
    busy: AtomicUsize,
    most_busy: AtomicUsize,
    written: AtomicUsize,
    connections: AtomicUsize,
    handshakes: AtomicUsize,
    stop: AtomicBool,
}

impl Log {
    pub(crate) fn hits(&self) -> Vec<Hit> {
        self.hits.lock().unwrap().clone()
    }

    pub(crate) fn count(&self) -> usize {
        self.hits.lock().unwrap().len()
    }

    pub(crate) fn most_busy(&self) -> usize {
        self.most_busy.load(Ordering::SeqCst)
    }

    pub(crate) fn written(&self) -> usize {
        self.written.load(Ordering::SeqCst)
    }

    /// Connections on which somebody spoke TLS, as far as the server notes it.
    pub(crate) fn handshakes(&self) -> usize {
        self.handshakes.load(Ordering::SeqCst)
    }

    /// Whether the test is over.
    pub(crate) fn is_over(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    pub(crate) fn note_handshake(&self) {
        self.handshakes.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// One request and the socket to answer it on.
pub(crate) struct Visit<'a> {
    pub(crate) hit: Hit,
    /// How many requests the server had before this one.
    pub(crate) number: usize,
    stream: &'a mut TcpStream,
    log: &'a Log,
    open: bool,
    counted: bool,
}

impl Visit<'_> {
    pub(crate) fn is_head(&self) -> bool {
        self.hit.method == "HEAD"
    }

    pub(crate) fn path(&self) -> &str {
        &self.hit.target
    }

    /// Writes bytes as they are. Says whether the other side still takes them.
    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        let bytes = bytes.as_ref();
        // Counted out before the answer: afterwards the next request may be here first.
        self.count_out();
        let sent = self.stream.write_all(bytes).is_ok();
        self.log.written.fetch_add(if sent { bytes.len() } else { 0 }, Ordering::SeqCst);
        self.open &= sent;
        sent
    }

    /// A whole answer without a body, such as `302 Found`, with header lines.
    pub(crate) fn answer(&mut self, status: &str, headers: &[&str]) {
        let mut lines = vec![format!("HTTP/1.1 {status}"), "Content-Length: 0".to_owned()];
        lines.extend(headers.iter().map(|&header| header.to_owned()));
        self.send(lines.join("\r\n") + "\r\n\r\n");
    }

    /// A whole answer with a body, which is left out after `HEAD`.
    pub(crate) fn page(&mut self, status: &str, body: &[u8]) {
        self.send(format!("HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n", body.len()));
        if !self.is_head() {
            self.send(body);
        }
    }

    /// Ends the connection after this request.
    pub(crate) fn close(&mut self) {
        self.open = false;
    }

    /// Ends the connection after `GET`. After `HEAD` it stays, for one that closes without a word races with the next request.
    pub(crate) fn close_after_get(&mut self) {
        if !self.is_head() {
            self.close();
        }
    }

    fn count_out(&mut self) {
        if std::mem::take(&mut self.counted) {
            self.log.busy.fetch_sub(1, Ordering::SeqCst);
        }
    }

    /// Waits for `time`, or until the test is over.
    pub(crate) fn pause(&self, time: Duration) {
        let end = Instant::now() + time;
        while Instant::now() < end && !self.log.stop.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(2).min(time));
        }
    }

    /// Whether the test is over.
    pub(crate) fn over(&self) -> bool {
        self.log.stop.load(Ordering::SeqCst)
    }
}

/// A server; ends with its value.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) log: Arc<Log>,
}

impl Server {
    /// Serves HTTP: `handler` answers each request.
    pub(crate) fn http(handler: impl Fn(&mut Visit<'_>) + Send + Sync + 'static) -> Self {
        let handler = Arc::new(handler);
        Self::raw(move |stream, log| serve(stream, log, &*handler))
    }

    /// Serves a page over IPv6; `None` on a machine that has none.
    pub(crate) fn over_ipv6() -> Option<Self> {
        let listener = TcpListener::bind("[::1]:0").ok()?;
        let page = |visit: &mut Visit<'_>| visit.page("200 OK", b"page");
        Some(Self::on(listener, move |stream, log| serve(stream, log, &page)))
    }

    /// Gives each connection to `handler` as it is.
    pub(crate) fn raw(handler: impl Fn(TcpStream, &Log) + Send + Sync + 'static) -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").unwrap(), handler)
    }

    /// Gives each connection that `listener` accepts to `handler` as it is.
    fn on(listener: TcpListener, handler: impl Fn(TcpStream, &Log) + Send + Sync + 'static) -> Self {
        let address = listener.local_addr().unwrap();
        let log = Arc::new(Log::default());
        let (handler, shared) = (Arc::new(handler), Arc::clone(&log));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if shared.stop.load(Ordering::SeqCst) {
                    return;
                }
                shared.connections.fetch_add(1, Ordering::SeqCst);
                let (handler, log) = (Arc::clone(&handler), Arc::clone(&shared));
                std::thread::spawn(move || {
                    stream.set_nodelay(true).unwrap();
                    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
                    stream.set_write_timeout(Some(Duration::from_secs(20))).unwrap();
                    handler(stream, &log);
                });
            }
        });
        Self { address, log }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.log.stop.store(true, Ordering::SeqCst);
        // Wakes the thread that accepts.
        drop(TcpStream::connect(self.address));
    }
}

/// Waits for what must happen.
pub(crate) fn wait_for(happens: impl Fn() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !happens() {
        assert!(Instant::now() < end, "what was waited for does not happen");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// An address of this machine at which nobody listens, and nobody will as long as the value lives.
pub(crate) struct Closed {
    pub(crate) address: SocketAddr,
    _held: TcpSocket,
}

impl Closed {
    pub(crate) fn new() -> Self {
        Self::on((Ipv4Addr::LOCALHOST, 0).into()).unwrap()
    }

    /// `None` where somebody has it, or the machine has no such address.
    pub(crate) fn on(address: SocketAddr) -> Option<Self> {
        let held = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() };
        let held = held.ok()?;
        held.bind(address).ok()?;
        Some(Self { address: held.local_addr().ok()?, _held: held })
    }
}

fn serve(mut stream: TcpStream, log: &Log, handler: &dyn Fn(&mut Visit<'_>)) {
    let mut pending = Vec::new();
    // A server that speaks no TLS hangs up on whoever does; the attempt is a visit all the same.
    if is_tls(&stream) {
        log.most_busy.fetch_max(log.busy.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(3));
        log.busy.fetch_sub(1, Ordering::SeqCst);
        return;
    }
    while let Some(head) = read_head(&mut stream, &mut pending) {
        let (first, headers) = head.split_once("\r\n").unwrap_or((&head, ""));
        let mut words = first.split(' ');
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let hit = Hit { method: method.to_owned(), target: target.to_owned(), headers: headers.to_ascii_lowercase() };
        let busy = log.busy.fetch_add(1, Ordering::SeqCst) + 1;
        log.most_busy.fetch_max(busy, Ordering::SeqCst);
        let number = {
            let mut hits = log.hits.lock().unwrap();
            hits.push(hit.clone());
            hits.len() - 1
        };
        let open = !hit.header("connection").contains("close");
        let mut visit = Visit { hit, number, stream: &mut stream, log, open, counted: true };
        handler(&mut visit);
        visit.count_out();
        let open = visit.open;
        if !open {
            return;
        }
    }
}

/// Whether what was sent first is a TLS handshake.
pub(crate) fn is_tls(stream: &TcpStream) -> bool {
    let mut first = [0];
    stream.peek(&mut first).is_ok() && first == [22]
}

/// Reads up to the blank line that ends a request's headers.
fn read_head(stream: &mut TcpStream, pending: &mut Vec<u8>) -> Option<String> {
    let mut buffer = [0; 4096];
    loop {
        if let Some(end) = pending.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&pending[..end]).into_owned();
            pending.drain(..end + 4);
            return Some(head);
        }
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return None,
            Ok(count) => pending.extend_from_slice(&buffer[..count]),
        }
    }
}

/// Longer than any answer takes on a machine that is busy with other things.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// Settings for loopback: no pace, short waits between requests, and time enough for each of them.
pub(crate) fn quick() -> Settings {
    Settings {
        allow_private: true,
        proxy: ProxySetting::None,
        pace: Duration::ZERO,
        backoff: Duration::from_millis(20),
        timeout: PATIENCE * 2,
        connect_timeout: PATIENCE,
        retry_after_limit: Duration::from_secs(3),
        control_names: vec!["localhost".to_owned()],
        ..Settings::default()
    }
}

/// Asks addresses and returns their outcomes.
pub(crate) fn ask(settings: &Settings, urls: &[String]) -> Vec<Outcome> {
    try_ask(settings, urls).unwrap()
}

/// Asks addresses.
pub(crate) fn try_ask(settings: &Settings, urls: &[String]) -> Result<Vec<Outcome>, ProbeError> {
    let addresses: Vec<Address<'_>> = urls.iter().map(|url| Address::new(url)).collect();
    probe_all(settings, &addresses, &Cancel::new())
}

/// Asks addresses of which more is wanted, and holds that each is told of once.
pub(crate) fn probe_all(
    settings: &Settings,
    addresses: &[Address<'_>],
    cancel: &Cancel,
) -> Result<Vec<Outcome>, ProbeError> {
    let mut outcomes: Vec<Option<Outcome>> = vec![None; addresses.len()];
    probe(settings, addresses, &Silent, cancel, &mut |index, outcome| {
        assert!(outcomes[index].replace(outcome).is_none(), "{} is told of twice", addresses[index].url);
    })?;
    Ok(outcomes.into_iter().map(Option::unwrap).collect())
}

/// `verdict reason`, for comparisons.
pub(crate) fn word(outcome: &Outcome) -> String {
    format!("{} {}", outcome.verdict.name(), outcome.reason.name())
}

/// Runs an ignored test of this binary in a process of its own, with other environment variables: a process cannot
/// change its own while it has threads.
pub(crate) fn run_with(environment: &[(&str, &str)], test: &str) {
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--ignored"]).envs(environment.iter().copied());
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}
