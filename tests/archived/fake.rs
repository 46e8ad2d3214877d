//! A server that stands in for a web archive.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use url::Url;

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) at: Instant,
    head: Vec<String>,
    body: String,
}

impl Ask {
    pub(crate) fn method(&self) -> &str {
        self.head[0].split(' ').next().unwrap()
    }

    fn url(&self) -> Url {
        Url::parse(&format!("http://fake{}", self.head[0].split(' ').nth(1).unwrap())).unwrap()
    }

    pub(crate) fn path(&self) -> &str {
        self.head[0].split(' ').nth(1).unwrap().split('?').next().unwrap()
    }

    pub(crate) fn parameters(&self) -> Vec<(String, String)> {
        self.url().query_pairs().into_owned().collect()
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        self.parameters().into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    pub(crate) fn form(&self, name: &str) -> Option<String> {
        let pairs = url::form_urlencoded::parse(self.body.as_bytes());
        pairs.into_owned().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// A header's value in lowercase, or nothing.
    pub(crate) fn header(&self, name: &str) -> String {
        let lines = self.head.iter().map(|line| line.to_ascii_lowercase());
        let name = format!("{name}:");
        let mut found = lines.filter_map(|line| line.strip_prefix(&name).map(|value| value.trim().to_owned()));
        found.next_back().unwrap_or_default()
    }
}

/// One answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(body: String) -> Self {
        Self { status: 200, headers: vec![("Content-Type", "application/json".to_owned())], body }
    }

    pub(crate) fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: String::new() }
    }
}

/// The server.
pub(crate) struct Fake {
    pub(crate) port: u16,
    log: Arc<Mutex<Vec<Ask>>>,
}

impl Fake {
    /// `answer` is given each request and how many came before it.
    pub(crate) fn start(answer: impl Fn(&Ask, usize) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let log: Arc<Mutex<Vec<Ask>>> = Arc::default();
        let (shared, answer) = (Arc::clone(&log), Arc::new(answer));
        let count = Arc::new(Mutex::new(0_usize));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, answer, count) = (Arc::clone(&shared), Arc::clone(&answer), Arc::clone(&count));
                std::thread::spawn(move || serve(stream, &log, &count, &*answer));
            }
        });
        Self { port, log }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// The requests since this was last called.
    pub(crate) fn take(&self) -> Vec<Ask> {
        std::mem::take(&mut self.log.lock().unwrap())
    }
}

fn serve(mut stream: TcpStream, log: &Mutex<Vec<Ask>>, count: &Mutex<usize>, answer: &dyn Fn(&Ask, usize) -> Answer) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut head: Vec<String> = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        let line = line.trim_end().to_owned();
        if line.is_empty() {
            break;
        }
        head.push(line);
    }
    let at = Instant::now();
    let mut ask = Ask { at, head, body: String::new() };
    let length: usize = ask.header("content-length").parse().unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    ask.body = String::from_utf8(body).unwrap();
    let number = {
        let mut count = count.lock().unwrap();
        *count += 1;
        *count - 1
    };
    log.lock().unwrap().push(ask.clone());
    let Answer { status, headers, body } = answer(&ask, number);
    let mut text = format!("HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        write!(text, "{name}: {value}\r\n").unwrap();
    }
    let is_head = ask.method() == "HEAD";
    let _ = stream.write_all(format!("{text}\r\n{}", if is_head { "" } else { &body }).as_bytes());
}

/// What an archive with these copies (moment, address) answers, with so many rows at most in one answer; the key to go
/// on with is the number of the next row.
pub(crate) fn holdings<T: AsRef<str>>(ask: &Ask, held: &[(T, T)], most: usize) -> Answer {
    let place = ask.parameter("url").unwrap().to_lowercase();
    let key = |address: &str| {
        let rest = address.split_once("://").map_or(address, |(_, rest)| rest).to_lowercase();
        let (host, path) = rest.split_once('/').unwrap_or((&rest, ""));
        let host = host.split(':').next().unwrap().trim_start_matches("www.").to_owned();
        format!("{host}/{path}")
    };
    let is_exact = ask.parameter("matchType").as_deref() == Some("exact");
    let matching = held.iter().filter(|(_, address)| {
        let key = key(address.as_ref());
        if is_exact { key == place } else { key.starts_with(&place) }
    });
    let from: usize = ask.parameter("resumeKey").map_or(0, |key| key.parse().unwrap());
    let rows: Vec<&(T, T)> = matching.collect();
    let mut list: Vec<Vec<String>> = vec![vec!["timestamp".to_owned(), "original".to_owned()]];
    list.extend(
        rows.iter().skip(from).take(most).map(|(at, url)| vec![at.as_ref().to_owned(), url.as_ref().to_owned()]),
    );
    if rows.len() > from + most {
        list.extend([vec![], vec![(from + most).to_string()]]);
    }
    if list.len() == 1 {
        list.clear();
    }
    Answer::json(serde_json::to_string(&list).unwrap())
}
