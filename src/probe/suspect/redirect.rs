//! Redirects that lead away from what was linked: to the home page, or to a form to log in.

use url::Url;

use super::Suspicion;
use crate::probe::outcome::Reason;

/// Names that a home page has.
const HOMES: &[&str] = &["", "index", "default", "home", "main", "index2", "welcome"];
/// Parts of a path, or first labels of a host, that log-in pages have.
const LOGINS: &[&str] = &[
    "login",
    "signin",
    "sign-in",
    "sign_in",
    "log-in",
    "log_in",
    "logon",
    "passport",
    "sso",
    "denglu",
    "userlogin",
    "cas",
    "oauth",
    "authorize",
    "account-login",
];

/// Judges where the redirects from one address ended.
pub(crate) fn judge_redirect(from: &Url, to: &Url) -> Option<Suspicion> {
    if is_login(to) && !is_login(from) {
        return Some(Suspicion::new(Reason::RedirectLogin, format!("redirects to {}", shown(to))));
    }
    if is_home(to) && is_deep(from) {
        return Some(Suspicion::new(Reason::RedirectHome, format!("redirects to {}", shown(to))));
    }
    None
}

/// An address without its query, which may hold anything.
fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    super::quoted(url.as_str()).trim_matches(['“', '”']).to_owned()
}

/// Whether an address is that of a site's home page.
pub(super) fn is_home(url: &Url) -> bool {
    let path = url.path().trim_matches('/');
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    // `/?id=1` is a page of its own on many sites; `/?from=old` is not, but that is not known.
    let is_plain = url.query().is_none_or(|query| query.is_empty() || is_tracking(query));
    is_plain && HOMES.iter().any(|home| stem.eq_ignore_ascii_case(home))
}

/// Whether a query only says where a reader comes from.
pub(super) fn is_tracking(query: &str) -> bool {
    const KEYS: &[&str] = &["from", "ref", "referer", "source", "spm", "share", "channel", "utm", "fr", "404", "error"];
    query.split('&').all(|pair| {
        let key = pair.split('=').next().unwrap_or_default().to_ascii_lowercase();
        KEYS.contains(&key.as_str()) || key.starts_with("utm_")
    })
}

/// Whether an address is that of a page deep in a site: a home page in another language, or of a section, is not.
fn is_deep(url: &Url) -> bool {
    if is_home(url) {
        return false;
    }
    let parts: Vec<&str> =
        url.path_segments().map(|parts| parts.filter(|part| !part.is_empty()).collect()).unwrap_or_default();
    let is_page = |part: &&str| part.contains('.') || part.bytes().any(|byte| byte.is_ascii_digit());
    let names_something = url.query().is_some_and(|query| !is_tracking(query) && query.contains('='));
    parts.len() >= 2 || parts.last().is_some_and(is_page) || names_something
}

fn is_login(url: &Url) -> bool {
    let is = |part: &str| {
        let stem = part.rsplit_once('.').map_or(part, |(stem, _)| stem);
        LOGINS.iter().any(|login| stem.eq_ignore_ascii_case(login))
    };
    let label = url.host_str().and_then(|host| host.split('.').next()).unwrap_or_default();
    url.path_segments().into_iter().flatten().any(is) || is(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(from: &str, to: &str) -> Option<String> {
        let judged = judge_redirect(&Url::parse(from).unwrap(), &Url::parse(to).unwrap());
        judged.map(|judged| judged.reason.name().into_owned())
    }

    #[test]
    fn deep_addresses_that_end_at_home_or_at_a_login() {
        for (from, to, reason) in [
            ("http://a.cn/news/1.html", "http://a.cn/", "redirect-home"),
            ("http://a.cn/news/1.html", "https://www.a.cn/index.html?from=404", "redirect-home"),
            ("http://a.cn/1.html", "http://b.cn/", "redirect-home"),
            ("http://a.cn/show?id=7", "http://a.cn/index.php", "redirect-home"),
            ("http://a.cn/a/b/", "http://a.cn/", "redirect-home"),
            ("http://a.cn/n/1", "http://a.cn/user/login?next=/n/1", "redirect-login"),
            ("http://a.cn/n/1", "https://passport.a.cn/web?x=1", "redirect-login"),
            ("http://a.cn/n/1", "http://a.cn/Login.aspx", "redirect-login"),
        ] {
            assert_eq!(judged(from, to).as_deref(), Some(reason), "{from} {to}");
        }
    }

    #[test]
    fn what_only_looks_like_it() {
        for (from, to) in [
            ("http://a.cn/", "https://www.a.cn/"),
            ("http://a.cn/index.html", "http://a.cn/"),
            ("http://a.cn/zh/", "http://a.cn/"),
            ("http://a.cn/news", "http://a.cn/"),
            ("http://a.cn/?from=x", "http://a.cn/"),
            ("http://a.cn/news/1.html", "http://a.cn/?id=1"),
            ("http://a.cn/news/1.html", "https://a.cn/news/1.html"),
            ("http://a.cn/news/1.html", "http://a.cn/news/"),
            ("http://a.cn/login", "http://a.cn/login.html"),
            ("http://a.cn/n/1", "http://a.cn/blogin/1"),
            ("http://a.cn/n/1", "http://loginova.cn/1"),
        ] {
            assert_eq!(judged(from, to), None, "{from} {to}");
        }
    }
}
