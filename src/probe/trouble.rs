//! What went wrong where no answer came, told from the errors of the libraries below.
//!
//! reqwest wraps hyper, which wraps rustls, which is wrapped in an `io::Error`: the whole chain of sources is looked at,
//! since only its innermost part knows an expired certificate from one of an unknown issuer.

use std::error::Error;
use std::io::{self, ErrorKind};

use rustls::{CertificateError, Error as TlsError};

use super::outcome::Reason;

/// How far a request had come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// This machine could not even try: it is out of sockets or ports.
    Local,
    /// No connection came to stand, so every address of the host shares the trouble.
    Connect,
    /// The connection stood.
    Exchange,
    /// The server says that it did nothing with the request, so that it may be sent again at once: what each restart of
    /// an HTTP/2 server says to whoever is just asking (RFC 9113 §8.7).
    Unprocessed,
    /// The server wants the request over HTTP/1.1 (RFC 9113 §7).
    OldHttp,
}

/// Why no answer came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) reason: Reason,
    pub(crate) stage: Stage,
    /// Whether it may be gone in a moment.
    pub(crate) passing: bool,
    /// The innermost library's words.
    pub(crate) words: Box<str>,
}

impl Trouble {
    /// The answer took too long.
    pub(crate) fn timeout() -> Self {
        Self::new(Reason::Timeout, Stage::Exchange, true, "no answer in time")
    }

    /// Reads what reqwest says of a body that was needed: what is cut off has an end of its own kind.
    pub(crate) fn read_body(error: &reqwest::Error) -> Self {
        let trouble = Self::read(error);
        match trouble.reason {
            Reason::ConnectReset => Self { reason: Reason::BodyTruncated, ..trouble },
            _ => trouble,
        }
    }

    /// Reads what reqwest says.
    pub(crate) fn read(error: &reqwest::Error) -> Self {
        let clues = Clues::gather(error);
        let stage = if error.is_connect() { Stage::Connect } else { Stage::Exchange };
        let words = clues.words.as_str();
        if let Some(reason) = clues.tls {
            return Self::new(reason, Stage::Connect, false, words);
        }
        if error.is_timeout() {
            return Self::new(Reason::Timeout, stage, true, "no connection in time");
        }
        match (clues.io, clues.http) {
            (Some(Io::OutOfSockets), _) => Self::new(Reason::ConnectFailed, Stage::Local, true, words),
            (Some(Io::Refused), _) => Self::new(Reason::ConnectRefused, stage, true, words),
            (Some(Io::Unreachable), _) => Self::new(Reason::ConnectFailed, stage, true, words),
            (Some(Io::TimedOut), _) => Self::new(Reason::Timeout, stage, true, words),
            (_, Some(Http::Unprocessed)) => Self::new(Reason::ProtocolError, Stage::Unprocessed, true, words),
            (_, Some(Http::Old)) => Self::new(Reason::ProtocolError, Stage::OldHttp, false, words),
            (_, Some(Http::Garbage)) => Self::new(Reason::ProtocolError, stage, false, words),
            (Some(Io::Cut), _) | (_, Some(Http::Cut)) => Self::new(Reason::ConnectReset, stage, true, words),
            _ if error.is_connect() => Self::new(Reason::ConnectFailed, stage, true, words),
            _ if error.is_decode() => Self::new(Reason::ProtocolError, stage, false, words),
            // What is left is mostly HTTP/2 that breaks off.
            _ => Self::new(Reason::ProtocolError, stage, true, words),
        }
    }

    /// The same trouble where a proxy stands between: what could not be connected to is the proxy, unless TLS spoke.
    pub(crate) fn of_proxy(&self) -> Self {
        match self.reason {
            Reason::ConnectRefused | Reason::ConnectFailed | Reason::ConnectReset | Reason::Timeout => {
                let words = format!("through the proxy: {}", self.words);
                Self { reason: Reason::ConnectFailed, words: words.into(), ..*self }
            }
            _ => self.clone(),
        }
    }

    fn new(reason: Reason, stage: Stage, passing: bool, words: &str) -> Self {
        Self { reason, stage, passing, words: words.into() }
    }
}

/// What the operating system said.
#[derive(Clone, Copy)]
enum Io {
    Refused,
    Cut,
    Unreachable,
    TimedOut,
    OutOfSockets,
}

/// What the HTTP library said.
#[derive(Clone, Copy)]
enum Http {
    Garbage,
    Cut,
    Unprocessed,
    Old,
}

/// What a chain of errors gives away.
#[derive(Default)]
struct Clues {
    tls: Option<Reason>,
    io: Option<Io>,
    http: Option<Http>,
    words: String,
}

impl Clues {
    fn gather(error: &reqwest::Error) -> Self {
        let mut clues = Self::default();
        let mut next: Option<&(dyn Error + 'static)> = error.source();
        while let Some(error) = next {
            clues.words = error.to_string();
            next = error.source();
            if let Some(error) = error.downcast_ref::<io::Error>() {
                clues.io = clues.io.or(read_io(error));
                // An `io::Error` leaves out what it wraps when it is asked for its source.
                if let Some(inner) = error.get_ref() {
                    next = Some(inner);
                }
            } else if let Some(error) = error.downcast_ref::<TlsError>() {
                clues.tls = Some(read_tls(error));
            } else if let Some(error) = error.downcast_ref::<hyper::Error>() {
                clues.http = clues.http.or(read_http(error));
            } else if let Some(error) = error.downcast_ref::<h2::Error>() {
                clues.http = clues.http.or(read_http2(error));
            }
        }
        clues
    }
}

fn read_io(error: &io::Error) -> Option<Io> {
    // EMFILE and ENFILE have no kind of their own; both numbers are the same on every Unix.
    if matches!(error.raw_os_error(), Some(23 | 24)) {
        return Some(Io::OutOfSockets);
    }
    match error.kind() {
        ErrorKind::ConnectionRefused => Some(Io::Refused),
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe
        | ErrorKind::NotConnected
        | ErrorKind::UnexpectedEof => Some(Io::Cut),
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => Some(Io::Unreachable),
        ErrorKind::TimedOut => Some(Io::TimedOut),
        ErrorKind::AddrNotAvailable | ErrorKind::AddrInUse => Some(Io::OutOfSockets),
        _ => None,
    }
}

fn read_http(error: &hyper::Error) -> Option<Http> {
    if error.is_parse() {
        Some(Http::Garbage)
    } else if error.is_incomplete_message() || error.is_closed() || error.is_canceled() {
        Some(Http::Cut)
    } else {
        None
    }
}

fn read_http2(error: &h2::Error) -> Option<Http> {
    match error.reason() {
        Some(h2::Reason::HTTP_1_1_REQUIRED) => Some(Http::Old),
        Some(h2::Reason::REFUSED_STREAM) => Some(Http::Unprocessed),
        // Streams that the server still answers do not see it go away.
        Some(h2::Reason::NO_ERROR) if error.is_go_away() => Some(Http::Unprocessed),
        _ => None,
    }
}

fn read_tls(error: &TlsError) -> Reason {
    use CertificateError as Certificate;
    let TlsError::InvalidCertificate(error) = error else { return Reason::TlsFailed };
    match error {
        Certificate::Expired
        | Certificate::ExpiredContext { .. }
        | Certificate::NotValidYet
        | Certificate::NotValidYetContext { .. } => Reason::TlsExpired,
        Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => Reason::TlsHostname,
        Certificate::BadEncoding => Reason::TlsFailed,
        _ => Reason::TlsUntrusted,
    }
}
