//! Pages that are read, because a link names a place in them, and pages that are known already.

use std::time::Duration;

use postproof::probe::{Address, Cancel, Outcome, Settings, Validators, Verdict};

use super::server::{Server, Visit, probe_all, quick, word};

/// Asks for one page and fragments of it.
fn read(settings: &Settings, url: &str, fragments: &[&str]) -> Outcome {
    let address = Address { fragments, ..Address::new(url) };
    probe_all(settings, &[address], &Cancel::new()).unwrap().remove(0)
}

fn answer(visit: &mut Visit<'_>, headers: &str, body: &[u8]) {
    visit.send(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n{headers}\r\n", body.len()));
    if !visit.is_head() {
        visit.send(body);
    }
}

#[test]
fn a_fragment_is_looked_for_in_the_page_that_answers() {
    let server = Server::http(|visit| match visit.path() {
        "/old" => visit.answer("302 Found", &["Location: /new"]),
        "/elsewhere" => visit.answer("302 Found", &["Location: /new#there"]),
        "/gbk" => answer(visit, "Content-Type: text/html; charset=gbk\r\n", b"<p id='\xd0\xc2\xce\xc5'>text"),
        "/pdf" => answer(visit, "Content-Type: application/pdf\r\n", b"%PDF <p id=here>"),
        _ => visit.page("200 OK", b"<p id=here>text"),
    });
    for (path, fragments, missing) in [
        ("/new", ["here", "there"], vec!["there"]),
        ("/old", ["there", "here"], vec!["there"]),
        // The redirect's own fragment is where the reader ends.
        ("/elsewhere", ["here", "nowhere"], vec![]),
        ("/gbk", ["%E6%96%B0%E9%97%BB", "here"], vec!["here"]),
        ("/pdf", ["page=3", "here"], vec![]),
    ] {
        let outcome = read(&quick(), &server.url(path), &fragments);
        assert_eq!(outcome.verdict, Verdict::Alive, "{path}");
        let told: Vec<&str> = outcome.missing_fragments.iter().map(|fragment| &**fragment).collect();
        assert_eq!(told, missing, "{path}");
    }
    assert!(server.log.hits().iter().all(|hit| hit.method == "GET"));
}

#[test]
fn bodies_that_misbehave() {
    type Act = fn(&mut Visit<'_>);
    let cases: [(&str, &str, Act); 8] = [
        ("without end", "alive http-200", |v| {
            v.send("HTTP/1.1 200 OK\r\n\r\n");
            while !v.over() && v.send([b'x'; 8192]) {}
            v.close();
        }),
        ("a bomb", "alive http-200", |v| {
            v.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n");
            let (head, more) = bomb();
            v.send(head);
            let more = more.repeat(1000);
            while !v.over() && v.send(&more) {}
            v.close();
        }),
        ("shorter than it says", "failing body-truncated", |v| {
            v.send("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nshort");
            v.close();
        }),
        ("cut in a chunk", "failing body-truncated", |v| {
            v.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel");
            v.close();
        }),
        ("chunks of nonsense", "failing protocol-error", |v| {
            v.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhello\r\n");
            v.close();
        }),
        ("no gzip", "failing protocol-error", |v| answer(v, "Content-Encoding: gzip\r\n", b"<p id=here>")),
        ("drips", "failing timeout", |v| {
            v.send("HTTP/1.1 200 OK\r\n\r\n");
            while !v.over() && v.send("x") {
                v.pause(Duration::from_millis(50));
            }
            v.close();
        }),
        ("ends with the connection", "alive http-200", |v| {
            v.send("HTTP/1.1 200 OK\r\n\r\n<p id=here>");
            v.close();
        }),
    ];
    for (name, verdict, act) in cases {
        let server = Server::http(act);
        let timeout = if verdict.contains("timeout") { Duration::from_secs(2) } else { quick().timeout };
        let outcome = read(&Settings { timeout, ..quick() }, &server.url("/"), &["here"]);
        assert_eq!(word(&outcome), verdict, "{name}: {:?}", outcome.evidence);
        assert!(outcome.missing_fragments.is_empty(), "{name}");
        let written = server.log.written();
        // 1 MiB is read; the rest stood in socket buffers.
        assert!(written <= 16 << 20, "{name}: {written} bytes were taken");
    }
}

/// The beginning of a gzip stream, and 13 bytes that go on with it for ever: each eight times the longest repetition of
/// the letter before (RFC 1951 §3.2.6: length 258 is 11000101, distance 1 is 00000).
fn bomb() -> (Vec<u8>, Vec<u8>) {
    let mut head = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
    // A block that is not the last, of fixed codes; an `x`; and padding repetitions up to a whole byte.
    let repeat = "1100010100000";
    let first = format!("010{}{}", "10101000", repeat);
    let stream = format!("{first}{}", repeat.repeat(64));
    let bytes = |bits: &str| -> Vec<u8> {
        let chunks: Vec<u8> = bits.bytes().map(|bit| bit - b'0').collect();
        chunks.chunks_exact(8).map(|bits| (0..8).map(|at| bits[at] << at).sum()).collect()
    };
    // 24 bits are three whole bytes, so what follows is in step.
    assert_eq!(first.len(), 24);
    let stream = bytes(&stream);
    head.extend_from_slice(&stream[..3]);
    (head, stream[3..16].to_vec())
}

#[test]
fn a_page_that_has_not_changed_is_not_sent_again() {
    let server = Server::http(|visit| {
        let known = visit.hit.header("if-none-match") == "\"v1\"";
        match visit.path() {
            "/" if known => visit.answer("304 Not Modified", &["ETag: \"v1\""]),
            "/moved" => visit.answer("302 Found", &["Location: /"]),
            _ => answer(visit, "ETag: \"v2\"\r\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n", b"page"),
        }
    });
    let known = Validators { etag: Some("\"v1\"".into()), last_modified: None };
    let (first, moved) = (server.url("/"), server.url("/moved"));
    let addresses = [&first, &moved].map(|url| Address { validators: Some(&known), ..Address::new(url) });
    let outcomes = probe_all(&quick(), &addresses, &Cancel::new()).unwrap();
    let words: Vec<String> = outcomes.iter().map(word).collect();
    assert_eq!(words, ["alive http-304", "alive http-200"]);
    let tags = outcomes.iter().map(|outcome| outcome.validators.as_ref().unwrap().etag.as_deref());
    assert_eq!(tags.collect::<Vec<_>>(), [Some("\"v1\""), Some("\"v2\"")]);
}
