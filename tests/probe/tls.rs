//! Certificates with every fault.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use postproof::probe::Settings;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::server::{Server, ask, quick, run_with, word};

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority(name: &str) -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A server that holds a certificate for `name`, valid within `years`, signed by `authority` or by itself.
fn server(name: &str, years: (i32, i32), authority: Option<&Authority>) -> Server {
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
    let config = Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap());
    Server::raw(move |stream, _| serve(stream, &config))
}

/// Speaks TLS to whoever does, and plain HTTP to others.
fn serve(stream: TcpStream, config: &Arc<ServerConfig>) {
    let mut first = [0];
    if stream.peek(&mut first).is_ok() && first == [22] {
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
        ..quick()
    };
    let mut urls: Vec<String> = (0..30).map(|page| format!("https://site.test/{page}")).collect();
    urls.extend((0..30).map(|page| format!("http://site.test/{page}")));
    let outcomes = ask(&settings, &urls);
    assert!(outcomes[..30].iter().all(|outcome| word(outcome) == "failing tls-expired"));
    assert!(outcomes[30..].iter().all(|outcome| word(outcome) == "alive http-200"));
    // Some handshakes, and a few connections for the plain ones.
    assert!(server.log.connections() <= 16, "{} connections", server.log.connections());
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
