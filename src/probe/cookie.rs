//! Cookies for the length of one chain of redirects.
//!
//! Some sites set a cookie, redirect to the same address and look whether it comes back; without it they loop.
//! Nothing outlives the chain, and paths and life times are not looked at, since a chain takes seconds.

use url::Url;

/// More cookies than this are not kept: a chain needs one or two.
const MOST: usize = 32;
/// A longer cookie is not kept (RFC 6265 §6.1 asks for 4096 bytes).
const LONGEST: usize = 4096;

/// The cookies of one chain.
#[derive(Debug, Default)]
pub(crate) struct Cookies(Vec<Cookie>);

#[derive(Debug)]
struct Cookie {
    /// The host that set it, or the domain that it named; the latter covers hosts below it too.
    domain: Box<str>,
    below: bool,
    secure: bool,
    name: Box<str>,
    value: Box<str>,
}

impl Cookies {
    /// Takes a `Set-Cookie` header that `url` answered with.
    pub(crate) fn set(&mut self, url: &Url, header: &str) {
        let Some(host) = url.host_str() else { return };
        let mut parts = header.split(';');
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { return };
        let (name, value) = (name.trim(), value.trim());
        let printable = |text: &str| text.bytes().all(|byte| (0x20..0x7f).contains(&byte));
        if name.is_empty() || header.len() > LONGEST || !printable(name) || !printable(value) {
            return;
        }
        let (mut domain, mut below, mut secure, mut ended) = (host, false, false, false);
        for attribute in parts {
            let (key, setting) = attribute.split_once('=').unwrap_or((attribute, ""));
            let (key, setting) = (key.trim(), setting.trim());
            if key.eq_ignore_ascii_case("domain") {
                let named = setting.strip_prefix('.').unwrap_or(setting);
                // A domain of one label would send the cookie to half of the web; a foreign one is not its to set.
                if named.contains('.') && covers(named, host) {
                    (domain, below) = (named, true);
                }
            } else if key.eq_ignore_ascii_case("secure") {
                secure = true;
            } else if key.eq_ignore_ascii_case("max-age") {
                ended = setting.starts_with('-') || setting == "0";
            }
        }
        self.0.retain(|cookie| !(*cookie.name == *name && cookie.domain.eq_ignore_ascii_case(domain)));
        if !ended && self.0.len() < MOST {
            let domain = domain.into();
            self.0.push(Cookie { domain, below, secure, name: name.into(), value: value.into() });
        }
    }

    /// The `Cookie` header for a request to `url`, if any cookie goes there.
    pub(crate) fn header(&self, url: &Url) -> Option<String> {
        let host = url.host_str()?;
        let sent = |cookie: &&Cookie| {
            let here = cookie.domain.eq_ignore_ascii_case(host) || (cookie.below && covers(&cookie.domain, host));
            here && (!cookie.secure || url.scheme() == "https")
        };
        let pairs: Vec<String> =
            self.0.iter().filter(sent).map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }
}

/// Whether `host` is `domain` or below it.
fn covers(domain: &str, host: &str) -> bool {
    let (domain, host) = (domain.as_bytes(), host.as_bytes());
    let Some(start) = host.len().checked_sub(domain.len()) else { return false };
    let tail = host.get(start..).unwrap_or_default();
    tail.eq_ignore_ascii_case(domain) && (start == 0 || host.get(start - 1) == Some(&b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header_after(set: &[(&str, &str)], url: &str) -> Option<String> {
        let mut cookies = Cookies::default();
        for (from, header) in set {
            cookies.set(&Url::parse(from).unwrap(), header);
        }
        cookies.header(&Url::parse(url).unwrap())
    }

    #[test]
    fn a_cookie_goes_back_where_it_came_from() {
        let set = [("http://a.example.com/x", "id=1; Path=/; HttpOnly"), ("http://a.example.com/", "b=two")];
        assert_eq!(header_after(&set, "http://a.example.com/y").as_deref(), Some("id=1; b=two"));
        assert_eq!(header_after(&set, "http://example.com/"), None);
        assert_eq!(header_after(&set, "http://xa.example.com/"), None);
    }

    #[test]
    fn a_domain_covers_what_is_below_it_and_nothing_foreign() {
        let set = [("http://a.example.com/", "id=1; Domain=.example.com")];
        assert_eq!(header_after(&set, "http://b.example.com/").as_deref(), Some("id=1"));
        assert_eq!(header_after(&set, "http://badexample.com/"), None);
        let foreign = [("http://a.example.com/", "id=1; Domain=other.org")];
        assert_eq!(header_after(&foreign, "http://other.org/"), None);
        let wide = [("http://a.com/", "id=1; Domain=com")];
        assert_eq!(header_after(&wide, "http://b.com/"), None);
    }

    #[test]
    fn a_cookie_is_replaced_ended_or_kept_from_plain_text() {
        let from = "https://a.com/";
        assert_eq!(header_after(&[(from, "id=1"), (from, "id=2")], from).as_deref(), Some("id=2"));
        assert_eq!(header_after(&[(from, "id=1"), (from, "id=; Max-Age=0")], from), None);
        assert_eq!(header_after(&[(from, "id=1; Secure")], "http://a.com/"), None);
    }

    #[test]
    fn damage_is_left_out() {
        let from = "http://a.com/";
        for damaged in ["", ";", "=", "=x", "novalue", "a\u{1}=b", "a=\u{e9}", &format!("a={}", "x".repeat(5000))] {
            assert_eq!(header_after(&[(from, damaged)], from), None, "{damaged:?}");
        }
        let many: Vec<String> = (0..1000).map(|number| format!("c{number}=1")).collect();
        let set: Vec<(&str, &str)> = many.iter().map(|header| (from, header.as_str())).collect();
        assert_eq!(header_after(&set, from).unwrap().split("; ").count(), MOST);
    }
}
