//! HTTP/2 over TLS, spoken frame by frame, so that a server can do what no library lets it do.

use std::io::{BufRead, BufReader, Read, Write};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use postproof::probe::{Outcome, Settings};
use rustls::{ServerConnection, StreamOwned};

use super::server::{PATIENCE, Server, ask, is_tls, quick, wait_for, word};
use super::tls::config;

const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;

const END_STREAM: u8 = 1;
const ACK: u8 = 1;
const END_HEADERS: u8 = 4;

const NO_ERROR: u32 = 0;
const INTERNAL_ERROR: u32 = 2;
const REFUSED_STREAM: u32 = 7;
const CANCEL: u32 = 8;
const ENHANCE_YOUR_CALM: u32 = 11;
const HTTP_1_1_REQUIRED: u32 = 13;

/// `:status` of the static table (RFC 7541, appendix A).
const OK: &[u8] = &[0x88];
const NOT_FOUND: &[u8] = &[0x8D];
/// A status that the table lacks: its name by number, its value as text.
const EARLY_HINTS: &[u8] = b"\x08\x03103";

/// What a server did, by its own count.
#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    /// Requests over HTTP/1.1.
    old_requests: AtomicUsize,
    /// Streams that were begun, on all connections.
    streams: AtomicUsize,
    /// The most streams of one connection that waited for an answer at once.
    most_open: AtomicUsize,
}

/// One connection on which HTTP/2 is spoken.
struct Connection<'a> {
    wire: &'a mut dyn Wire,
    /// How many there were before this one.
    number: usize,
    open: Vec<u32>,
    seen: &'a Seen,
}

trait Wire: Read + Write {}
impl<T: Read + Write> Wire for T {}

impl Connection<'_> {
    fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) -> bool {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let head = [&length[1..], &[kind, flags], &stream.to_be_bytes()].concat();
        self.wire.write_all(&[&head, payload].concat()).and_then(|()| self.wire.flush()).is_ok()
    }

    fn answer(&mut self, stream: u32, status: &[u8]) {
        self.open.retain(|open| *open != stream);
        self.send(HEADERS, END_STREAM | END_HEADERS, stream, status);
    }

    fn reset(&mut self, stream: u32, code: u32) {
        self.open.retain(|open| *open != stream);
        self.send(RST_STREAM, 0, stream, &code.to_be_bytes());
    }

    fn go_away(&mut self, last: u32, code: u32) {
        self.send(GOAWAY, 0, 0, &[last.to_be_bytes(), code.to_be_bytes()].concat());
    }
}

/// What a server does with the streams that wait for an answer, whenever one has come; `false` hangs up.
type Act = dyn Fn(&mut Connection<'_>) -> bool + Send + Sync;

struct Http2 {
    server: Server,
    seen: Arc<Seen>,
}

impl Http2 {
    /// A server that says `settings` at first: pairs of a number and a value.
    fn new(settings: &[(u16, u32)], act: impl Fn(&mut Connection<'_>) -> bool + Send + Sync + 'static) -> Self {
        Self::speaking(&[b"h2"], settings, act)
    }

    /// A server that agrees to the first of these protocols that its client offers too.
    fn speaking(
        protocols: &[&[u8]],
        settings: &[(u16, u32)],
        act: impl Fn(&mut Connection<'_>) -> bool + Send + Sync + 'static,
    ) -> Self {
        let tls = config("two.test", (2000, 2100), None, protocols);
        let seen = Arc::<Seen>::default();
        let (shared, act): (_, Arc<Act>) = (Arc::clone(&seen), Arc::new(act));
        let settings: Vec<u8> =
            settings.iter().flat_map(|(key, value)| [&key.to_be_bytes()[..], &value.to_be_bytes()].concat()).collect();
        let server = Server::raw(move |stream, _| {
            // Whoever looks whether it speaks plain HTTP too is sent away.
            if !is_tls(&stream) {
                return;
            }
            let mut wire = StreamOwned::new(ServerConnection::new(Arc::clone(&tls)).unwrap(), stream);
            while wire.conn.is_handshaking() && wire.conn.complete_io(&mut wire.sock).is_ok() {}
            if wire.conn.alpn_protocol() == Some(b"http/1.1") {
                shared.old_requests.fetch_add(answer_old_http(&mut wire), Ordering::SeqCst);
                return;
            }
            let number = shared.connections.fetch_add(1, Ordering::SeqCst);
            let mut connection = Connection { wire: &mut wire, number, open: Vec::new(), seen: &shared };
            // Whoever hangs up ends the conversation, whenever that is.
            let _ = converse(&mut connection, &settings, &*act);
        });
        Self { server, seen }
    }

    fn url(&self, path: &str) -> String {
        format!("https://two.test:{}{path}", self.server.address.port())
    }

    fn settings(&self) -> Settings {
        let resolve = vec![("two.test".to_owned(), self.server.address)];
        Settings { insecure: true, resolve, ..quick() }
    }

    fn ask(&self, paths: &[&str]) -> Vec<Outcome> {
        ask(&self.settings(), &paths.iter().map(|path| self.url(path)).collect::<Vec<_>>())
    }

    fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }
}

fn converse(connection: &mut Connection<'_>, settings: &[u8], act: &Act) -> std::io::Result<()> {
    let mut preface = [0; 24];
    connection.wire.read_exact(&mut preface)?;
    assert_eq!(&preface, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    connection.send(SETTINGS, 0, 0, settings);
    loop {
        let mut head = [0; 9];
        connection.wire.read_exact(&mut head)?;
        let [a, b, c, kind, flags, stream @ ..] = head;
        let mut payload = vec![0; usize::try_from(u32::from_be_bytes([0, a, b, c])).unwrap()];
        connection.wire.read_exact(&mut payload)?;
        match kind {
            SETTINGS if flags & ACK == 0 => drop(connection.send(SETTINGS, ACK, 0, &[])),
            PING if flags & ACK == 0 => drop(connection.send(PING, ACK, 0, &payload)),
            // What it asks for is packed so that only a library unpacks it; each server here does one thing.
            HEADERS => {
                connection.open.push(u32::from_be_bytes(stream));
                connection.seen.streams.fetch_add(1, Ordering::SeqCst);
                connection.seen.most_open.fetch_max(connection.open.len(), Ordering::SeqCst);
                if !act(connection) {
                    return Ok(());
                }
            }
            RST_STREAM => connection.open.retain(|open| *open != u32::from_be_bytes(stream)),
            _ => {}
        }
    }
}

/// Answers HTTP/1.1 until the client has no more to ask; the requests.
fn answer_old_http(wire: &mut dyn Wire) -> usize {
    let mut requests = 0;
    let mut lines = BufReader::new(wire);
    loop {
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            if lines.read_line(&mut line).unwrap_or_default() == 0 {
                return requests;
            }
        }
        requests += 1;
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        if lines.get_mut().write_all(answer).and_then(|()| lines.get_mut().flush()).is_err() {
            return requests;
        }
    }
}

fn newest(connection: &Connection<'_>) -> u32 {
    *connection.open.last().unwrap()
}

fn answers_all(connection: &mut Connection<'_>) -> bool {
    for stream in connection.open.clone() {
        connection.answer(stream, OK);
    }
    true
}

/// A server: its name, what it is judged to be, the most requests that it may cost, and what it does.
type Case = (&'static str, &'static str, u16, fn(&mut Connection<'_>) -> bool);

const CASES: [Case; 15] = [
    ("fine", "alive http-200", 2, answers_all),
    ("not found", "dead http-404", 2, |c| {
        c.answer(newest(c), NOT_FOUND);
        true
    }),
    ("hints first", "alive http-200", 2, |c| {
        let stream = newest(c);
        c.send(HEADERS, END_HEADERS, stream, EARLY_HINTS);
        answers_all(c)
    }),
    ("sends a body and stops it", "alive http-200", 2, |c| {
        let stream = newest(c);
        c.send(HEADERS, END_HEADERS, stream, OK);
        c.reset(stream, CANCEL);
        true
    }),
    ("refuses a stream once", "alive http-200", 3, |c| {
        if c.seen.streams.load(Ordering::SeqCst) == 1 {
            c.reset(newest(c), REFUSED_STREAM);
            return true;
        }
        answers_all(c)
    }),
    ("refuses every stream", "failing protocol-error", 10, |c| {
        c.reset(newest(c), REFUSED_STREAM);
        true
    }),
    ("breaks every stream", "failing protocol-error", 4, |c| {
        c.reset(newest(c), INTERNAL_ERROR);
        true
    }),
    ("stops every stream without an error", "failing protocol-error", 4, |c| {
        c.reset(newest(c), NO_ERROR);
        true
    }),
    ("goes away, and comes back", "alive http-200", 3, |c| {
        if c.number == 0 {
            c.go_away(0, NO_ERROR);
            return true;
        }
        answers_all(c)
    }),
    ("answers, and goes away each time", "alive http-200", 2, |c| {
        let stream = newest(c);
        c.go_away(stream, NO_ERROR);
        c.answer(stream, OK);
        true
    }),
    ("goes away for ever, and politely", "failing protocol-error", 10, |c| {
        c.go_away(0, NO_ERROR);
        true
    }),
    ("always goes away", "failing protocol-error", 4, |c| {
        c.go_away(0, ENHANCE_YOUR_CALM);
        true
    }),
    ("hangs up", "failing connect-reset", 4, |_| false),
    ("breaks off in the middle of a frame", "failing connect-reset", 4, |c| {
        let _ = c.wire.write_all(&[0, 0, 9, HEADERS, END_HEADERS, 0]);
        let _ = c.wire.flush();
        false
    }),
    ("sends no frames", "failing protocol-error", 4, |c| {
        let _ = c.wire.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        let _ = c.wire.flush();
        true
    }),
];

#[test]
fn what_http2_servers_do_has_its_verdict() {
    let mut wrong = Vec::new();
    for (name, expected, requests, act) in CASES {
        let server = Http2::new(&[], act);
        let outcome = server.ask(&["/"]).remove(0);
        if word(&outcome) != expected || outcome.attempts > requests {
            wrong.push(format!(
                "{name}: {}, {} requests, {} streams, {:?}",
                word(&outcome),
                outcome.attempts,
                server.seen.streams.load(Ordering::SeqCst),
                outcome.evidence
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn several_requests_share_one_connection() {
    const AT_ONCE: usize = 4;
    // The first answer is given at once; after it, none before four wait for theirs.
    let (is_warm, is_open) = (Arc::new(AtomicBool::new(false)), AtomicBool::new(false));
    let warm = Arc::clone(&is_warm);
    let server = Http2::new(&[], move |connection| {
        let streams = connection.seen.streams.load(Ordering::SeqCst);
        if connection.open.len() >= AT_ONCE {
            is_open.store(true, Ordering::SeqCst);
        }
        if streams <= 2 || is_open.load(Ordering::SeqCst) {
            answers_all(connection);
        }
        warm.store(warm.load(Ordering::SeqCst) || streams >= 2, Ordering::SeqCst);
        true
    });
    // Others lead there once the connection stands: whoever comes before that has to make one of its own.
    let to = server.url("/page");
    let others = Server::http(move |visit| {
        wait_for(|| is_warm.load(Ordering::SeqCst));
        let target = format!("Location: {to}{}", visit.path().replace('/', "-"));
        visit.answer("302 Found", &[&target]);
    });
    let mut urls = vec![server.url("/first")];
    urls.extend((0..AT_ONCE).map(|page| others.url(&format!("/{page}"))));
    let settings = Settings { per_host: AT_ONCE, ..server.settings() };
    let outcomes = ask(&settings, &urls);
    assert!(outcomes.iter().all(|outcome| word(outcome) == "alive http-200"), "{outcomes:?}");
    assert_eq!(server.connections(), 1);
    assert_eq!(server.seen.most_open.load(Ordering::SeqCst), AT_ONCE);
}

#[test]
fn no_more_streams_are_begun_than_the_server_allows() {
    const MAX_CONCURRENT_STREAMS: u16 = 3;
    let server = Http2::new(&[(MAX_CONCURRENT_STREAMS, 1)], answers_all);
    let paths: Vec<String> = (0..40).map(|page| format!("/{page}")).collect();
    let urls: Vec<String> = paths.iter().map(|path| server.url(path)).collect();
    let outcomes = ask(&Settings { per_host: 8, ..server.settings() }, &urls);
    assert!(outcomes.iter().all(|outcome| word(outcome) == "alive http-200"), "{outcomes:?}");
    assert_eq!(server.seen.most_open.load(Ordering::SeqCst), 1);
}

#[test]
fn a_server_that_restarts_in_the_middle_costs_no_verdict() {
    // Each connection is sent away at its third stream, which is not answered, nor is what comes behind it. As servers do,
    // it is left to the client to close it, since whatever is unread when a socket closes takes the last words along.
    let streams = Mutex::new(std::collections::BTreeMap::<usize, usize>::new());
    let server = Http2::new(&[], move |connection| {
        let mut streams = streams.lock().unwrap();
        let count = streams.entry(connection.number).or_default();
        *count += 1;
        match *count {
            ..3 => return answers_all(connection),
            3 => connection.go_away(newest(connection) - 2, NO_ERROR),
            _ => {}
        }
        true
    });
    let urls: Vec<String> = (0..20).map(|page| server.url(&format!("/{page}"))).collect();
    let settings = Settings { per_host: 1, backoff: Duration::from_millis(1), ..server.settings() };
    let outcomes = ask(&settings, &urls);
    assert!(outcomes.iter().all(|outcome| word(outcome) == "alive http-200"), "{outcomes:?}");
    assert!(server.connections() >= 7, "{} connections", server.connections());
}

#[test]
fn a_server_that_wants_http_1_1_after_all_gets_it() {
    let server = Http2::speaking(&[b"h2", b"http/1.1"], &[], |c| {
        c.reset(newest(c), HTTP_1_1_REQUIRED);
        true
    });
    let urls: Vec<String> = (0..20).map(|page| server.url(&format!("/{page}"))).collect();
    let settings = Settings { per_host: 1, retries: 0, ..server.settings() };
    let outcomes = ask(&settings, &urls);
    assert!(outcomes.iter().all(|outcome| word(outcome) == "alive http-200"), "{outcomes:?}");
    // Once is enough to know it.
    assert_eq!(server.seen.streams.load(Ordering::SeqCst), 1);
    wait_for(|| server.seen.old_requests.load(Ordering::SeqCst) >= urls.len());
}

#[test]
fn a_stream_that_is_never_answered_is_given_up() {
    let server = Http2::new(&[], |_| true);
    let urls = [server.url("/")];
    let outcomes = ask(&Settings { timeout: Duration::from_millis(500), retries: 0, ..server.settings() }, &urls);
    assert_eq!(word(&outcomes[0]), "failing timeout");
    assert!(outcomes[0].elapsed_ms < u32::try_from(PATIENCE.as_millis()).unwrap());
}
