//! Servers that misbehave, each with the verdict that it must get and bounds on what it may cost.

use std::io::Write;
use std::ops::RangeInclusive;
use std::time::Duration;

use postproof::probe::{Settings, Verdict};

use super::server::{Closed, PATIENCE, Server, Visit, ask, quick, word};

/// What one server does, and what is to be made of it.
struct Case {
    name: &'static str,
    verdict: &'static str,
    requests: RangeInclusive<usize>,
    act: fn(&mut Visit<'_>),
}

impl Case {
    /// Whether it sends as much as anybody takes.
    fn is_vast(&self) -> bool {
        VAST.contains(&self.name)
    }
}

const VAST: [&str; 3] = ["a header of 2 MB", "headers without end", "a body without end"];

const fn case(
    name: &'static str,
    verdict: &'static str,
    requests: RangeInclusive<usize>,
    act: fn(&mut Visit<'_>),
) -> Case {
    Case { name, verdict, requests, act }
}

const CASES: &[Case] = &[
    // Well-behaved, for measure: one HEAD, and one GET that confirms it.
    case("fine", "alive http-200", 2..=2, |v| v.page("200 OK", b"hello")),
    case("fine without content", "alive http-204", 2..=2, |v| v.answer("204 No Content", &[])),
    case("fine, old protocol", "alive http-200", 2..=2, |v| {
        v.send("HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n");
        if !v.is_head() {
            v.send("<p>old</p>");
        }
        v.close();
    }),
    case("fine, chunked", "alive http-200", 2..=2, |v| {
        v.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        if !v.is_head() {
            v.send("5\r\nhello\r\n0\r\n\r\n");
        }
    }),
    // Statuses.
    case("not found", "dead http-404", 2..=2, |v| v.page("404 Not Found", b"gone")),
    case("gone", "dead http-410", 2..=2, |v| v.answer("410 Gone", &[])),
    case("forbidden", "blocked http-403", 2..=2, |v| v.answer("403 Forbidden", &[])),
    case("wants a password", "blocked http-401", 2..=2, |v| v.answer("401 Unauthorized", &["WWW-Authenticate: Basic"])),
    case("legal reasons", "blocked http-451", 2..=2, |v| v.answer("451 Unavailable", &[])),
    case("a network of people", "blocked http-999", 2..=2, |v| v.answer("999 Request denied", &[])),
    case("teapot", "blocked http-418", 2..=2, |v| v.answer("418 I'm a teapot", &[])),
    case("bot wall", "blocked http-503", 2..=2, |v| v.answer("503 Service Unavailable", &["cf-mitigated: challenge"])),
    case("cookie wall", "blocked http-521", 2..=2, |v| v.answer("521 ", &["Set-Cookie: __jsluid_s=1"])),
    case("bad request", "failing http-400", 2..=2, |v| v.answer("400 Bad Request", &[])),
    case("broken", "failing http-500", 4..=4, |v| v.answer("500 Oops", &[])),
    case("no reason phrase", "failing http-500", 4..=4, |v| {
        v.send("HTTP/1.1 500\r\nContent-Length: 0\r\n\r\n");
    }),
    case("broken for a moment", "alive http-200", 3..=4, |v| match v.number {
        0 | 1 => v.answer("502 Bad Gateway", &[]),
        _ => v.page("200 OK", b"back"),
    }),
    // HEAD.
    case("HEAD not allowed", "alive http-200", 2..=2, |v| {
        if v.is_head() {
            v.answer("405 Method Not Allowed", &[]);
        } else {
            v.page("200 OK", b"page");
        }
    }),
    case("HEAD not implemented", "alive http-200", 2..=2, |v| {
        if v.is_head() {
            v.answer("501 Not Implemented", &[]);
        } else {
            v.page("200 OK", b"page");
        }
    }),
    case("HEAD says not found, GET has it", "alive http-200", 2..=2, |v| {
        if v.is_head() {
            v.answer("404 Not Found", &[]);
        } else {
            v.page("200 OK", b"page");
        }
    }),
    case("HEAD says fine, GET has it not", "dead http-404", 2..=2, |v| {
        if v.is_head() {
            v.answer("200 OK", &[]);
        } else {
            v.answer("404 Not Found", &[]);
        }
    }),
    case("HEAD forbidden", "alive http-200", 2..=2, |v| {
        if v.is_head() {
            v.answer("403 Forbidden", &[]);
        } else {
            v.page("200 OK", b"page");
        }
    }),
    case("HEAD breaks it", "alive http-200", 2..=2, |v| {
        if v.is_head() {
            v.answer("500 Oops", &[]);
        } else {
            v.page("200 OK", b"page");
        }
    }),
    case("HEAD is cut off", "alive http-200", 2..=2, |v| {
        if v.is_head() {
            v.close();
        } else {
            v.page("200 OK", b"page");
        }
    }),
    case("HEAD with a body all the same", "alive http-200", 2..=2, |v| {
        v.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
    }),
    case("HEAD redirects to nowhere", "alive http-200", 2..=2, |v| {
        if v.is_head() {
            v.answer("302 Found", &[]);
        } else {
            v.page("200 OK", b"page");
        }
    }),
    case("HEAD redirects in a circle", "alive http-200", 3..=3, |v| {
        if v.is_head() {
            v.answer("302 Found", &["Location: ?"]);
        } else {
            v.page("200 OK", b"page");
        }
    }),
    // Answers that are none.
    case("closes without a word", "failing connect-reset", 4..=4, |v| {
        v.close();
    }),
    case("half a status line", "failing connect-reset", 4..=4, |v| {
        v.send("HTTP/1.1 2");
        v.close();
    }),
    case("half the headers", "failing connect-reset", 4..=4, |v| {
        v.send("HTTP/1.1 200 OK\r\nContent-Le");
        v.close();
    }),
    case("garbage", "failing protocol-error", 2..=2, |v| {
        v.send("\u{0}\u{1}nonsense without sense\r\n\r\n");
        v.close();
    }),
    case("another protocol", "failing protocol-error", 2..=2, |v| {
        v.send("SSH-2.0-OpenSSH_9.2\r\n");
        v.close();
    }),
    case("two lengths", "failing protocol-error", 2..=2, |v| {
        v.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello");
        v.close();
    }),
    case("a length that is no number", "failing protocol-error", 2..=2, |v| {
        v.send("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nhello");
        v.close();
    }),
    case("status of four digits", "failing protocol-error", 2..=2, |v| {
        v.send("HTTP/1.1 2000 OK\r\n\r\n");
        v.close();
    }),
    case("a header of 2 MB", "failing protocol-error", 2..=2, |v| {
        v.send("HTTP/1.1 200 OK\r\nX-Long: ");
        for _ in 0..2048 {
            if !v.send([b'x'; 1024]) {
                return;
            }
        }
        v.send("\r\nContent-Length: 0\r\n\r\n");
    }),
    case("headers without end", "failing protocol-error", 2..=2, |v| {
        v.send("HTTP/1.1 200 OK\r\n");
        while !v.over() && v.send("X-More: and more\r\n") {}
    }),
    // Broken headers that browsers take.
    case("a header without colon", "alive http-200", 2..=2, |v| {
        v.send("HTTP/1.1 200 OK\r\nnonsense\r\nContent-Length: 0\r\n\r\n");
    }),
    case("a space before the colon", "alive http-200", 2..=2, |v| {
        v.send("HTTP/1.1 200 OK\r\nServer : odd\r\nContent-Length: 0\r\n\r\n");
    }),
    case("a folded header", "alive http-200", 2..=2, |v| {
        v.send("HTTP/1.1 200 OK\r\nServer: odd\r\n  and long\r\nContent-Length: 0\r\n\r\n");
    }),
    case("line feeds only", "alive http-200", 2..=2, |v| {
        v.send("HTTP/1.1 200 OK\nContent-Length: 0\n\n");
    }),
    case("the same length twice", "alive http-200", 2..=2, |v| {
        v.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n");
    }),
    case("headers that are not ASCII", "alive http-200", 2..=2, |v| {
        v.send(b"HTTP/1.1 200 \xb3\xc9\xb9\xa6\r\nServer: \xd0\xc2\xce\xc5\r\nContent-Length: 0\r\n\r\n");
    }),
    case("noise before the answer", "alive http-200", 2..=2, |v| {
        for _ in 0..20 {
            v.send("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n");
        }
        v.send("HTTP/1.1 100 Continue\r\n\r\n");
        v.answer("200 OK", &[]);
    }),
    // Bodies: none is needed, so none costs anything.
    case("a body without end", "alive http-200", 2..=2, |v| {
        v.send("HTTP/1.1 200 OK\r\n\r\n");
        while !v.is_head() && !v.over() && v.send([b'x'; 65536]) {}
        v.close_after_get();
    }),
    case("a body shorter than it says", "alive http-200", 2..=2, |v| {
        v.send("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n");
        if !v.is_head() {
            v.send("short");
        }
        v.close_after_get();
    }),
    case("reset in the body", "alive http-200", 2..=2, |v| {
        v.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        if !v.is_head() {
            v.send("5\r\nhel");
        }
        v.close_after_get();
    }),
    case("says gzip and is none", "alive http-200", 2..=2, |v| {
        v.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\n");
        if !v.is_head() {
            v.send("hello");
        }
    }),
    case("drips its body", "alive http-200", 2..=2, |v| {
        v.send("HTTP/1.1 200 OK\r\n\r\n");
        while !v.is_head() && !v.over() && v.send("x") {
            v.pause(Duration::from_millis(50));
        }
        v.close_after_get();
    }),
    // Redirects.
    case("moved", "moved http-301", 3..=4, |v| match v.path() {
        "/" => v.answer("301 Moved Permanently", &["Location: /new"]),
        _ => v.page("200 OK", b"new"),
    }),
    case("moved, with 308", "moved http-308", 3..=4, |v| match v.path() {
        "/" => v.answer("308 Permanent Redirect", &["Location: /new"]),
        _ => v.page("200 OK", b"new"),
    }),
    case("elsewhere for a while", "alive http-200", 3..=4, |v| match v.path() {
        "/" => v.answer("302 Found", &["Location: /now"]),
        _ => v.page("200 OK", b"now"),
    }),
    case("moved, then elsewhere for a while", "alive http-200", 3..=5, |v| match v.path() {
        "/" => v.answer("301 Moved Permanently", &["Location: /new"]),
        "/new" => v.answer("307 Temporary Redirect", &["Location: /now"]),
        _ => v.page("200 OK", b"now"),
    }),
    case("moved to nothing", "dead http-404", 3..=4, |v| match v.path() {
        "/" => v.answer("301 Moved Permanently", &["Location: /new"]),
        _ => v.answer("404 Not Found", &[]),
    }),
    case("redirects to itself", "failing redirect-loop", 2..=2, |v| v.answer("302 Found", &["Location: /"])),
    case("redirects in a circle", "failing redirect-loop", 4..=6, |v| match v.path() {
        "/a" => v.answer("302 Found", &["Location: /b#c"]),
        _ => v.answer("302 Found", &["Location: /a"]),
    }),
    case("redirects for ever", "failing redirect-limit", 20..=22, |v| {
        let location = format!("Location: {}x", v.path());
        v.answer("302 Found", &[&location]);
    }),
    case("redirects without destination", "failing redirect-invalid", 2..=2, |v| v.answer("302 Found", &[])),
    case("redirects to an empty one", "failing redirect-invalid", 2..=2, |v| v.answer("302 Found", &["Location: "])),
    case("redirects to a file", "failing redirect-invalid", 2..=2, |v| {
        v.answer("302 Found", &["Location: file:///etc/passwd"]);
    }),
    case("redirects to a script", "failing redirect-invalid", 2..=2, |v| {
        v.answer("302 Found", &["Location: javascript:alert(1)"]);
    }),
    case("redirects to no address", "failing redirect-invalid", 2..=2, |v| {
        v.answer("302 Found", &["Location: http://[::1"]);
    }),
    case("redirects to Chinese", "alive http-200", 3..=4, |v| match v.path() {
        "/" => v.answer("302 Found", &["Location: /新闻?q=报"]),
        "/%E6%96%B0%E9%97%BB?q=%E6%8A%A5" => v.page("200 OK", b"new"),
        _ => v.answer("404 Not Found", &[]),
    }),
    case("redirects to GBK", "alive http-200", 3..=4, |v| match v.path() {
        "/" => {
            v.send(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /\xd0\xc2\xce\xc5\r\n\r\n");
        }
        "/%d0%c2%ce%c5" => v.page("200 OK", b"new"),
        _ => v.answer("404 Not Found", &[]),
    }),
    case("several choices", "alive http-200", 3..=4, |v| match v.path() {
        "/" => v.answer("300 Multiple Choices", &["Location: /one"]),
        _ => v.page("200 OK", b"one"),
    }),
    case("not modified since never", "failing http-304", 2..=2, |v| v.answer("304 Not Modified", &[])),
    case("a cookie, then itself", "alive http-200", 3..=4, |v| {
        if v.hit.header("cookie").contains("seen=1") {
            v.page("200 OK", b"page");
        } else {
            v.answer("302 Found", &["Location: /", "Set-Cookie: seen=1; Path=/"]);
        }
    }),
    case("a new cookie each time, and itself", "failing redirect-limit", 20..=22, |v| {
        let cookie = format!("Set-Cookie: seen={}", v.number);
        v.answer("302 Found", &["Location: /", &cookie]);
    }),
    // Too many requests.
    case("too many, for a second", "alive http-200", 2..=3, |v| match v.number {
        0 => v.answer("429 Too Many Requests", &["Retry-After: 1"]),
        _ => v.page("200 OK", b"page"),
    }),
    case("too many, until a date", "alive http-200", 2..=3, |v| match v.number {
        0 => {
            let date = jiff::Timestamp::now() + Duration::from_secs(1);
            let date = jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&date).unwrap();
            v.answer("429 Too Many Requests", &[&format!("Retry-After: {date}")]);
        }
        _ => v.page("200 OK", b"page"),
    }),
    case("too many, always", "blocked http-429", 3..=3, |v| v.answer("429 Too Many Requests", &[])),
    case("too many, for nonsense", "blocked http-429", 3..=3, |v| {
        v.answer("429 Too Many Requests", &["Retry-After: soon"]);
    }),
    case("too many, for an hour", "blocked retry-after", 1..=1, |v| {
        v.answer("429 Too Many Requests", &["Retry-After: 3600"]);
    }),
    case("away for a year", "blocked retry-after", 1..=1, |v| {
        v.answer("503 Service Unavailable", &["Retry-After: Fri, 31 Dec 2100 23:59:59 GMT"]);
    }),
    case("busy for a second", "alive http-200", 2..=3, |v| match v.number {
        0 => v.answer("503 Service Unavailable", &["Retry-After: 1"]),
        _ => v.page("200 OK", b"page"),
    }),
];

/// Servers that are given up after a time, which is short for their sake: no other case depends on it.
const ENDLESS: &[Case] = &[
    case("HEAD hangs", "alive http-200", 2..=2, |v| {
        if v.is_head() {
            v.pause(PATIENCE * 10);
        } else {
            v.page("200 OK", b"page");
        }
    }),
    case("hangs", "failing timeout", 4..=4, |v| v.pause(PATIENCE * 10)),
    case("hangs after the status", "failing timeout", 4..=4, |v| {
        v.send("HTTP/1.1 200 OK\r\n");
        v.pause(PATIENCE * 10);
    }),
    case("drips its headers", "failing timeout", 4..=4, |v| {
        for byte in b"HTTP/1.1 200 OK\r\nX-Slow: yes, very slow indeed\r\nContent-Length: 0\r\n\r\n" {
            if v.over() || !v.send([*byte]) {
                return;
            }
            v.pause(Duration::from_millis(150));
        }
    }),
];

#[test]
fn every_misbehaviour_has_its_verdict() {
    is_judged(CASES, &quick());
    assert!(CASES.len() + ENDLESS.len() >= 60, "only {} cases", CASES.len() + ENDLESS.len());
}

#[test]
fn nobody_is_waited_for_without_end() {
    is_judged(ENDLESS, &Settings { timeout: Duration::from_secs(5), ..quick() });
}

fn is_judged(cases: &[Case], settings: &Settings) {
    let servers: Vec<Server> = cases.iter().map(|case| Server::http(case.act)).collect();
    let urls: Vec<String> = servers.iter().map(|server| server.url("/")).collect();
    let outcomes = ask(settings, &urls);
    let mut wrong = Vec::new();
    for ((case, server), outcome) in cases.iter().zip(&servers).zip(&outcomes) {
        let (actual, count, written) = (word(outcome), server.log.count(), server.log.written());
        let as_expected = actual == case.verdict && case.requests.contains(&count);
        // Socket buffers take what nobody reads; more than that means that somebody read on.
        let is_cheap = written <= if case.is_vast() { 16 << 20 } else { 64 << 10 };
        // A minute is for a machine that is busy with other things.
        let most = settings.timeout * u32::try_from(count).unwrap() + PATIENCE;
        let is_brief = u128::from(outcome.elapsed_ms) <= most.as_millis();
        if !as_expected || !is_cheap || !is_brief || usize::from(outcome.attempts) != count {
            wrong.push(format!(
                "{}: expected {} in {:?} requests; got {actual} in {count} ({} told), {written} bytes, {} ms: {:?}",
                case.name, case.verdict, case.requests, outcome.attempts, outcome.elapsed_ms, outcome.evidence
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {} are judged wrong:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn refused_is_told_from_reset() {
    let closed = Closed::new();
    // Dropping a socket with bytes unread makes the kernel send RST.
    let before = Server::raw(|stream, _| {
        let mut byte = [0];
        drop(stream.peek(&mut byte));
    });
    let after = Server::raw(|mut stream, _| {
        let mut byte = [0];
        drop(stream.peek(&mut byte));
        drop(stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Le"));
    });
    let urls = [format!("http://{}/", closed.address), before.url("/"), after.url("/")];
    let words: Vec<String> = ask(&quick(), &urls).iter().map(word).collect();
    assert_eq!(words, ["failing connect-refused", "failing connect-reset", "failing connect-reset"]);
    assert_eq!(before.log.connections(), 4, "HEAD, GET, and GET twice more");
}

#[test]
fn an_answer_cut_or_damaged_anywhere_ends_in_a_verdict() {
    const ANSWERS: [&str; 2] = [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Type: text/html\r\n\r\nhello",
        "HTTP/1.1 301 Moved\r\nLocation: /end\r\nSet-Cookie: a=b; Path=/\r\nContent-Length: 0\r\n\r\n",
    ];
    // `/which/at/byte`: the answer with one byte replaced; without the byte, cut there.
    let server = Server::http(|visit| {
        let parts: Vec<usize> = visit.path().split('/').filter_map(|part| part.parse().ok()).collect();
        let Some(answer) = parts.first().map(|which| ANSWERS[*which]) else {
            visit.page("200 OK", b"end");
            return;
        };
        let mut bytes = answer.as_bytes().to_vec();
        match parts[1..] {
            [at, byte] => bytes[at] = u8::try_from(byte).unwrap(),
            _ => bytes.truncate(parts[1]),
        }
        visit.send(&bytes);
        visit.close();
    });
    let mut urls = Vec::new();
    for (which, answer) in ANSWERS.iter().enumerate() {
        for at in 0..answer.len() {
            urls.push(server.url(&format!("/{which}/{at}")));
            urls.extend([0, 10, 13, 32, 255].map(|byte| server.url(&format!("/{which}/{at}/{byte}"))));
        }
    }
    // A host that damages every answer would be given up, so the addresses are shared out among many.
    let names = 200;
    let resolve = (0..names).map(|name| (format!("host{name}.test"), server.address)).collect();
    let urls: Vec<String> = urls
        .iter()
        .enumerate()
        .map(|(at, url)| url.replace(&server.address.to_string(), &format!("host{}.test", at % names)))
        .collect();
    let settings = Settings { resolve, backoff: Duration::from_millis(1), ..quick() };
    let outcomes = ask(&settings, &urls);
    for (url, outcome) in urls.iter().zip(&outcomes) {
        assert!(outcome.attempts > 0, "{url}: {outcome:?}");
        // A destination that is cut short may be that of the home page.
        let judged = [Verdict::Alive, Verdict::Moved, Verdict::Failing, Verdict::Suspect];
        assert!(judged.contains(&outcome.verdict), "{url}: {outcome:?}");
    }
    assert!(outcomes.iter().any(|outcome| outcome.verdict == Verdict::Failing));
    assert!(outcomes.iter().any(|outcome| outcome.verdict == Verdict::Moved));
}
