//! Certificates with every fault.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

use globset::{Glob, GlobMatcher};
use jiff::Timestamp;
use postproof::probe::{HostSettings, Method, Settings};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::server::{Log, Server, ask, is_tls, quick, run_with, word};

pub(crate) type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority(name: &str) -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A server that holds a certificate for `name`, valid within `years`, signed by `authority` or by itself.
fn server(name: &str, years: (i32, i32), authority: Option<&Authority>) -> Server {
    Server::raw(handler(name, years, authority, &[]))
}

fn handler(
    name: &str,
    years: (i32, i32),
    authority: Option<&Authority>,
    protocols: &[&[u8]],
) -> impl Fn(TcpStream, &Log) + Send + Sync + 'static {
    let config = config(name, years, authority, protocols);
    move |stream, log| serve(stream, &config, log)
}

/// What a server needs to speak TLS as `name`, with a certificate valid within `years`.
pub(crate) fn config(
    name: &str,
    years: (i32, i32),
    authority: Option<&Authority>,
    protocols: &[&[u8]],
) -> Arc<ServerConfig> {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.not_before = date_time_ymd(years.0, 1, 1);
    params.not_after = date_time_ymd(years.1, 1, 1);
    let key = KeyPair::generate().unwrap();
    let certificate = match authority {
        Some(authority) => params.signed_by(&key, authority).unwrap(),
        None => params.self_signed(&key).unwrap(),
    };
    let chain: Vec<CertificateDer<'static>> = vec![certificate.der().clone()];
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let mut config = config.with_no_client_auth().with_single_cert(chain, key).unwrap();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    Arc::new(config)
}

fn any_host() -> GlobMatcher {
    Glob::new("*").unwrap().compile_matcher()
}

/// Speaks TLS to whoever does, and plain HTTP to others.
fn serve(stream: TcpStream, config: &Arc<ServerConfig>, log: &Log) {
    if is_tls(&stream) {
        log.note_handshake();
        answer(StreamOwned::new(ServerConnection::new(Arc::clone(config)).unwrap(), stream));
    } else {
        answer(stream);
    }
}

fn answer(mut stream: impl Read + Write) {
    let mut seen = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = stream.read(&mut buffer) {
        seen.extend_from_slice(&buffer[..count]);
        if seen.ends_with(b"\r\n\r\n") {
            seen.clear();
            drop(stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
            drop(stream.flush());
        }
    }
}

#[test]
fn every_fault_of_a_certificate_has_its_reason() {
    let known = authority("known");
    let unknown = authority("unknown");
    let faults = [
        ("good.test", "alive http-200", server("good.test", (2000, 2100), Some(&known))),
        ("untrusted.test", "failing tls-untrusted", server("untrusted.test", (2000, 2100), Some(&unknown))),
        ("self-signed.test", "failing tls-untrusted", server("self-signed.test", (2000, 2100), None)),
        ("expired.test", "failing tls-expired", server("expired.test", (2000, 2001), Some(&known))),
        ("not-yet.test", "failing tls-expired", server("not-yet.test", (2099, 2100), Some(&known))),
        ("wrong.test", "failing tls-hostname", server("right.test", (2000, 2100), Some(&known))),
        (
            "plain.test",
            "failing tls-failed",
            Server::raw(|mut stream, _| {
                drop(stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n"));
                drop(stream.read(&mut [0; 4096]));
            }),
        ),
        (
            "cut.test",
            "failing connect-reset",
            Server::raw(|mut stream, _| {
                drop(stream.read(&mut [0; 4096]));
            }),
        ),
    ];
    let settings = Settings {
        extra_roots: known.pem().into_bytes(),
        resolve: faults.iter().map(|(name, _, server)| ((*name).to_owned(), server.address)).collect(),
        ..quick()
    };
    let urls: Vec<String> = faults.iter().map(|(name, ..)| format!("https://{name}/")).collect();
    let outcomes = ask(&settings, &urls);
    for ((name, expected, server), outcome) in faults.iter().zip(&outcomes) {
        assert_eq!(word(outcome), *expected, "{name}: {:?}", outcome.evidence);
        let most = if expected.contains("reset") { 4 } else { 2 };
        assert!(server.log.connections() <= most, "{name}: {} connections", server.log.connections());
    }
}

#[test]
fn trouble_with_https_is_not_laid_at_the_door_of_http() {
    let known = authority("known");
    let server = server("site.test", (2000, 2001), Some(&known));
    let settings = Settings {
        extra_roots: known.pem().into_bytes(),
        resolve: vec![("site.test".to_owned(), server.address)],
        per_host: 1,
        ..quick()
    };
    let mut urls: Vec<String> = (0..30).map(|page| format!("https://site.test/{page}")).collect();
    urls.extend((0..30).map(|page| format!("http://site.test/{page}")));
    let outcomes = ask(&settings, &urls);
    assert!(outcomes[..30].iter().all(|outcome| word(outcome) == "failing tls-expired"));
    assert!(outcomes[30..].iter().all(|outcome| word(outcome) == "alive http-200"));
    // Two addresses' worth of tries, one at a time, speak for the other addresses over TLS.
    assert!(server.log.handshakes() <= 6, "{} handshakes", server.log.handshakes());
}

#[test]
fn a_machine_without_authorities_blames_nobody() {
    let environment = [("SSL_CERT_FILE", "/dev/null"), ("SSL_CERT_DIR", "/dev/null")];
    run_with(&environment, "tls::asked_without_authorities");
}

#[test]
#[ignore = "another test runs it in an environment without certificate authorities"]
fn asked_without_authorities() {
    let secure = server("localhost", (2000, 2100), None);
    let plain = Server::http(|visit| visit.page("200 OK", b"page"));
    let urls = [format!("https://localhost:{}/", secure.address.port()), plain.url("/")];
    let words: Vec<String> = ask(&quick(), &urls).iter().map(word).collect();
    assert_eq!(words, ["blocked tls-untrusted", "alive http-200"]);
}

#[test]
fn the_end_of_a_certificate_is_seen_without_a_connection_for_it() {
    let known = authority("known");
    let server = server("site.test", (2000, 2049), Some(&known));
    let settings = Settings {
        extra_roots: known.pem().into_bytes(),
        resolve: vec![("site.test".to_owned(), server.address)],
        ..quick()
    };
    // One request, since how many connections serve several is decided by the moment.
    let urls = ["https://site.test/".to_owned()];
    let hosts = vec![HostSettings { method: Some(Method::Get), ..HostSettings::new(any_host()) }];
    let settings = Settings { hosts, ..settings };
    assert_eq!(word(&ask(&settings, &urls)[0]), "alive http-200");
    let end = settings.book.certificate_end("site.test", Timestamp::now()).unwrap();
    assert_eq!(end.to_string(), "2049-01-01T00:00:00Z");
    assert_eq!(server.log.connections(), 1);
}

#[test]
fn a_host_whose_https_hangs_is_not_held_up_by_it() {
    let order = Arc::new(Mutex::new(String::new()));
    let noted = Arc::clone(&order);
    let server = Server::raw(move |mut stream, log| {
        if is_tls(&stream) {
            noted.lock().unwrap().push('s');
            while !log.is_over() {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
            return;
        }
        while let Ok(1..) = stream.read(&mut [0; 4096]) {
            noted.lock().unwrap().push('.');
            drop(stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        }
    });
    let resolve = vec![("twin.test".to_owned(), server.address)];
    let settings = Settings { ask_https: true, per_host: 1, resolve, ..quick() };
    let urls: Vec<String> = (0..20).map(|page| format!("http://twin.test/{page}")).collect();
    assert!(ask(&settings, &urls).iter().all(|outcome| word(outcome) == "alive http-200"));
    assert_eq!(settings.book.answers_https("twin.test", Timestamp::now()), Some(false));
    // Tried once in between, and then behind everything else.
    let order = order.lock().unwrap();
    assert_eq!(order.matches('s').count(), 2, "{order}");
    assert!(order.ends_with('s') && order.matches('.').count() == 21, "{order}");
}

#[test]
fn insecure_trusts_everything_and_says_until_when() {
    let servers = [
        ("untrusted.test", server("untrusted.test", (2000, 2100), None)),
        ("expired.test", server("expired.test", (2000, 2001), None)),
        ("wrong.test", server("right.test", (2000, 2100), None)),
    ];
    let resolve: Vec<_> = servers.iter().map(|(name, server)| ((*name).to_owned(), server.address)).collect();
    let urls: Vec<String> = servers.iter().map(|(name, _)| format!("https://{name}/")).collect();
    let settings = Settings { insecure: true, resolve, ..quick() };
    assert!(ask(&settings, &urls).iter().all(|outcome| word(outcome) == "alive http-200"));
    let end = settings.book.certificate_end("expired.test", Timestamp::now()).unwrap();
    assert_eq!(end.to_string(), "2001-01-01T00:00:00Z");
}

#[test]
fn https_is_asked_for_once_for_each_host_that_has_links_over_http() {
    let known = authority("known");
    let twin = server("twin.test", (2000, 2100), Some(&known));
    let plain = Server::http(|visit| visit.page("200 OK", b"page"));
    let wrong = server("other.test", (2000, 2100), Some(&known));
    let hosts = [("twin.test", &twin), ("plain.test", &plain), ("wrong.test", &wrong)];
    let settings = Settings {
        ask_https: true,
        extra_roots: known.pem().into_bytes(),
        resolve: hosts.iter().map(|(name, server)| ((*name).to_owned(), server.address)).collect(),
        ..quick()
    };
    let mut urls: Vec<String> =
        hosts.iter().flat_map(|(name, _)| (0..20).map(move |page| format!("http://{name}/{page}"))).collect();
    // A port of its own has no twin.
    urls.push(plain.url("/"));
    let outcomes = ask(&settings, &urls);
    assert!(outcomes.iter().all(|outcome| word(outcome) == "alive http-200"), "{outcomes:?}");
    let now = Timestamp::now();
    let answers: Vec<Option<bool>> = ["twin.test", "plain.test", "wrong.test", "127.0.0.1"]
        .map(|name| settings.book.answers_https(name, now))
        .into();
    assert_eq!(answers, [Some(true), Some(false), Some(false), None]);
    // What is known is not asked again.
    assert_eq!(twin.log.handshakes(), 1, "once for the host");
    let again = Settings { ask_https: true, ..settings };
    ask(&again, &urls[..1]);
    assert_eq!(twin.log.handshakes(), 1);
}
