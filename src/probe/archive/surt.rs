//! The key under which a web archive files an address: its host turned round, so that a site's pages stand together.
//!
//! `http://www.News.example.cn:80/A/b.html?y=2&x=1` becomes `cn,example,news)/a/b.html?x=1&y=2`: no scheme, no port, no
//! `www`, lowercase, the query sorted. Pure; used only to hold addresses against the archive's spellings of them.

use url::Url;

/// The key of an address; `None` for what has no host.
pub fn surt(address: &str) -> Option<String> {
    // Some archives spell what they hold without a scheme.
    let url = match Url::parse(address) {
        Ok(url) if url.has_host() => url,
        _ if address.contains("://") => return None,
        _ => Url::parse(&format!("http://{address}")).ok()?,
    };
    let host = bare_host(url.host_str()?);
    let mut labels: Vec<&str> = host.split('.').collect();
    if host.parse::<std::net::Ipv4Addr>().is_err() {
        labels.reverse();
    }
    let mut key = labels.join(",");
    key.push(')');
    key.push_str(&url.path().to_ascii_lowercase());
    // A folder and its index are one place to an archive, with the slash and without.
    if key.ends_with('/') && url.path() != "/" && url.query().is_none() {
        key.pop();
    }
    if let Some(query) = url.query().filter(|query| !query.is_empty()) {
        let query = query.to_ascii_lowercase();
        let mut parts: Vec<&str> = query.split('&').collect();
        parts.sort_unstable();
        key.push('?');
        key.push_str(&parts.join("&"));
    }
    Some(key)
}

/// A host without `www.` and its like, lowercase.
pub fn bare_host(host: &str) -> String {
    let host = host.to_ascii_lowercase();
    let Some((first, rest)) = host.split_once('.') else { return host };
    let number = first.strip_prefix("www").unwrap_or("x");
    let is_www = number.bytes().all(|byte| byte.is_ascii_digit()) && rest.contains('.');
    if is_www { rest.to_owned() } else { host }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_place_have_one_key() {
        let table: &[(&str, &[&str])] = &[
            (
                "cn,example,news)/a/b.html?x=1&y=2",
                &["http://www.News.example.cn:80/A/b.html?y=2&x=1", "https://news.example.cn/a/b.html?x=1&y=2#f"],
            ),
            ("cn,a,b)/", &["http://b.a.cn", "https://www2.b.a.cn:8443/?", "b.a.cn/"]),
            ("com,example)/dir", &["http://example.com/dir/", "http://example.com/dir"]),
            ("com,www)/", &["http://www.com/"]),
            ("192.0.2.1)/x".replace('.', ",").leak(), &["http://192.0.2.1/x"]),
            ("cn,xn--fiq228c)/%e6%96%b0", &["http://中文.cn/新"]),
        ];
        for (key, spellings) in table {
            for spelling in *spellings {
                assert_eq!(surt(spelling).as_deref(), Some(*key), "{spelling}");
            }
        }
        for nothing in ["", "http://", "http://a b/"] {
            assert_eq!(surt(nothing), None, "{nothing}");
        }
    }
}
