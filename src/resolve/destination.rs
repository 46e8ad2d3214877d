//! One destination, resolved.

use percent_encoding::percent_decode_str;
use url::{ParseError, Url};

use crate::language::{Message, mark, say};

/// The site as links see it.
#[derive(Clone, Debug)]
pub struct Resolver {
    /// Scheme and host that the site is served from; protocol-relative links take its scheme.
    home: Url,
    /// Every host that means the site itself, in lower case.
    hosts: Vec<String>,
    /// `baseurl` without a slash at its end, percent-decoded; often empty.
    baseurl: String,
}

/// What a destination is relative to.
#[derive(Clone, Debug)]
pub struct Base(Url);

impl Base {
    /// The base of a page that has a `<base href>`; one that is no address of the web changes nothing (WHATWG HTML,
    /// "set the frozen base URL").
    pub(super) fn moved(&self, href: &str) -> Self {
        let moved = self.0.join(href.trim_matches(|c: char| c <= ' '));
        let is_usable = |url: &Url| matches!(url.scheme(), "http" | "https");
        moved.ok().filter(is_usable).map_or_else(|| self.clone(), Self)
    }
}

/// What a destination leads to, before anybody looks whether it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Leads {
    /// To a path of the site; `None` for one outside `baseurl`, which the site does not serve.
    Site(Option<String>, Option<String>),
    /// To a place on the page itself: its path, the place, and the document's index.
    Same(String, Option<String>, usize),
    /// To an address of the web, without its fragment, and the fragment.
    Web(String, Option<String>),
    Mail(String),
    Other,
    Empty,
    Unsafe,
    Invalid(&'static str),
    Template,
}

/// Where a single address leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// To the site itself.
    Site {
        /// The path, percent-decoded, below `baseurl`.
        path: String,
        /// The fragment, percent-decoded.
        fragment: Option<String>,
    },
    /// To the site's host, beside `baseurl`, where the site serves nothing.
    OutsideBaseurl,
    /// To another site: its whole address.
    Web(String),
    /// Nowhere on the web: why, as a clause.
    Nowhere(Message),
}

impl Resolver {
    /// A resolver for a site.
    ///
    /// `home` is `url` of `_config.yml`; where it is missing or no web address, links resolve as on an unnamed https site.
    /// `hosts` are the other hosts by which the site is known.
    pub fn new(home: Option<&str>, hosts: impl IntoIterator<Item = String>, baseurl: &str) -> Self {
        let home = home.and_then(|home| Url::parse(home).ok()).filter(Url::has_host).unwrap_or_else(unnamed_site);
        let mut known: Vec<String> = hosts.into_iter().map(|host| host.to_ascii_lowercase()).collect();
        known.extend(home.host_str().map(str::to_owned));
        let baseurl = baseurl.trim_matches('/');
        let baseurl = if baseurl.is_empty() { String::new() } else { format!("/{}", decoded(baseurl)) };
        Self { home, hosts: known, baseurl }
    }

    /// The base of a page: its address as `page.url` spells it, without `baseurl`.
    pub fn base(&self, address: &str) -> Base {
        let mut base = self.home.clone();
        base.set_query(None);
        base.set_fragment(None);
        base.set_path(&format!("{}{address}", self.baseurl));
        Base(base)
    }

    /// Whether a host means the site itself.
    pub fn is_own_host(&self, host: &str) -> bool {
        self.hosts.iter().any(|own| own == host)
    }

    /// Whether a destination is an address of another site that is spelt as the URL parser would write it, so that it
    /// need not be parsed; most are. What is in any doubt is not.
    pub(super) fn is_settled(&self, destination: &str) -> bool {
        let rest = destination.strip_prefix("http://").or_else(|| destination.strip_prefix("https://"));
        let Some((host, rest)) = rest.and_then(|rest| rest.split_once('/')) else { return false };
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        // A segment that begins with a dot may be one that leads up.
        let has_odd_segment = path.starts_with('.') || path.contains("/.");
        is_settled_host(host)
            && !self.is_own_host(host)
            && !has_odd_segment
            && path.bytes().all(is_settled_in_path)
            && query.bytes().all(|b| is_settled_in_path(b) || matches!(b, b'?' | b'%'))
    }

    /// Resolves a destination against a page.
    pub(super) fn resolve(&self, base: &Base, destination: &str) -> Leads {
        let destination = destination.trim_matches(|c: char| c <= ' ');
        if destination.is_empty() {
            return Leads::Empty;
        }
        if is_template(destination) {
            return Leads::Template;
        }
        match Url::options().base_url(Some(&base.0)).parse(destination) {
            Ok(url) => self.sort(url),
            Err(error) => Leads::Invalid(words(error)),
        }
    }

    /// Where an address leads that a person types, as if it stood on the home page.
    pub fn place(&self, address: &str) -> Place {
        match self.resolve(&self.base("/"), address) {
            Leads::Site(Some(path), fragment) | Leads::Same(path, fragment, _) => Place::Site { path, fragment },
            Leads::Site(None, _) => Place::OutsideBaseurl,
            Leads::Web(url, _) => Place::Web(url),
            Leads::Mail(behind) => Place::Nowhere(say!("it is the mail address {address}", address = decoded(&behind))),
            Leads::Other => Place::Nowhere(say!("its scheme is not of the web")),
            Leads::Unsafe => Place::Nowhere(say!("its scheme is one that no archive should use")),
            Leads::Empty => Place::Nowhere(say!("it is empty")),
            Leads::Template => Place::Nowhere(say!("it is Liquid, which only a build decides")),
            Leads::Invalid(why) => Place::Nowhere(Message::marked(why)),
        }
    }

    fn sort(&self, mut url: Url) -> Leads {
        match url.scheme() {
            "http" | "https" => {}
            "mailto" => return Leads::Mail(url.as_str().split_once(':').unwrap_or_default().1.to_owned()),
            "javascript" | "vbscript" | "file" => return Leads::Unsafe,
            _ => return Leads::Other,
        }
        let fragment = url.fragment().map(decoded);
        if url.port().is_none() && url.host_str().is_some_and(|host| self.is_own_host(host)) {
            return Leads::Site(self.path_on_site(url.path()), fragment);
        }
        url.set_fragment(None);
        Leads::Web(url.into(), fragment)
    }

    /// The path below `baseurl`, percent-decoded.
    fn path_on_site(&self, path: &str) -> Option<String> {
        let path = decoded(path);
        if self.baseurl.is_empty() {
            return Some(path);
        }
        let rest = path.strip_prefix(&self.baseurl)?;
        match rest.as_bytes().first() {
            None => Some("/".to_owned()),
            Some(b'/') => Some(rest.to_owned()),
            Some(_) => None,
        }
    }
}

/// Whether a host is a name in lower-case ASCII, with nothing in it that IDNA or IPv4 have rules for.
fn is_settled_host(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    host.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-'))
        && host.starts_with(|c: char| c.is_ascii_alphanumeric())
        && last.starts_with(|c: char| c.is_ascii_lowercase())
        && !host.contains("..")
        && !host.contains("--")
}

/// Whether a byte stands for itself in a path and in a query.
fn is_settled_in_path(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'-' | b'.' | b'_' | b'~' | b'!' | b'$' | b'&' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'='
        )
        || matches!(byte, b':' | b'@' | b'/')
}

/// Whether a destination means the same on every page: it names its scheme, its host, or a path from the root.
pub(super) fn is_absolute(destination: &str) -> bool {
    let destination = destination.trim_start_matches(|c: char| c <= ' ');
    if is_template(destination) {
        return false;
    }
    if destination.starts_with(['/', '\\']) {
        return true;
    }
    let scheme =
        destination.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.')).count();
    // `http:x` is relative to a page of the same scheme (WHATWG URL, special authority slashes state).
    let rest = destination.get(scheme..).unwrap_or_default();
    destination.starts_with(|c: char| c.is_ascii_alphabetic()) && rest.starts_with(':') && {
        let name = destination.get(..scheme).unwrap_or_default();
        let is_special = name.eq_ignore_ascii_case("http") || name.eq_ignore_ascii_case("https");
        !is_special || rest.starts_with(":/") || rest.starts_with(":\\")
    }
}

fn is_template(destination: &str) -> bool {
    // One look for a rare byte spares nearly every destination two searches.
    destination.as_bytes().contains(&b'{') && (destination.contains("{{") || destination.contains("{%"))
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8().map_or_else(|_| text.to_owned(), std::borrow::Cow::into_owned)
}

/// What the URL parser's refusals mean to a person.
fn words(error: ParseError) -> &'static str {
    match error {
        ParseError::EmptyHost => mark!("it names no host"),
        ParseError::IdnaError => mark!("its host is no valid international domain name"),
        ParseError::InvalidPort => mark!("its port is no number from 0 to 65535"),
        ParseError::InvalidIpv4Address => mark!("its host looks like an IPv4 address and is none"),
        ParseError::InvalidIpv6Address => mark!("its host looks like an IPv6 address and is none"),
        ParseError::InvalidDomainCharacter => mark!("its host has a character that no host can have"),
        ParseError::Overflow => mark!("it is longer than 4 GiB"),
        _ => mark!("it is no address"),
    }
}

#[expect(clippy::expect_used, reason = "a constant that parses always parses; the tests below would fail first")]
fn unnamed_site() -> Url {
    Url::parse("https://site.invalid/").expect("the address of the unnamed site is one")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn leads(destination: &str) -> Leads {
        let resolver = Resolver::new(Some("https://finews.withounder.com"), ["finews.zning.me".to_owned()], "");
        resolver.resolve(&resolver.base("/shamenribao/2022/01/17/x.html"), destination)
    }

    fn site(path: &str) -> Leads {
        Leads::Site(Some(path.to_owned()), None)
    }

    #[test]
    fn a_typed_address_has_a_place() {
        let resolver = Resolver::new(Some("https://a.cn"), [], "/b");
        let on_site = |path: &str, fragment: Option<&str>| Place::Site {
            path: path.to_owned(),
            fragment: fragment.map(str::to_owned),
        };
        assert_eq!(resolver.place("//a.cn/b/%E6%96%87#x"), on_site("/文", Some("x")));
        assert_eq!(resolver.place("/b/c"), on_site("/c", None));
        assert_eq!(resolver.place("/c"), Place::OutsideBaseurl);
        assert_eq!(resolver.place("http://c.cn/d"), Place::Web("http://c.cn/d".to_owned()));
        for nowhere in ["", "mailto:a@b.cn", "tel:1", "javascript:x", "{{ x }}", "http://:x/"] {
            assert!(matches!(resolver.place(nowhere), Place::Nowhere(_)), "{nowhere}");
        }
    }

    #[test]
    fn protocol_relative_links_to_the_site_stay_on_it() {
        assert_eq!(leads("//finews.withounder.com/"), site("/"));
        assert_eq!(leads("//finews.withounder.com"), site("/"));
        assert_eq!(leads("//FINEWS.withounder.com/category/shamenribao.html"), site("/category/shamenribao.html"));
        assert_eq!(leads("//finews.zning.me/emnews/"), site("/emnews/"));
        assert_eq!(leads("http://finews.withounder.com/a"), site("/a"));
        assert_eq!(leads("http://finews.withounder.com:8080/a"), web("http://finews.withounder.com:8080/a"));
    }

    fn web(url: &str) -> Leads {
        Leads::Web(url.to_owned(), None)
    }

    #[test]
    fn other_protocol_relative_links_take_the_sites_scheme() {
        assert_eq!(leads("//a.cn/x?b=1&c=2"), web("https://a.cn/x?b=1&c=2"));
        let resolver = Resolver::new(Some("http://a.b"), [], "");
        assert_eq!(resolver.resolve(&resolver.base("/"), "//a.cn/"), web("http://a.cn/"));
    }

    #[test]
    fn relative_links_start_at_the_page() {
        assert_eq!(leads("../"), site("/shamenribao/2022/01/"));
        assert_eq!(leads("../../../../emnews/"), site("/emnews/"));
        assert_eq!(
            leads("y.html#z"),
            Leads::Site(Some("/shamenribao/2022/01/17/y.html".to_owned()), Some("z".to_owned()))
        );
        assert_eq!(
            leads("#a%20b"),
            Leads::Site(Some("/shamenribao/2022/01/17/x.html".to_owned()), Some("a b".to_owned()))
        );
        assert_eq!(leads("?q"), site("/shamenribao/2022/01/17/x.html"));
    }

    #[test]
    fn paths_are_compared_decoded() {
        assert_eq!(leads("/%E5%8E%A6%E9%97%A8/%E6%A0%87%E9%A2%98.html"), leads("/厦门/标题.html"));
        assert_eq!(leads("/category/a(b).html"), site("/category/a(b).html"));
        assert_eq!(leads("//finews.withounder.com/category/a b.html"), site("/category/a b.html"));
        assert_eq!(leads("/%FF"), site("/%FF"));
    }

    #[test]
    fn baseurl_is_taken_off_and_required() {
        let resolver = Resolver::new(Some("https://x.github.io"), [], "/docs/");
        let base = resolver.base("/a/b.html");
        assert_eq!(resolver.resolve(&base, "c.html"), site("/a/c.html"));
        assert_eq!(resolver.resolve(&base, "/docs/"), site("/"));
        assert_eq!(resolver.resolve(&base, "/docs"), site("/"));
        assert_eq!(resolver.resolve(&base, "/other"), Leads::Site(None, None));
        assert_eq!(resolver.resolve(&base, "/docsx/"), Leads::Site(None, None));
    }

    #[test]
    fn what_is_no_web_address_is_told_apart() {
        assert_eq!(leads(" \n"), Leads::Empty);
        assert_eq!(leads("mailto:a%40b.cn"), Leads::Mail("a%40b.cn".to_owned()));
        assert_eq!(leads("tel:110"), Leads::Other);
        assert_eq!(leads("JavaScript:void(0)"), Leads::Unsafe);
        assert_eq!(leads("file:///etc/passwd"), Leads::Unsafe);
        assert_eq!(leads("{{ site.url }}/x"), Leads::Template);
        assert!(matches!(leads("http://"), Leads::Invalid(_)));
        assert!(matches!(leads("http://a b/"), Leads::Invalid(_)));
        assert!(matches!(leads("http://a:99999/"), Leads::Invalid(_)));
    }

    #[test]
    fn absolute_destinations_are_those_that_no_page_changes() {
        for absolute in ["http://a/", "HTTPS://a", "//a/b", "/a", "\\a", "mailto:x", "javascript:0", "tel:1"] {
            assert!(is_absolute(absolute), "{absolute}");
        }
        for relative in ["", "a", "../", "#x", "?q", "a/b:c", "http:a", "1a:b", "中:x"] {
            assert!(!is_absolute(relative), "{relative}");
        }
    }

    #[test]
    fn usual_addresses_are_settled_and_others_are_parsed() {
        let resolver = Resolver::new(Some("https://finews.withounder.com"), ["finews.zning.me".to_owned()], "");
        let settled = ["http://a.cn/", "https://a-b.com.cn/x/y.html?id=1&u=http://b/%2e", "http://1.a/a@b:c//d..;"];
        for address in settled {
            assert!(resolver.is_settled(address), "{address}");
        }
        for address in [
            "http://a.cn",
            "http://A.cn/",
            "http://1.2.3.4/",
            "http://a.0x1/",
            "http://a./",
            "http://.a/",
            "http:///a/",
            "http://a.cn:80/",
            "http://u@a.cn/",
            "http://xn--fiqs8s.cn/",
            "http://a.cn/./b",
            "http://a.cn/../b",
            "http://a.cn/%2E/b",
            "http://a.cn/中",
            "http://a.cn/ ",
            "http://a.cn/#x",
            "http://a.cn/?a'b",
            "http://a.cn/{{ x }}",
            "//a.cn/",
            "https://finews.withounder.com/",
            "http://finews.zning.me/x",
        ] {
            assert!(!resolver.is_settled(address), "{address}");
        }
    }

    proptest! {
        #[test]
        fn what_is_settled_is_what_the_parser_writes(
            host in "(a|b|x|n|0|1|-|\\.|xn--){1,7}",
            rest in "[ -~]{0,4}(/|\\.|%2e|\\?|#|:|@|[ -~]){0,9}",
        ) {
            for address in [format!("http://{host}/{rest}"), format!("https://{host}{rest}")] {
                let resolver = Resolver::new(Some("https://a.b"), [], "");
                if resolver.is_settled(&address) {
                    prop_assert_eq!(resolver.resolve(&resolver.base("/x/"), &address), web(&address));
                    prop_assert!(is_absolute(&address));
                }
            }
        }
    }

    #[test]
    fn a_site_without_an_address_still_resolves() {
        for home in [None, Some(""), Some("not a url"), Some("mailto:x")] {
            let resolver = Resolver::new(home, [], "");
            assert_eq!(resolver.resolve(&resolver.base("/a/"), "b"), site("/a/b"));
            assert_eq!(resolver.resolve(&resolver.base("/a/"), "//c.cn/"), web("https://c.cn/"));
        }
    }
}
