//! A web on loopback that holds everything: a proxy that has every article of an archive, and hosts that behave as their
//! domain says. Hosts of `secure.example` and `ending.example` answer over TLS as well, with a certificate of their own;
//! no other host does.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufReader, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// How long a client may say nothing; all of them are done before.
const PATIENCE: Duration = Duration::from_mins(2);

/// The running web; it takes no further connections once this is dropped.
pub(super) struct Everything {
    address: SocketAddr,
    world: Arc<World>,
}

struct World {
    authority: CertifiedIssuer<'static, KeyPair>,
    /// What the posts say that name a code as their source.
    articles: BTreeMap<String, String>,
    is_over: AtomicBool,
}

impl Everything {
    /// Starts the web on a free port.
    pub(super) fn start(archive: &Path) -> io::Result<Self> {
        let mut params = CertificateParams::new(Vec::new()).map_err(io::Error::other)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "everything");
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let authority = CertifiedIssuer::self_signed(params, key).map_err(io::Error::other)?;
        let world = World { authority, articles: articles(archive)?, is_over: AtomicBool::new(false) };
        let world = Arc::new(world);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let shared = Arc::clone(&world);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if shared.is_over.load(Ordering::SeqCst) {
                    break;
                }
                let world = Arc::clone(&shared);
                // A connection that ends in an error is one that the client has left.
                thread::spawn(move || world.serve(stream));
            }
        });
        Ok(Self { address, world })
    }

    /// The address to give to `--proxy`.
    pub(super) fn proxy(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The certificate of who vouches for the hosts.
    pub(super) fn authority(&self) -> String {
        self.world.authority.pem()
    }
}

impl Drop for Everything {
    fn drop(&mut self) {
        self.world.is_over.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address));
    }
}

/// What each post says, by the codes in it.
fn articles(archive: &Path) -> io::Result<BTreeMap<String, String>> {
    let mut articles = BTreeMap::<String, String>::new();
    for folder in ["_posts", "old_post"] {
        for entry in fs::read_dir(archive.join(folder))? {
            let text = String::from_utf8_lossy(&fs::read(entry?.path())?).into_owned();
            for rest in text.split("infoCode=").skip(1) {
                let code = rest.split(|letter: char| !letter.is_ascii_alphanumeric()).next().unwrap_or_default();
                *articles.entry(code.to_owned()).or_default() += &text;
            }
        }
    }
    Ok(articles)
}

/// The method and the target of the next request, without its headers; nothing where none comes.
fn request(reader: &mut impl io::BufRead) -> io::Result<Option<(String, String)>> {
    let mut first = String::new();
    if reader.read_line(&mut first)? == 0 {
        return Ok(None);
    }
    let mut line = String::new();
    while reader.read_line(&mut line)? > 0 && line != "\r\n" {
        line.clear();
    }
    let mut words = first.split(' ').map(str::to_owned);
    Ok(words.next().zip(words.next()))
}

impl World {
    fn serve(&self, stream: TcpStream) -> io::Result<()> {
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut writer = stream;
        while let Some((method, target)) = request(&mut reader)? {
            if method == "CONNECT" {
                let host = target.split(':').next().unwrap_or_default();
                let days = match host.split_once('.') {
                    Some((_, "secure.example")) => 400,
                    Some((_, "ending.example")) => 10,
                    _ => return writer.write_all(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"),
                };
                writer.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
                return self.serve_secure(writer, host, days);
            }
            let rest = target.strip_prefix("http://").unwrap_or_default();
            let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
            writer.write_all(&self.answer(&method, host, path))?;
        }
        Ok(())
    }

    fn serve_secure(&self, stream: TcpStream, host: &str, days: u64) -> io::Result<()> {
        let mut params = CertificateParams::new(vec![host.to_owned()]).map_err(io::Error::other)?;
        params.not_after = (SystemTime::now() + Duration::from_hours(24 * days)).into();
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let certificate = params.signed_by(&key, &self.authority).map_err(io::Error::other)?;
        let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(io::Error::other)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config.map_err(io::Error::other)?.with_no_client_auth();
        let config = config.with_single_cert(vec![certificate.der().clone()], key).map_err(io::Error::other)?;
        let connection = ServerConnection::new(Arc::new(config)).map_err(io::Error::other)?;
        let mut stream = BufReader::new(StreamOwned::new(connection, stream));
        while let Some((method, path)) = request(&mut stream)? {
            stream.get_mut().write_all(&self.answer(&method, host, path.trim_start_matches('/')))?;
            stream.get_mut().flush()?;
        }
        Ok(())
    }

    /// The whole answer of a host.
    fn answer(&self, method: &str, host: &str, path: &str) -> Vec<u8> {
        let code = path.split_once("infoCode=").map(|(_, code)| code);
        let article = code.and_then(|code| self.articles.get(code));
        let moved = host.replace(".moved.", ".arrived.");
        let (status, place) = match host.split_once('.').map(|(_, domain)| domain) {
            Some("gone.example") => ("404 Not Found", String::new()),
            Some("failing.example") => ("500 Internal Server Error", String::new()),
            Some("closed.example") => ("403 Forbidden", String::new()),
            Some("moved.example") => ("301 Moved Permanently", format!("http://{moved}/{path}")),
            Some("home.example") if !path.is_empty() => ("302 Found", format!("http://{host}/")),
            _ if code.is_some() && article.is_none() => ("404 Not Found", String::new()),
            _ => ("200 OK", String::new()),
        };
        let body = match article {
            Some(text) => text.clone(),
            None => format!("<!DOCTYPE html><title>{host}</title><p>{path}"),
        };
        let place = if place.is_empty() { place } else { format!("Location: {place}\r\n") };
        let head = format!(
            "HTTP/1.1 {status}\r\n{place}Content-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let body = if method == "HEAD" { "" } else { &body };
        [head.as_bytes(), body.as_bytes()].concat()
    }
}
