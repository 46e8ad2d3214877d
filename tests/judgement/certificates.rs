//! Certificates that end soon, and hosts that answer over `https` what is linked over `http`.

use std::io::{Read as _, Write as _};
use std::sync::Arc;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::archive::{Archive, findings};
use super::online;
use super::server::Server;

pub(crate) type Authority = CertifiedIssuer<'static, KeyPair>;

pub(crate) fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, "test");
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A server of `site.example` over TLS and without, whose certificate ends in `days`.
pub(crate) fn tls_server(authority: &Authority, days: u64) -> Server {
    let mut params = CertificateParams::new(vec!["site.example".to_owned()]).unwrap();
    params.not_after = (std::time::SystemTime::now() + Duration::from_hours(24 * days)).into();
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, authority).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key).unwrap();
    let config = Arc::new(config);
    Server::raw(move |mut stream, _| {
        let mut first = [0];
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        if stream.peek(&mut first).is_ok() && first == [22] {
            let mut stream = StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), stream);
            drop(stream.read(&mut [0; 4096]));
            drop(stream.write_all(answer));
            drop(stream.flush());
        } else {
            drop(stream.read(&mut [0; 4096]));
            drop(stream.write_all(answer));
        }
    })
}

#[test]
fn a_certificate_that_ends_soon_is_told_once() {
    let authority = authority();
    let archive = Archive::new(
        "//- a.md\n---\ntitle: a\n---\n<https://site.example/1>\n\n<https://site.example/2>\n\n<http://site.example/3>\n",
    );
    archive.write("ca.pem", authority.pem().as_bytes());
    let arguments = ["--select", "NT007,NT008", "--ca-file", "ca.pem", "--no-state"];
    let report = online(&archive, &tls_server(&authority, 10), &arguments);
    assert_eq!(findings(&report), ["a.md:4:1 NT008", "a.md:8:1 NT007"], "{report:#}");
    let message = report["findings"][0]["message"].as_str().unwrap();
    assert!(
        message.starts_with("the certificate of site.example ends on 2") && message.ends_with("(2 links in this file)"),
        "{message}"
    );
    let report = online(&archive, &tls_server(&authority, 20), &arguments);
    assert_eq!(findings(&report), ["a.md:8:1 NT007"]);
    // Nobody vouches for it.
    let report = online(&archive, &tls_server(&authority, 10), &["--select", "NT007,NT008", "--no-state"]);
    assert_eq!(findings(&report), Vec::<String>::new());
}

#[test]
fn what_is_known_of_a_host_is_remembered() {
    let authority = authority();
    let server = tls_server(&authority, 10);
    let archive = Archive::new("//- a.md\n---\ntitle: a\n---\n<http://site.example/1>\n");
    archive.write("ca.pem", authority.pem().as_bytes());
    let arguments = ["--select", "NT007", "--ca-file", "ca.pem"];
    assert_eq!(findings(&online(&archive, &server, &arguments)), ["a.md:4:1 NT007"]);
    let connections = server.log.connections();
    assert_eq!(findings(&online(&archive, &server, &arguments)), ["a.md:4:1 NT007"]);
    assert_eq!(server.log.connections(), connections);
    // A settings file can keep postproof from asking.
    archive.write("postproof.yml", b"fetch: {check_https: false}\n");
    let unasked = online(&archive, &server, &[&arguments[..], &["--no-state"]].concat());
    assert_eq!(findings(&unasked), Vec::<String>::new());
}
