//! Links over `http`, and what their twins over `https` answer.

use std::fs;
use std::io::{Read, Write};
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::archive::Archive;
use crate::server::{Server, is_tls};

type Authority = CertifiedIssuer<'static, KeyPair>;

/// What was asked, as `https a.test/x`.
type Asked = Arc<Mutex<Vec<String>>>;

/// What a host does with a connection over TLS.
#[derive(Clone, Copy, PartialEq)]
enum Secure {
    /// Answers by the path.
    Answers,
    /// Answers everything with one page.
    Lies,
    /// Says nothing.
    Hangs,
}

fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, "test");
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn config(authority: &Authority, host: &str, until: i32) -> Arc<ServerConfig> {
    let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
    params.not_before = date_time_ymd(2000, 1, 1);
    params.not_after = date_time_ymd(until, 1, 1);
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, authority).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Arc::new(config.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key).unwrap())
}

/// A server of a host, over TLS and without.
fn host(host: &'static str, (authority, until): (&Authority, i32), secure: Secure, asked: &Asked) -> Server {
    let (config, asked) = (config(authority, host, until), Arc::clone(asked));
    Server::raw(move |mut stream, log| {
        if !is_tls(&stream) {
            answer(&mut stream, ("http", host, Secure::Answers), &asked);
        } else if secure == Secure::Hangs {
            asked.lock().unwrap().push(format!("https {host}"));
            while !log.is_over() {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
        } else {
            let mut stream = StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), stream);
            answer(&mut stream, ("https", host, secure), &asked);
            stream.conn.send_close_notify();
            drop(stream.flush());
        }
    })
}

fn answer(stream: &mut (impl Read + Write), (scheme, host, secure): (&str, &str, Secure), asked: &Mutex<Vec<String>>) {
    let (mut seen, mut buffer) = (Vec::new(), [0; 4096]);
    while !seen.ends_with(b"\r\n\r\n") {
        let Ok(count @ 1..) = stream.read(&mut buffer) else { return };
        seen.extend_from_slice(&buffer[..count]);
    }
    let head = String::from_utf8(seen).unwrap();
    let (method, rest) = head.split_once(' ').unwrap();
    let target = rest.split(' ').next().unwrap();
    asked.lock().unwrap().push(format!("{scheme} {host}{target}"));
    let page = |title: &str| format!("<title>{title}</title><p>{title}: twenty words of text stand here</p>");
    let is_secure = scheme == "https";
    let (status, place, body) = match target.trim_start_matches('/').split(['?', '.']).next().unwrap() {
        _ if secure == Secure::Lies => ("200 OK", String::new(), page("Welcome to this server")),
        "gone" if is_secure => ("404 Not Found", String::new(), page("none")),
        "back" if is_secure => ("302 Found", format!("location: http://{host}{target}\r\n"), String::new()),
        "moved" if is_secure => ("301 Moved Permanently", format!("location: https://{host}/a\r\n"), String::new()),
        "a" | "b" | "gone" | "back" | "moved" => ("200 OK", String::new(), page(&format!("The page {target}"))),
        _ => ("404 Not Found", String::new(), page("none")),
    };
    let length = body.len();
    let body = if method == "HEAD" { "" } else { &body };
    let kind = "content-type: text/html\r\nconnection: close\r\n";
    drop(write!(stream, "HTTP/1.1 {status}\r\n{kind}{place}content-length: {length}\r\n\r\n{body}"));
    drop(stream.flush());
}

const POST: &str = "_posts/2022-01-17-a.md";

fn post(body: &str) -> String {
    format!("---\nlayout: post\ntitle: \"x\"\ndate: 2022-01-17 07:46:06 +0800\ncategories: a\n---\n{body}\n")
}

/// An archive of one post, with settings by which hosts are servers of a test.
fn archive(authority: &Authority, servers: &[(&str, &Server)], body: &str) -> Archive {
    let archive = Archive::empty();
    archive.write(POST, post(body).as_bytes());
    archive.write("ca.pem", authority.pem().as_bytes());
    let resolve: Vec<String> = servers.iter().map(|(name, server)| format!("{name}: '{}'", server.address)).collect();
    // One request at a time, so that it is known with which address a host is asked for `https`.
    let settings = format!(
        "fetch: {{ca_file: ca.pem, allow_private: true, pace: 0, retries: 0, per_host: 1, resolve: {{{}}}}}\n",
        resolve.join(", ")
    );
    archive.write("postproof.yml", settings.as_bytes());
    archive
}

fn take(asked: &Asked, scheme: &str) -> Vec<String> {
    let mut asked = std::mem::take(&mut *asked.lock().unwrap());
    asked.retain(|line| line.starts_with(&format!("{scheme} ")));
    asked.sort_unstable();
    asked.dedup();
    asked
}

fn text(archive: &Archive) -> String {
    fs::read_to_string(archive.join(POST)).unwrap()
}

/// No further run changes anything.
fn stays(archive: &Archive, links: &str) {
    for flags in [&["fix", "."][..], &["fix", ".", "--ask"], &["fix", ".", "--offline"]] {
        let again = archive.run(flags);
        assert_eq!((again.code, again.stdout.as_str()), (0, "nothing to mend\n"), "{flags:?}: {}", again.stderr);
        assert_eq!(text(archive), post(links));
    }
}

#[test]
fn only_an_address_whose_twin_is_well_is_written() {
    let (authority, asked) = (authority(), Asked::default());
    let good = host("good.test", (&authority, 2100), Secure::Answers, &asked);
    let old = host("old.test", (&authority, 2001), Secure::Answers, &asked);
    let lies = host("lies.test", (&authority, 2100), Secure::Lies, &asked);
    let hangs = host("hangs.test", (&authority, 2100), Secure::Hangs, &asked);
    let servers = [("good.test", &good), ("old.test", &old), ("lies.test", &lies), ("hangs.test", &hangs)];
    let old_links = "<http://good.test/a> [one](http://GOOD.test:80/b?x&amp;y \"t\")\n\n\
        <a href='http://good.test/a#top'>x</a> <a href=\"//good.test/a\">y</a>\n\n\
        <http://good.test/gone> <http://good.test/back> <http://good.test/moved>\n\n\
        <http://old.test/a> <http://lies.test/a.html> <http://hangs.test/a>";
    let new_links = old_links
        .replace("<http://good.test/a>", "<https://good.test/a>")
        .replace("http://GOOD.test:80/b", "https://good.test/b")
        .replace("http://good.test/a#top", "https://good.test/a#top");
    let archive = archive(&authority, &servers, old_links);

    // Nothing is known, and nobody is asked.
    let unasked = archive.run(&["fix", "."]);
    assert_eq!((unasked.code, unasked.stdout.as_str()), (0, "nothing to mend\n"), "{}", unasked.stderr);
    assert_eq!(asked.lock().unwrap().len(), 0);

    let shown = archive.run(&["fix", ".", "--ask", "--diff"]);
    assert_eq!(shown.code, 1, "{}{}", shown.stdout, shown.stderr);
    assert!(
        shown.stderr.contains("of 8 addresses over http, 2 are known to be well over https too"),
        "{}",
        shown.stderr
    );
    assert_eq!(text(&archive), post(old_links));
    let secure = take(&asked, "https");
    assert!(secure.iter().any(|line| line == "https good.test/gone"), "{secure:?}");
    assert!(!secure.iter().any(|line| line.starts_with("https old.test")), "{secure:?}");

    // What was asked is remembered, of those too that are not well.
    let run = archive.run(&["fix", ".", "--ask"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(take(&asked, "https"), Vec::<String>::new());
    assert_eq!(run.stdout.matches("NT007  write https://good.test/").count(), 3, "{}", run.stdout);
    assert_eq!(text(&archive), post(&new_links));
    stays(&archive, &new_links);
    // The check that follows asks for none of what was written.
    take(&asked, "https");
    let check = archive.run(&["check", ".", "--no-reports", "--format", "json=-"]);
    assert!(check.stdout.contains("\"NT007\""), "the others of the host are still linked over http");
    let checked = take(&asked, "https");
    assert!(
        !checked.iter().any(|line| line == "https good.test/a" || line.starts_with("https good.test/b")),
        "{checked:?}"
    );
}

#[test]
fn what_is_remembered_proves_an_address_to_a_run_that_asks_nobody() {
    let (authority, asked) = (authority(), Asked::default());
    let good = host("good.test", (&authority, 2100), Secure::Answers, &asked);
    // Another link has named the twin of one.
    let links = "<http://good.test/a> <https://good.test/a> <http://good.test/b> <http://good.test/gone> <https://good.test/gone>";
    let archive = archive(&authority, &[("good.test", &good)], links);
    assert_ne!(archive.run(&["check", ".", "--no-reports"]).code, 3);
    asked.lock().unwrap().clear();
    for flags in [&["fix", ".", "--offline"][..], &["fix", ".", "--rules", "NT004"]] {
        let run = archive.run(flags);
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("nothing to mend\n", ""));
    }
    // Of one twin nothing is known, of another that it is gone.
    let hint = "addresses over http that may be well over https too: 1; `postproof fix --ask` finds out";
    let run = archive.run(&["fix", ".", "--diff"]);
    assert!(run.stderr.contains(hint), "{}", run.stderr);
    // A note keeps a file's links as they are.
    archive.write(POST, post(&format!("<!-- postproof-ignore NT007: quoted -->\n{links}")).as_bytes());
    assert_eq!(archive.run(&["fix", "."]).stdout, "nothing to mend\n");
    archive.write(POST, post(links).as_bytes());
    let run = archive.run(&["fix", ".", "--rules", "NT"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(text(&archive), post(&links.replace("<http://good.test/a>", "<https://good.test/a>")));
    assert_eq!(asked.lock().unwrap().len(), 0);
    // Settings that turn the rule off, or keep postproof from the twins, are kept to.
    let exclude = "fetch: {exclude: ['https://good.test/*']}\n";
    for settings in ["rules: {ignore: [NT007]}\n", exclude, "fetch: {insecure: true}\n"] {
        archive.write("postproof.yml", settings.as_bytes());
        archive.write(POST, post(links).as_bytes());
        let run = archive.run(&["fix", "."]);
        assert_eq!(run.stdout, "nothing to mend\n", "{settings}");
        assert!(!run.stderr.contains("--ask"), "{settings}: {}", run.stderr);
    }
}

#[test]
fn where_twins_are_not_to_be_asked_for_nobody_is_asked() {
    let (authority, asked) = (authority(), Asked::default());
    let good = host("good.test", (&authority, 2100), Secure::Answers, &asked);
    let links = "<http://good.test/a>";
    let archive = archive(&authority, &[("good.test", &good)], links);
    let settings =
        fs::read_to_string(archive.join("postproof.yml")).unwrap().replace("fetch: {", "fetch: {check_https: false, ");
    archive.write("postproof.yml", settings.as_bytes());
    let run = archive.run(&["fix", ".", "--ask"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "nothing to mend\n"), "{}", run.stderr);
    assert_ne!(archive.run(&["check", ".", "--no-reports"]).code, 3);
    assert_eq!(take(&asked, "https"), Vec::<String>::new());
    assert_eq!(text(&archive), post(links));
}

/// `//host/x` on a site of `http` is asked for over `http`, and is right on whichever way its reader came.
#[test]
fn what_takes_its_scheme_from_the_site_is_left_alone() {
    let (authority, asked) = (authority(), Asked::default());
    let good = host("good.test", (&authority, 2100), Secure::Answers, &asked);
    let links = "[x](//good.test/a) <a href='//good.test/b'>y</a>";
    let archive = archive(&authority, &[("good.test", &good)], links);
    archive.write("_config.yml", b"url: http://site.test\n");
    let check = archive.run(&["check", ".", "--no-reports", "--format", "json=-"]);
    assert!(check.code < 2, "{}", check.stderr);
    let report: serde_json::Value = serde_json::from_str(&check.stdout).unwrap();
    let codes: Vec<&str> =
        report["findings"].as_array().unwrap().iter().filter_map(|one| one["code"].as_str()).collect();
    assert!(!codes.iter().any(|code| code.starts_with("LK") || matches!(*code, "NT001" | "NT004")), "{codes:?}");
    let plain = std::mem::take(&mut *asked.lock().unwrap());
    assert!(plain.iter().any(|line| line == "http good.test/a"), "{plain:?}");
    for flags in [&["fix", ".", "--ask"][..], &["fix", "."], &["fix", ".", "--unsafe"]] {
        assert_eq!(archive.run(flags).code, 0, "{flags:?}");
        assert_eq!(text(&archive), post(links), "{flags:?}");
    }
}
