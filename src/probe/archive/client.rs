//! Questions to a web archive, one after the other and never closer than it wants them.
//!
//! An archive that answers "too many requests" stops everything for a minute at least: whoever goes on asking is shut out
//! for hours, and with him everybody behind the same address.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue, RETRY_AFTER};
use reqwest::{Client, Method, Request, Url};

use super::super::cancel::Cancel;
use super::super::{clients, retry, settings};
use super::{ArchiveError, ArchiveSettings};

/// No answer is read further: 150,000 rows take about 15 MB.
const LARGEST: usize = 128 << 20;
/// Times that a question is asked which the archive fails to answer, or has no time for.
const TRIES: u32 = 3;

/// A guest of the archive.
pub(crate) struct Guest<'a> {
    settings: &'a ArchiveSettings,
    client: Client,
    cancel: &'a Cancel,
    end: Option<Instant>,
    not_before: Option<Instant>,
}

impl<'a> Guest<'a> {
    pub(crate) fn new(
        settings: &'a ArchiveSettings,
        web: &settings::Settings,
        cancel: &'a Cancel,
    ) -> Result<Self, ArchiveError> {
        let client = clients::plain(web).map_err(ArchiveError::Client)?;
        let end = settings.max_time.and_then(|time| Instant::now().checked_add(time));
        Ok(Self { settings, client, cancel, end, not_before: None })
    }

    /// Asks, and asks again where that has a prospect. `pace` is the least time since the question before.
    pub(crate) async fn ask(
        &mut self,
        (method, url): (Method, &Url),
        form: Option<&str>,
        pace: Duration,
    ) -> Result<Vec<u8>, ArchiveError> {
        let mut tries = 0;
        loop {
            self.wait().await?;
            self.not_before = Instant::now().checked_add(pace);
            tries += 1;
            let words = match self.send(&method, url, form).await {
                Ok((200..=299, _, body)) => return Ok(body),
                Ok((429, wait, _)) => {
                    let wait = wait.unwrap_or_default().max(self.settings.patience());
                    if tries >= TRIES || wait > Duration::from_mins(10) {
                        return Err(ArchiveError::Throttled);
                    }
                    self.not_before = Instant::now().checked_add(wait);
                    continue;
                }
                // A refusal has a body that says why.
                Ok((400..=499, _, body)) if body.starts_with(b"{") => return Ok(body),
                Ok((status, ..)) => format!("it answers {status}"),
                Err(words) => words,
            };
            if tries >= TRIES {
                return Err(ArchiveError::Fails(words));
            }
            let backoff = retry::backoff(self.settings.backoff, tries, 0);
            self.not_before = self.not_before.max(Instant::now().checked_add(backoff));
        }
    }

    /// Waits until the next question may be asked, or the run is over.
    pub(crate) async fn wait(&self) -> Result<(), ArchiveError> {
        if self.cancel.is_cancelled() {
            return Err(ArchiveError::Over);
        }
        let Some(at) = self.not_before else { return Ok(()) };
        if self.end.is_some_and(|end| end < at) {
            return Err(ArchiveError::Over);
        }
        tokio::select! {
            () = self.cancel.cancelled() => Err(ArchiveError::Over),
            () = tokio::time::sleep_until(at.into()) => Ok(()),
        }
    }

    /// Lets time pass before the next question.
    pub(crate) fn rest(&mut self, time: Duration) {
        self.not_before = self.not_before.max(Instant::now().checked_add(time));
    }

    async fn send(
        &self,
        method: &Method,
        url: &Url,
        form: Option<&str>,
    ) -> Result<(u16, Option<Duration>, Vec<u8>), String> {
        let heard = async {
            let mut response = self.client.execute(self.request(method, url, form)?).await.map_err(words)?;
            let status = response.status().as_u16();
            let after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
            let wait = after.and_then(|value| retry::retry_after(value, Timestamp::now()));
            let mut body = Vec::new();
            while let Some(chunk) = response.chunk().await.map_err(words)? {
                if body.len() + chunk.len() > LARGEST {
                    return Err("its answer has no end".to_owned());
                }
                body.extend_from_slice(&chunk);
            }
            Ok((status, wait, body))
        };
        tokio::select! {
            () = self.cancel.cancelled() => Err("interrupted".to_owned()),
            heard = tokio::time::timeout(self.settings.timeout, heard) => {
                heard.unwrap_or_else(|_| Err("it does not answer in time".to_owned()))
            }
        }
    }

    fn request(&self, method: &Method, url: &Url, form: Option<&str>) -> Result<Request, String> {
        let mut request = Request::new(method.clone(), url.clone());
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
        let Some(form) = form else { return Ok(request) };
        let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
        request.headers_mut().insert(reqwest::header::CONTENT_TYPE, kind);
        if let Some(account) = &self.settings.account {
            let value = HeaderValue::from_str(&format!("LOW {account}"));
            let mut value = value.map_err(|_| "the account cannot stand in a header".to_owned())?;
            value.set_sensitive(true);
            request.headers_mut().insert(AUTHORIZATION, value);
        }
        *request.body_mut() = Some(form.to_owned().into());
        Ok(request)
    }
}

/// The innermost error's words.
#[expect(clippy::needless_pass_by_value, reason = "it is the shape that `map_err` wants")]
fn words(error: reqwest::Error) -> String {
    clients::words(&error)
}
