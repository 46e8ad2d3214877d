//! Secrets in addresses: found, and masked for everything that is printed.
//!
//! A secret is user information (`user:password@`), the value of a parameter whose name says that it is one
//! (`access_token`, `api_key`, `X-Amz-Signature`), or a value that can be nothing else (a GitHub token, a JWT).
//! A bare `token=` is none: picture services put a public constant there, the same in every article.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memchr_iter, memchr2, memchr3};

use super::behind_slashes;

/// What a secret is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretKind {
    /// `user` or `user:password` in front of the host.
    UserInformation,
    /// The value of a parameter that holds secrets.
    Parameter,
}

/// A secret in an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// What it is.
    pub kind: SecretKind,
    /// The bytes to hide.
    pub range: Range<usize>,
    /// The bytes of the parameter's name; empty for user information.
    pub name: Range<usize>,
}

/// Names of parameters that hold secrets, without `-` and `_`, in small letters.
const NAMES: [&str; 31] = [
    "accesskeyid",
    "accesskeysecret",
    "accesstoken",
    "apikey",
    "apisecret",
    "appsecret",
    "authorization",
    "authtoken",
    "awsaccesskeyid",
    "clientsecret",
    "corpsecret",
    "credential",
    "idtoken",
    "ossaccesskeyid",
    "passwd",
    "password",
    "privatekey",
    "privatetoken",
    "pwd",
    "qsignature",
    "refreshtoken",
    "secret",
    "secretaccesskey",
    "secretkey",
    "securitytoken",
    "sessiontoken",
    "sig",
    "xamzcredential",
    "xamzsecuritytoken",
    "xamzsignature",
    "xgoogsignature",
];

/// How values begin that are secrets whatever their parameter is called.
const BEGINNINGS: [&str; 10] =
    ["ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "xoxb-", "xoxp-", "sk_live_", "AKIA", "AIzaSy"];

/// A value with such a beginning and fewer bytes is an example, not a secret.
const SHORTEST_VALUE: usize = 20;

/// The secrets in an address, in the order of their places. Works on anything; what is no address has none.
pub fn find(url: &str) -> Vec<Secret> {
    let bytes = url.as_bytes();
    // Nearly every address has none of them.
    if memchr3(b'@', b'=', b'%', bytes).is_none() {
        return Vec::new();
    }
    let mut secrets: Vec<Secret> = if memchr2(b'@', b'%', bytes).is_some() {
        user_information(url).into_iter().chain(carried(url)).collect()
    } else {
        Vec::new()
    };
    let mut next = memchr2(b'?', b'#', bytes).map(|at| at + 1);
    while let Some(at) = next.filter(|at| *at <= bytes.len()) {
        let rest = bytes.get(at..).unwrap_or_default();
        // A fragment takes parameters too: sign-in pages hand tokens over in it.
        let length = memchr3(b'&', b'#', b'?', rest).unwrap_or(rest.len());
        secrets.extend(parameter(url, at..at + length));
        next = Some(at + length + 1);
    }
    secrets.sort_by_key(|secret| (secret.range.start, std::cmp::Reverse(secret.range.end)));
    let mut hidden = 0;
    secrets.retain(|secret| {
        let is_hidden = secret.range.start < hidden;
        hidden = hidden.max(secret.range.end);
        !is_hidden
    });
    secrets
}

/// The address with `***` for each secret.
pub fn mask(url: &str) -> Cow<'_, str> {
    let secrets = find(url);
    if secrets.is_empty() {
        return Cow::Borrowed(url);
    }
    let (mut masked, mut copied) = (String::with_capacity(url.len()), 0);
    for secret in secrets {
        masked.push_str(url.get(copied..secret.range.start).unwrap_or_default());
        masked.push_str("***");
        copied = secret.range.end;
    }
    masked.push_str(url.get(copied..).unwrap_or_default());
    Cow::Owned(masked)
}

fn user_information(url: &str) -> Option<Secret> {
    memchr(b'@', url.as_bytes())?;
    let start = url.len() - behind_slashes(url)?.len();
    let scheme = url.get(..start - 2)?.trim_ascii_start();
    let is_scheme = scheme.is_empty()
        || scheme.strip_suffix(':').is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    let rest = url.get(start..).filter(|_| is_scheme)?;
    let authority = rest.get(..rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len()))?;
    let length = authority.rfind('@').filter(|&length| length > 0)?;
    Some(Secret { kind: SecretKind::UserInformation, range: start..start + length, name: start..start })
}

/// The user information of addresses that this one carries in its path or its parameters, as those of web archives,
/// proxies and log-in pages do: written out, or with its punctuation encoded.
fn carried(url: &str) -> Vec<Secret> {
    const SCHEMES: [&str; 3] = ["http", "https", "ftp"];
    let mut secrets = Vec::new();
    let own = behind_slashes(url).map_or(0, |behind| url.len() - behind.len());
    let rest = url.as_bytes().get(own..).unwrap_or_default();
    // Nearly no address has such a sign, and every link's is looked at.
    if memchr(b'@', rest).is_none() && !holds_encoded_at(rest) {
        return secrets;
    }
    for (mark, at_sign) in [("://", &["@"][..]), ("%3a%2f%2f", &["@", "%40"])] {
        for start in places(url, mark).filter(|at| *at >= own).map(|at| at + mark.len()) {
            let before = url.get(..start - mark.len()).unwrap_or_default();
            let name = before.rfind(|letter: char| !letter.is_ascii_alphanumeric()).map_or(0, |at| at + 1);
            // The digits of an encoded sign stand before the name of a scheme like a part of it.
            let name = if before.get(..name).is_some_and(|sign| sign.ends_with('%')) { name + 2 } else { name };
            let is_scheme = |scheme: &&str| before.get(name..).is_some_and(|name| name.eq_ignore_ascii_case(scheme));
            let rest = url.get(start..).unwrap_or_default();
            let end = rest.find(['/', '?', '#', '\\', '&']).unwrap_or(rest.len());
            let authority =
                rest.get(..places(rest, "%2f").next().map_or(end, |slash| slash.min(end))).unwrap_or_default();
            let length = at_sign.iter().filter_map(|sign| places(authority, sign).last()).max();
            if let Some(length) = length.filter(|length| *length > 0 && SCHEMES.iter().any(is_scheme)) {
                let range = start..start + length;
                secrets.push(Secret { kind: SecretKind::UserInformation, range, name: start..start });
            }
        }
    }
    secrets
}

fn holds_encoded_at(text: &[u8]) -> bool {
    memchr_iter(b'%', text).any(|at| text.get(at + 1..).is_some_and(|rest| rest.starts_with(b"40")))
}

/// Where `part`, which is in small letters, stands in `text`, in either case.
fn places(text: &str, part: &str) -> impl Iterator<Item = usize> {
    let windows = text.as_bytes().windows(part.len()).enumerate();
    windows.filter(move |(_, bytes)| bytes.eq_ignore_ascii_case(part.as_bytes())).map(|(at, _)| at)
}

fn parameter(url: &str, range: Range<usize>) -> Option<Secret> {
    let written = url.get(range.clone())?;
    let equals = memchr(b'=', written.as_bytes())?;
    let (name, value) = (written.get(..equals)?, written.get(equals + 1..)?);
    let name = name.strip_prefix("amp;").unwrap_or(name);
    if value.is_empty() || value.starts_with(['{', '$', '<']) || value.starts_with("***") {
        return None;
    }
    let is_secret = is_secret_name(name) || is_secret_value(value);
    let start = range.end - value.len();
    let name_end = start - 1;
    is_secret.then(|| Secret {
        kind: SecretKind::Parameter,
        range: start..range.end,
        name: name_end - name.len()..name_end,
    })
}

fn is_secret_name(name: &str) -> bool {
    // No name in the list is shorter, and parameters of news addresses mostly are (`id`).
    if name.len() < 3 {
        return false;
    }
    let letters = || name.bytes().filter(|byte| !matches!(byte, b'-' | b'_')).map(|byte| byte.to_ascii_lowercase());
    let first = letters().next();
    // Their first letters; most parameters have another.
    if !matches!(first, Some(b'a' | b'c' | b'i' | b'o' | b'p' | b'q' | b'r' | b's' | b'x')) {
        return false;
    }
    let from = NAMES.partition_point(|known| known.bytes().next() < first);
    let mut like = NAMES.iter().skip(from).take_while(|known| known.bytes().next() == first);
    like.any(|known| letters().eq(known.bytes()))
}

fn is_secret_value(value: &str) -> bool {
    if value.len() < SHORTEST_VALUE {
        return false;
    }
    let is_token = value.starts_with("eyJ") && value.bytes().filter(|&byte| byte == b'.').take(3).count() == 2;
    // Nearly no other value begins with one of their letters.
    let begins = matches!(value.as_bytes(), [b'g' | b's' | b'x' | b'A', ..]);
    is_token || begins && BEGINNINGS.iter().any(|beginning| value.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn secrets_are_masked() {
        for (url, expected) in [
            ("https://u:p@h.cn/", "https://***@h.cn/"),
            ("//u@h.cn", "//***@h.cn"),
            ("https://u:p@x@h.cn/@y", "https://***@h.cn/@y"),
            ("http://h/?a=1&access_token=abc&b=2", "http://h/?a=1&access_token=***&b=2"),
            ("http://h/?API-Key=abc", "http://h/?API-Key=***"),
            ("http://h/?a=1&amp;password=x#y", "http://h/?a=1&amp;password=***#y"),
            ("http://h/#access_token=x", "http://h/#access_token=***"),
            ("http://h/?X-Amz-Credential=a&X-Amz-Signature=b", "http://h/?X-Amz-Credential=***&X-Amz-Signature=***"),
            ("http://h/?k=ghp_0123456789abcdefghij", "http://h/?k=***"),
            ("https://web.archive.org/web/2020/http://u:p@h/x", "https://web.archive.org/web/2020/http://***@h/x"),
            ("https://a:b@p.cn/HTTPS://u@h", "https://***@p.cn/HTTPS://***@h"),
            ("http://h/login?to=ftp://u:p@h2/&x=1", "http://h/login?to=ftp://***@h2/&x=1"),
            ("http://h/?to=http%3A%2F%2Fu%3Ap%40h2%2Fx%40y", "http://h/?to=http%3A%2F%2F***%40h2%2Fx%40y"),
            ("http://h/?a=%26to%3Dhttps%3a%2f%2fu@h2&b", "http://h/?a=%26to%3Dhttps%3a%2f%2f***@h2&b"),
            ("http://h/?secret=http://u:p@h2/", "http://h/?secret=***"),
            ("http://h/?token=eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.abc", "http://h/?token=***"),
        ] {
            assert_eq!(mask(url), expected);
            assert!(find(&mask(url)).iter().all(|secret| secret.kind == SecretKind::UserInformation), "{url}");
        }
    }

    #[test]
    fn names_and_beginnings_are_found_by_their_first_letter() {
        assert!(NAMES.is_sorted());
        assert!(NAMES.iter().all(|name| is_secret_name(name)));
        let values = BEGINNINGS.map(|beginning| format!("{beginning}{}", "0".repeat(SHORTEST_VALUE)));
        assert!(values.iter().all(|value| is_secret_value(value)));
    }

    #[test]
    fn what_is_no_secret_stays() {
        for url in [
            "https://webquotepic.eastmoney.com/GetPic.aspx?nid=106.NIO&imageType=k&token=44c9d251add88e27b65ed86506f6e5da",
            "https://medium.com/@a/b",
            "https://h.cn/a//b@c",
            "https://web.archive.org/web/2020/http://h/@u",
            "https://web.archive.org/web/2020/http://@h/",
            "https://h/?to=http%3A%2F%2Fh%2F%40u&mail=a%40b",
            "https://h/xhttp://u@h",
            "https://h/git://u@h",
            "mailto:a@b.cn",
            "http://h/?password=",
            "http://h/?api_key={{ key }}",
            "http://h/?secretary=x&keyword=y&signal=z&passwords=1",
            "",
            "?",
            "//",
            "//@h",
        ] {
            assert_eq!(mask(url), url);
        }
    }

    proptest! {
        #[test]
        fn nothing_panics_and_only_secrets_change(url in "(https?:)?//[a-z:@]{0,6}[/?#&=a-z密@]{0,20}(secret=[a-z]{0,3})?\\PC{0,9}") {
            let masked = mask(&url);
            if find(&url).is_empty() {
                prop_assert_eq!(&*masked, &url);
            }
        }
    }
}
