//! One request and its answer.

use std::borrow::Cow;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use reqwest::header::{
    CONNECTION, CONTENT_TYPE, COOKIE, ETAG, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    LAST_MODIFIED, LOCATION, RETRY_AFTER, SET_COOKIE,
};
use reqwest::{Client, Method, Request, Response};

use super::fragment;
use super::journey::{Ask, Journey};
use super::manners::Manners;
use super::outcome::{Reason, Validators};
use super::page;
use super::queue::HostId;
use super::retry;
use super::robots;
use super::settings::Claims;
use super::suspect::{Drift, View};
use super::trouble::Trouble;

/// No page is read further than this, inflated.
const LARGEST_PAGE: usize = 1 << 20;

/// What of an answer matters.
#[derive(Debug, Default)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// The destination of a redirect.
    pub(crate) location: Option<String>,
    /// The cookies that were set.
    pub(crate) cookies: Vec<String>,
    /// How long the server wants to be left alone.
    pub(crate) retry_after: Option<Duration>,
    /// Whether a bot wall answered instead of the site.
    pub(crate) challenge: bool,
    /// What this version can be recognised by.
    pub(crate) validators: Option<Box<Validators>>,
    /// The beginning of a `robots.txt`.
    pub(crate) body: Vec<u8>,
}

/// A request that has ended.
pub(crate) struct Ended {
    pub(crate) host: HostId,
    pub(crate) journey: Box<Journey>,
    pub(crate) result: Result<Reply, Trouble>,
}

/// A request under way.
pub(crate) type Exchange = Pin<Box<dyn Future<Output = Ended>>>;

/// What became of a request that holds a slot.
pub(crate) enum Progress {
    /// It ended.
    Ended(Ended),
    /// It goes on without a slot.
    Waits(HostId, Exchange),
}

/// The headers that the requests of a host carry.
pub(crate) fn build(journey: &Journey, manners: &Manners, last: bool) -> Request {
    let method = if journey.ask == Ask::Head { Method::HEAD } else { Method::GET };
    let mut request = Request::new(method, journey.url.clone());
    let target = request.headers_mut();
    manners.dress(target, journey.url.scheme() == "https");
    if let Some(Ok(cookies)) = journey.cookie_header().map(|cookies| HeaderValue::from_str(&cookies)) {
        target.insert(COOKIE, cookies);
    }
    if last {
        target.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    request
}

/// Names the version that is known already, so that the answer may be "unchanged".
pub(crate) fn make_conditional(request: &mut Request, validators: &Validators) {
    let known = [(IF_NONE_MATCH, &validators.etag), (IF_MODIFIED_SINCE, &validators.last_modified)];
    for (name, value) in known {
        if let Some(Ok(value)) = value.as_deref().map(HeaderValue::from_str) {
            request.headers_mut().insert(name, value);
        }
    }
}

/// Sends a request and waits for its answer, at most for `limit`.
pub(crate) fn start(
    client: Client,
    host: HostId,
    mut journey: Box<Journey>,
    (request, question): (Request, Option<Question>),
    limit: Duration,
) -> Exchange {
    Box::pin(async move {
        journey.depart();
        let started = Instant::now();
        let wants_page = journey.wants_page();
        // Whoever wants a place in the page needs all of it; a browser shows what came.
        let is_lenient = !journey.wants_fragments();
        let heard = async {
            let mut response = client.execute(request).await.map_err(|error| Trouble::read(&error))?;
            let mut reply = read(&response);
            if journey.for_robots && response.status().is_success() {
                reply.body = read_rules(&mut response).await?;
            }
            let page = if wants_page && response.status().is_success() {
                read_page(&mut response, is_lenient).await?
            } else {
                None
            };
            Ok((reply, page))
        };
        let heard = tokio::time::timeout(limit, heard).await.unwrap_or_else(|_| Err(Trouble::timeout()));
        journey.arrive(started.elapsed());
        let result = match heard {
            Ok((reply, Some(page))) => {
                let wanted = if journey.wants_fragments() { journey.fragments.clone() } else { Box::default() };
                let judges = journey.judges;
                // Parsing a page may take longer than a thousand requests, so it has a thread of its own.
                let task = move || page.read(&wanted, judges, question);
                let read = tokio::task::spawn_blocking(task).await.unwrap_or_default();
                (journey.missing, journey.view, journey.drift) = (read.missing, read.view, read.drift);
                Ok(reply)
            }
            Ok((reply, None)) => Ok(reply),
            Err(trouble) => Err(trouble),
        };
        Ended { host, journey, result }
    })
}

/// What the archive has to say of the page of an address.
pub(crate) struct Question {
    pub(crate) claims: Claims,
    /// Its place among the run's addresses.
    pub(crate) index: usize,
}

/// A page as it came.
struct Page {
    content_type: Option<String>,
    bytes: Vec<u8>,
    /// Whether it ended within [`LARGEST_PAGE`].
    is_whole: bool,
}

/// What was read of a page.
#[derive(Default)]
struct Read {
    missing: Box<[Box<str>]>,
    view: Option<Box<View>>,
    drift: Option<Drift>,
}

impl Page {
    /// Reads what is wanted of it. Of a page that is not whole nothing can be said to be missing.
    fn read(&self, fragments: &[Box<str>], judges: bool, question: Option<Question>) -> Read {
        let text = page::decode(self.content_type.as_deref(), &self.bytes);
        let mut read = Read::default();
        if self.is_whole {
            read.missing = fragment::missing(&text, fragments);
        }
        if judges {
            let view = View::of(&scraper::Html::parse_document(&text));
            let claim = question.and_then(|Question { claims, index }| claims(index));
            read.drift = claim.and_then(|claim| Drift::measure(&view, &claim));
            read.view = Some(Box::new(view));
        }
        read
    }
}

/// Reads the beginning of a `robots.txt`.
async fn read_rules(response: &mut Response) -> Result<Vec<u8>, Trouble> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| Trouble::read_body(&error))? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > robots::LARGEST {
            bytes.truncate(robots::LARGEST);
            break;
        }
    }
    Ok(bytes)
}

/// Reads a page, but not past [`LARGEST_PAGE`]; `None` where it is no HTML. With `is_lenient` a page that is cut off ends
/// there.
async fn read_page(response: &mut Response, is_lenient: bool) -> Result<Option<Page>, Trouble> {
    let content_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(str::to_owned);
    if !page::is_html(content_type.as_deref()) {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    let mut is_whole = true;
    loop {
        match response.chunk().await {
            Ok(None) => break,
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Err(error) => {
                let trouble = Trouble::read_body(&error);
                if !is_lenient || bytes.is_empty() || trouble.reason != Reason::BodyTruncated {
                    return Err(trouble);
                }
                is_whole = false;
                break;
            }
        }
        if bytes.len() > LARGEST_PAGE {
            bytes.truncate(LARGEST_PAGE);
            is_whole = false;
            break;
        }
    }
    Ok(Some(Page { content_type, bytes, is_whole }))
}

/// Waits for an exchange, but not longer than `patience`.
pub(crate) async fn impatiently(host: HostId, mut exchange: Exchange, patience: Duration) -> Progress {
    match tokio::time::timeout(patience, &mut exchange).await {
        Ok(ended) => Progress::Ended(ended),
        Err(_) => Progress::Waits(host, exchange),
    }
}

fn read(response: &Response) -> Reply {
    let headers = response.headers();
    let status = response.status().as_u16();
    if (200..300).contains(&status) {
        let (challenge, validators) = (is_challenge(status, headers), validators(headers));
        return Reply { status, challenge, validators, ..Reply::default() };
    }
    let retry_after = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    Reply {
        status,
        location: headers.get(LOCATION).map(|value| address_text(value).into_owned()),
        cookies: headers
            .get_all(SET_COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .map(str::to_owned)
            .collect(),
        retry_after: retry_after.and_then(|value| retry::retry_after(value, Timestamp::now())),
        challenge: is_challenge(status, headers),
        validators: if status == 304 { validators(headers) } else { None },
        body: Vec::new(),
    }
}

fn validators(headers: &HeaderMap) -> Option<Box<Validators>> {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).map(Box::from);
    let validators = Validators { etag: text(ETAG), last_modified: text(LAST_MODIFIED) };
    (validators != Validators::default()).then(|| Box::new(validators))
}

/// A destination as text. Bytes that are not UTF-8 are percent-encoded as they are, which is what browsers send.
fn address_text(value: &HeaderValue) -> Cow<'_, str> {
    let bytes = value.as_bytes();
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.trim().into();
    }
    let mut text = String::with_capacity(bytes.len() * 3);
    for byte in bytes {
        if byte.is_ascii() {
            text.push(char::from(*byte));
        } else {
            text.push('%');
            text.extend([byte >> 4, byte & 15].iter().filter_map(|digit| char::from_digit(u32::from(*digit), 16)));
        }
    }
    text.into()
}

/// Whether the answer is that of a known bot wall: Cloudflare, AWS, and the cookie walls of Chinese ones, which answer
/// 412 or 521 with a script that sets the cookie.
fn is_challenge(status: u16, headers: &HeaderMap) -> bool {
    const MARKS: [HeaderName; 2] =
        [HeaderName::from_static("cf-mitigated"), HeaderName::from_static("x-amzn-waf-action")];
    let sets_cookie = || {
        let mut cookies = headers.get_all(SET_COOKIE).iter();
        cookies.any(|cookie| cookie.as_bytes().starts_with(b"__jsl"))
    };
    MARKS.iter().any(|mark| headers.contains_key(mark)) || (status == 521 && sets_cookie())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destinations_of_any_bytes() {
        let text = |bytes: &[u8]| address_text(&HeaderValue::from_bytes(bytes).unwrap()).into_owned();
        assert_eq!(text(b" /a b "), "/a b");
        assert_eq!(text("/新闻".as_bytes()), "/新闻");
        assert_eq!(text(b"/\xd0\xc2\xce\xc5"), "/%d0%c2%ce%c5");
    }
}
