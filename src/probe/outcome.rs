//! What the web answered.

use std::ops::{Deref, DerefMut};
use std::sync::LazyLock;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::suspect::Drift;

/// The one word about an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It answers, and with what was linked as far as can be seen.
    Alive,
    /// It answers at another address, for good.
    Moved,
    /// It is gone: 404, 410, a host that does not exist.
    Dead,
    /// It fails today: 5xx, time-out, refused, reset, TLS, a redirect loop.
    Failing,
    /// It cannot be judged from here: 401, 403, 429, 451, 999, robots.txt.
    Blocked,
    /// It answers 200, and yet what was linked is probably gone.
    Suspect,
    /// It was not asked.
    Skipped,
}

impl Verdict {
    /// Every verdict, in the order of reports.
    pub const ALL: [Self; 7] =
        [Self::Alive, Self::Moved, Self::Dead, Self::Failing, Self::Blocked, Self::Suspect, Self::Skipped];

    /// Its name in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Alive => "alive",
            Self::Moved => "moved",
            Self::Dead => "dead",
            Self::Failing => "failing",
            Self::Blocked => "blocked",
            Self::Suspect => "suspect",
            Self::Skipped => "skipped",
        }
    }
}

/// What led to the verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The last answer's status decided: `http-404`.
    Status(u16),
    /// The name does not exist.
    DnsNotFound,
    /// The resolver failed or gave no address.
    DnsFailure,
    /// Nothing listens there.
    ConnectRefused,
    /// The connection was cut.
    ConnectReset,
    /// There is no route to the host, or another failure below TCP.
    ConnectFailed,
    /// No answer in time.
    Timeout,
    /// The certificate's issuer is not trusted.
    TlsUntrusted,
    /// The certificate has ended, or has not begun.
    TlsExpired,
    /// The certificate is another host's.
    TlsHostname,
    /// TLS failed in another way.
    TlsFailed,
    /// The chain of redirects comes back to an address in it.
    RedirectLoop,
    /// More redirects than are followed.
    RedirectLimit,
    /// A redirect without a destination, or to what is no web address.
    RedirectInvalid,
    /// The answer is not HTTP.
    ProtocolError,
    /// The answer is shorter than it said.
    BodyTruncated,
    /// Retry-After asks for more patience than this run has.
    RetryAfter,
    /// A private, loopback, link-local, multicast or metadata address.
    PrivateAddress,
    /// robots.txt forbids it.
    Robots,
    /// Settings exclude it.
    Excluded,
    /// The run asks nothing of the web.
    Offline,
    /// The run's time or budget ended first.
    Budget,
    /// The run was interrupted first.
    Interrupted,
    /// Says that it is gone, with status 200.
    Soft404,
    /// A parked domain.
    Parked,
    /// Redirects to the home page.
    RedirectHome,
    /// Redirects to a log-in page.
    RedirectLogin,
    /// Shows nothing but a form to log in.
    LoginWall,
    /// Ends at the page at which many other addresses of its host end.
    Funnel,
    /// A host takes the mail of the domain.
    MailHost,
    /// No host takes the mail of the domain.
    NoMail,
}

impl Reason {
    /// Its name in every output, in kebab case.
    pub fn name(self) -> std::borrow::Cow<'static, str> {
        let name = match self {
            Self::Status(status) => return format!("http-{status}").into(),
            Self::DnsNotFound => "dns-not-found",
            Self::DnsFailure => "dns-failure",
            Self::ConnectRefused => "connect-refused",
            Self::ConnectReset => "connect-reset",
            Self::ConnectFailed => "connect-failed",
            Self::Timeout => "timeout",
            Self::TlsUntrusted => "tls-untrusted",
            Self::TlsExpired => "tls-expired",
            Self::TlsHostname => "tls-hostname",
            Self::TlsFailed => "tls-failed",
            Self::RedirectLoop => "redirect-loop",
            Self::RedirectLimit => "redirect-limit",
            Self::RedirectInvalid => "redirect-invalid",
            Self::ProtocolError => "protocol-error",
            Self::BodyTruncated => "body-truncated",
            Self::RetryAfter => "retry-after",
            Self::PrivateAddress => "private-address",
            Self::Robots => "robots",
            Self::Excluded => "excluded",
            Self::Offline => "offline",
            Self::Budget => "budget",
            Self::Interrupted => "interrupted",
            Self::Soft404 => "soft-404",
            Self::Parked => "parked",
            Self::RedirectHome => "redirect-home",
            Self::RedirectLogin => "redirect-login",
            Self::LoginWall => "login-wall",
            Self::Funnel => "funnel",
            Self::MailHost => "mail-host",
            Self::NoMail => "no-mail",
        };
        name.into()
    }
}

/// One redirect on the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hop {
    /// The status of the answer that redirected.
    pub status: u16,
    /// Where it led, absolute.
    pub to: Box<str>,
}

/// What is known of an address after it was asked.
///
/// Millions of them are held at once, and of most there is nothing more to tell than that the address is well. So what
/// only some have stands apart, in [`Details`]: it is read as if it stood here, and reads as empty where there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The verdict.
    pub verdict: Verdict,
    /// What led to it.
    pub reason: Reason,
    /// The status of the last answer, if there was one.
    pub status: Option<u16>,
    /// When it was asked; `None` if it was not.
    pub checked_at: Option<Timestamp>,
    /// Requests that were sent for it, redirects and retries among them.
    pub attempts: u16,
    /// Time that its requests took, without the waits between them, in milliseconds.
    pub elapsed_ms: u32,
    /// What was seen of its page, if that was judged.
    pub seen: Option<Seen>,
    /// What only some outcomes have.
    pub details: Option<Box<Details>>,
}

/// What only some outcomes have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// Where the last answer came from, if elsewhere than asked.
    pub final_url: Option<Box<str>>,
    /// The redirects on the way.
    pub redirects: Box<[Hop]>,
    /// What a person should know beside the reason: the TLS library's words, a title that says 404.
    pub evidence: Option<Box<str>>,
    /// The fragments asked about that the page lacks.
    pub missing_fragments: Box<[Box<str>]>,
    /// What the next run may send to learn that nothing has changed.
    pub validators: Option<Validators>,
}

/// What was seen of a page that was judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Seen {
    /// How much of the archive's own text it still shows, where that can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drift: Option<Drift>,
}

/// What a server knows a version of a page by (RFC 9110 §8.8).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// The `ETag` header.
    pub etag: Option<Box<str>>,
    /// The `Last-Modified` header.
    pub last_modified: Option<Box<str>>,
}

impl Outcome {
    /// The outcome of an address that was not asked.
    pub fn skipped(reason: Reason) -> Self {
        Self {
            verdict: Verdict::Skipped,
            reason,
            status: None,
            checked_at: None,
            attempts: 0,
            elapsed_ms: 0,
            seen: None,
            details: None,
        }
    }

    /// The same outcome with these details.
    #[must_use]
    pub fn with(self, details: Details) -> Self {
        let details = (details != Details::default()).then(|| Box::new(details));
        Self { details, ..self }
    }

    /// The same outcome without what only the next run needs.
    #[must_use]
    pub fn without_validators(self) -> Self {
        match self.details {
            Some(details) if details.validators.is_some() => {
                Self { details: None, ..self }.with(Details { validators: None, ..*details })
            }
            _ => self,
        }
    }
}

/// The details of an outcome that has none.
static NO_DETAILS: LazyLock<Details> = LazyLock::new(Details::default);

impl Deref for Outcome {
    type Target = Details;

    fn deref(&self) -> &Details {
        self.details.as_deref().unwrap_or(&NO_DETAILS)
    }
}

impl DerefMut for Outcome {
    fn deref_mut(&mut self) -> &mut Details {
        self.details.get_or_insert_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_is_small_and_its_details_read_as_its_own() {
        assert!(size_of::<Outcome>() <= 56, "{} bytes, and an archive has millions of them", size_of::<Outcome>());
        let plain = Outcome::skipped(Reason::Offline);
        assert!(plain.evidence.is_none() && plain.redirects.is_empty());
        assert_eq!(plain.clone().with(Details::default()).details, None);
        let mut told = plain.clone();
        told.evidence = Some("words".into());
        told.validators = Some(Validators { etag: Some("\"1\"".into()), last_modified: None });
        let kept = told.without_validators();
        assert_eq!((kept.evidence.as_deref(), &kept.validators), (Some("words"), &None));
        let only_validators =
            plain.clone().with(Details { validators: Some(Validators::default()), ..Details::default() });
        assert_eq!(only_validators.without_validators(), plain, "nothing is left of it");
    }
}
