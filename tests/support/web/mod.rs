//! A web of its own on loopback: an HTTP proxy that answers for every host of the sample archive.
//!
//! A client that goes through it needs neither DNS nor root, and reaches nothing outside this machine.
//! What each address does is a row of [`table::TABLE`]; a host that is not there does not exist, which a proxy says
//! with 502. There are no certificates, so tunnels for `https` are refused.

mod articles;
mod table;

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue, LOCATION, RETRY_AFTER};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

use articles::Articles;
use table::{Answer, answer};

/// How long the slow host thinks.
const SLOW: Duration = Duration::from_millis(1500);

/// The body of the long page, more than a link checker should read.
const BIG: usize = 8 << 20;

/// The running web; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Web {
    address: SocketAddr,
    hits: Arc<Hits>,
    _runtime: Runtime,
}

/// Requests that came for each host, and for each address that answers differently the second time.
#[derive(Debug, Default)]
struct Hits(Mutex<BTreeMap<String, u32>>);

impl Hits {
    /// Counts a request and gives the number of those before it.
    fn count(&self, key: &str) -> u32 {
        let mut hits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = hits.entry(key.to_owned()).or_default();
        *count += 1;
        *count - 1
    }
}

impl Web {
    /// Starts the web on a free port, with a page for each article that the posts of `archive` link to.
    pub(crate) fn start(archive: &Path) -> io::Result<Self> {
        let articles = Arc::new(Articles::read(archive)?);
        let hits = Arc::new(Hits::default());
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
        let address = listener.local_addr()?;
        runtime.spawn(accept(listener, articles, Arc::clone(&hits)));
        Ok(Self { address, hits, _runtime: runtime })
    }

    /// The address to give to `--proxy`.
    pub(crate) fn proxy(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Requests so far, by host.
    pub(crate) fn hits(&self) -> BTreeMap<String, u32> {
        let hits = self.hits.0.lock().unwrap_or_else(PoisonError::into_inner);
        hits.iter().filter(|(key, _)| !key.contains('/')).map(|(host, count)| (host.clone(), *count)).collect()
    }
}

async fn accept(listener: TcpListener, articles: Arc<Articles>, hits: Arc<Hits>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(serve(stream, Arc::clone(&articles), Arc::clone(&hits)));
    }
}

async fn serve(stream: TcpStream, articles: Arc<Articles>, hits: Arc<Hits>) {
    let service = service_fn(|request| respond(request, &articles, &hits));
    // A connection that ends in an error is a connection that was cut, which is what the client is to see.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// Answers one request; an error cuts the connection.
async fn respond(request: Request<Incoming>, articles: &Articles, hits: &Hits) -> io::Result<Response<Full<Bytes>>> {
    let host = request.uri().host().unwrap_or_default().to_owned();
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    hits.count(&host);
    if request.method() == Method::CONNECT {
        return Ok(page(502, "Bad Gateway", "这里没有证书，隧道不通。"));
    }
    let is_head = request.method() == Method::HEAD;
    let response = match answer(&host, path) {
        Answer::Page(title) => page(200, title, "正文见下。"),
        Answer::Article => article(path, articles),
        Answer::Picture => typed("image/png", Bytes::from_static(b"\x89PNG\r\n\x1a\n")),
        Answer::Status(status) => page(status, "出错了", "请稍后再来。"),
        Answer::To(status, place) => with(page(status, "搬家了", ""), LOCATION, place),
        Answer::Later(seconds) => with(page(429, "太快了", ""), RETRY_AFTER, seconds),
        Answer::LaterOnce if hits.count(&format!("{host}{path}")) == 0 => {
            with(page(429, "太快了", ""), RETRY_AFTER, "1")
        }
        Answer::LaterOnce => page(200, "等到了", "谢谢。"),
        Answer::Cut => return Err(io::Error::other("cut")),
        Answer::Slow => {
            tokio::time::sleep(SLOW).await;
            page(200, "慢工细活", "久等了。")
        }
        Answer::NoHead if is_head => page(405, "不支持", ""),
        Answer::HeadLies if is_head => page(404, "没有", ""),
        Answer::NoHead | Answer::HeadLies => page(200, "全文在此", "只有读完才知道。"),
        Answer::Big => typed("text/html; charset=utf-8", Bytes::from(vec![b'x'; BIG])),
        Answer::Gbk => typed("text/html; charset=gbk", Bytes::from_static(table::GBK_PAGE)),
    };
    Ok(response)
}

/// The page of an article of the news service, by its code.
fn article(path: &str, articles: &Articles) -> Response<Full<Bytes>> {
    let code = path.rsplit('=').next().unwrap_or_default();
    match articles.titles(code) {
        _ if code == table::GONE => page(200, "没有找到", "没有找到您要的文章。"),
        _ if code == table::DRIFTED => page(200, "本地天气", "今天多云转晴，最高气温二十七度。"),
        [] => page(200, "没有找到", "没有找到您要的文章。"),
        titles => page(200, &titles.join("；"), "本文由新闻服务转载。"),
    }
}

fn page(status: u16, title: &str, text: &str) -> Response<Full<Bytes>> {
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"zh\"><head><title>{title}</title></head>\n\
         <body><h1>{title}</h1><p>{text}</p></body></html>\n"
    );
    let mut response = typed("text/html; charset=utf-8", Bytes::from(html));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    response
}

fn typed(content_type: &'static str, body: Bytes) -> Response<Full<Bytes>> {
    let response = Response::new(Full::new(body));
    with(response, CONTENT_TYPE, content_type)
}

fn with<B>(mut response: Response<B>, name: hyper::header::HeaderName, value: &'static str) -> Response<B> {
    response.headers_mut().insert(name, HeaderValue::from_static(value));
    response
}
