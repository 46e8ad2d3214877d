//! LK003.

use url::{Host, ParseError, Url};

use crate::declare_rule;
use crate::extract::Carrier;
use crate::facts::Reading;
use crate::finding::Meta;
use crate::language::{Message, say};
use crate::rules::{DocumentSink, Rule, Settings};
use crate::text::{behind_slashes, mail, plain_host};

declare_rule! {
    /// ## What it does
    ///
    /// Finds destinations that no browser can make an address of, by the WHATWG URL standard, or whose host cannot exist:
    /// a host with an empty label, a port above 65535, white space in the host, a scheme that is misspelt (`htp://`) or
    /// has lost its colon (`http//`) or a slash (`http:/example.com`).
    ///
    /// Of a `mailto:` link, finds that no mail can arrive: nobody is named, an address has no `@`, nothing or something
    /// impossible stands before it, or what stands behind it is no host (RFC 5321, 6068 and 6531). A link with a subject and
    /// without a recipient is well: the reader is asked for one.
    ///
    /// A destination with Liquid in it is left alone: it is no address yet.
    ///
    /// ## Why is this bad?
    ///
    /// A click leads to an error of the browser, or to a page of the site that never was: `http//a.cn` is a relative path.
    ///
    /// ## Example
    ///
    /// ```markdown
    /// [原文](http//example.com/news/1.html)
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```markdown
    /// [原文](http://example.com/news/1.html)
    /// ```
    pub(crate) struct InvalidUrl; "LK003", "invalid-url", Error, LinkBroken
}

impl Rule for InvalidUrl {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, _: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        for link in reading.extraction.meant() {
            let destination = link.destination.trim();
            if destination.is_empty() || plain_host(destination).is_some() || is_template(destination) {
                continue;
            }
            // Prose names hosts without a dot as examples; GitHub makes links of them that nobody wrote.
            if link.carrier == Carrier::Bare && is_example(destination) {
                continue;
            }
            let mail = mail_of(destination).filter(|_| link.carrier != Carrier::Bare);
            let found = mail.map_or_else(|| fault(destination), |behind| Some(mail_words(mail::fault(behind)?)));
            if let Some((message, help)) = found {
                sink.report(&Self::META, link.destination_span, message)
                    .help(help)
                    .url(crate::text::secret::mask(destination));
            }
        }
    }
}

/// Whether Liquid writes a part of it.
fn is_template(destination: &str) -> bool {
    memchr::memchr(b'{', destination.as_bytes()).is_some() && (destination.contains("{{") || destination.contains("{%"))
}

/// What follows `mailto:`.
fn mail_of(destination: &str) -> Option<&str> {
    let (scheme, behind) = destination.split_once(':')?;
    scheme.eq_ignore_ascii_case("mailto").then_some(behind)
}

fn mail_words(fault: mail::Fault) -> (Message, Message) {
    let message = match fault {
        mail::Fault::Nobody => say!("the mail goes to nobody"),
        mail::Fault::Slashes => say!("`mailto:` takes no slashes, so they belong to the mail address"),
        mail::Fault::NoText => say!("the percent signs of the mail address stand for bytes that are no text"),
        mail::Fault::NoAt(address) => say!("the mail address `{address}` has no `@`", address),
        mail::Fault::EmptyName(address) => {
            say!("the mail address `{address}` has an empty part before its `@`", address)
        }
        mail::Fault::LongName(address) => {
            say!("the mail address `{address}` has more than 64 bytes before its `@`", address)
        }
        mail::Fault::OddCharacter(address, odd) => {
            say!("the mail address `{address}` has a `{odd}` before its `@`, so no mail arrives", address, odd)
        }
        mail::Fault::NoHost(host) => say!("`{host}` behind the `@` is no host that mail can be sent to", host),
    };
    (message, say!("write `mailto:name@example.com`, with commas between several"))
}

/// Schemes that are near those of the web and are none of them.
const OTHERS: [&str; 4] = ["ftp", "ftps", "sftp", "shttp"];

/// Whether the host of an address has no dot.
fn is_example(destination: &str) -> bool {
    let behind = behind_slashes(destination).unwrap_or_default();
    let host = behind.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    !host.contains('.')
}

/// What is wrong with an address, and what to type instead.
fn fault(destination: &str) -> Option<(Message, Message)> {
    let start = start_of(destination)?;
    let (scheme, rest) = match start {
        Start::Web { scheme, rest } => (scheme, rest),
        Start::Misspelt(written) => {
            let message = say!("`{written}` is no scheme, so a browser takes this for a path of the site", written);
            return Some((message, say!("write `http://` or `https://`")));
        }
    };
    let Some(behind) = rest.strip_prefix("//").filter(|behind| !behind.starts_with(['/', '\\'])) else {
        let message = say!("`{scheme}:` wants exactly two slashes before the host", scheme);
        return Some((message, say!("write `http://` or `https://` and the host")));
    };
    if plain_host(rest).is_some() {
        return None;
    }
    let host = behind.get(..behind.find(['/', '?', '#']).unwrap_or(behind.len())).unwrap_or_default();
    let scheme = if scheme.is_empty() { "http" } else { scheme };
    match Url::parse(&format!("{scheme}:{rest}")) {
        Err(error) => Some((words(error, host), help())),
        Ok(url) => match url.host() {
            Some(Host::Domain(name)) => Some((host_fault(name)?, help())),
            _ => None,
        },
    }
}

fn help() -> Message {
    say!("copy the address again from where it works")
}

enum Start<'d> {
    /// An address of the web; its scheme, which is empty in `//host`, and what follows the colon.
    Web { scheme: &'d str, rest: &'d str },
    /// What was meant as the beginning of one.
    Misspelt(&'d str),
}

/// The beginning of an address of the web; `None` for relative addresses and for other schemes.
fn start_of(destination: &str) -> Option<Start<'_>> {
    if destination.starts_with("//") {
        return Some(Start::Web { scheme: "", rest: destination });
    }
    let letters = destination.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (word, behind) = destination.split_at_checked(letters)?;
    let is = |name: &str| word.eq_ignore_ascii_case(name);
    if let Some(rest) = behind.strip_prefix(':').filter(|_| is("http") || is("https") || is("ftp")) {
        // `http:://` and `http:http://` are no hosts that anybody meant.
        return Some(Start::Web { scheme: word, rest });
    }
    // Only what goes on with two slashes was meant as the beginning of an address.
    let marks = behind.find(|c| !matches!(c, ':' | ';' | '：' | '；' | '.')).unwrap_or(behind.len());
    if marks > 6 || !behind.get(marks..)?.starts_with("//") {
        return None;
    }
    let distance = || {
        let word = word.to_ascii_lowercase();
        strsim::levenshtein(&word, "http").min(strsim::levenshtein(&word, "https"))
    };
    let is_meant = (3..=7).contains(&letters) && !OTHERS.iter().any(|other| is(other)) && distance() <= 1;
    is_meant.then(|| Start::Misspelt(destination.get(..letters + marks).unwrap_or(word)))
}

/// Why a host that parses cannot exist.
fn host_fault(name: &str) -> Option<Message> {
    let name = name.strip_suffix('.').unwrap_or(name);
    if name.split('.').any(str::is_empty) {
        return Some(say!("the host `{name}` has an empty part between its dots, so it cannot exist", name));
    }
    if name.len() > 253 || name.split('.').any(|label| label.len() > 63) {
        return Some(say!("the host has a part longer than 63 letters, so it cannot exist"));
    }
    let odd = name.chars().find(|c| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '.'));
    if let Some(odd) = odd {
        return Some(say!("the host `{name}` has a `{odd}` in it, so it cannot exist", name, odd));
    }
    let is_local = crate::text::private::is_private_name(name).is_some();
    (!name.contains('.') && !is_local).then(|| say!("the host `{name}` has no dot, so it is none of the web", name))
}

fn words(error: ParseError, host: &str) -> Message {
    match error {
        ParseError::EmptyHost => say!("the address has no host"),
        ParseError::InvalidPort => say!("the port in `{host}` is no number up to 65535", host),
        ParseError::InvalidIpv4Address => say!("the host `{host}` is no valid IPv4 address", host),
        ParseError::InvalidIpv6Address => say!("the host `{host}` is no valid IPv6 address", host),
        ParseError::IdnaError | ParseError::InvalidDomainCharacter => {
            if host.contains(char::is_whitespace) {
                say!("white space in the host `{host}`", host)
            } else if host.is_ascii() {
                say!("the host `{host}` has a character that no host can have", host)
            } else {
                say!("the host `{host}` is no valid international name", host)
            }
        }
        _ => say!("a browser refuses the address: {error}", error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::check;

    #[test]
    fn addresses_that_cannot_be_are_found() {
        check(
            &InvalidUrl,
            "
[a](http//example.com) [b](htp://example.com) <https://a..cn/x> [c](http:/one.cn)
    ^^^^^^^^^^^^^^^^^ LK003 `http` is no scheme
                           ^^^^^^^^^^^^^^^^^ LK003 `htp:` is no scheme
                                               ^^^^^^^^^^^^^^^ LK003 an empty part
                                                                    ^^^^^^^^^^^^ LK003 two slashes
[返回](//a.cn:99999/) <http://> [e](<//a b.cn/>)
       ^^^^^^^^^^^^^ LK003 the port
                       ^^^^^^^ LK003 no host
                                     ^^^^^^^^^ LK003 white space
",
        );
    }

    #[test]
    fn mail_that_cannot_arrive_is_found() {
        check(
            &InvalidUrl,
            "
[a](mailto:nobody) [b](MAILTO:a..b@c.cn?subject=x) [c](mailto:a@b.cn,c@d..cn) [d](mailto://a@b.cn)
    ^^^^^^^^^^^^^ LK003 has no `@`
                       ^^^^^^^^^^^^^^^^^^^^^^^^^^ LK003 an empty part before
                                                       ^^^^^^^^^^^^^^^^^^^^^ LK003 no host that mail
                                                                                  ^^^^^^^^^^^^^^^ LK003 no slashes
[e](mailto:) [f](mailto:a%20b@c.cn) [g](mailto:%ff@b.cn)
    ^^^^^^^ LK003 nobody
                 ^^^^^^^^^^^^^^^^^ LK003 a ` ` before
                                        ^^^^^^^^^^^^^^^ LK003 no text
[h](mailto:a@b.cn,c@d.cn?subject=x) [i](mailto:?subject=x) [j](mailto:{{ site.email }}) <k@example.com>
",
        );
    }

    #[test]
    fn each_fault_has_its_words() {
        for (destination, words) in [
            ("http：//a.cn", "no scheme"),
            ("https;//a.cn", "no scheme"),
            ("hhttp://a.cn", "no scheme"),
            ("http:a.cn", "two slashes"),
            ("http:///a.cn", "two slashes"),
            ("http:\\\\a.cn", "two slashes"),
            ("http:://a.cn", "two slashes"),
            ("http://999.1.1.1", "IPv4"),
            ("http://[::g]/", "IPv6"),
            ("http://a.cn，见b.cn/", "`,` in it"),
            ("http://weibo/x", "no dot"),
            ("http://.cn", "empty part"),
            ("http://a<b.cn", "no host can have"),
            ("http:// ", "no host"),
            ("//", "no host"),
            ("http://中\u{200B}<.cn/", "international"),
        ] {
            let fault = fault(destination.trim());
            assert!(
                fault.as_ref().is_some_and(|(message, _)| message
                    .in_language(crate::language::Language::English)
                    .contains(words)),
                "{destination}: {fault:?}"
            );
        }
        let long = format!("http://{}.cn/", "a".repeat(64));
        assert!(fault(&long).is_some());
    }

    #[test]
    fn what_a_browser_understands_is_left_alone() {
        for destination in [
            "http://a.cn",
            "//a.cn/x y",
            "HTTPS://A.CN:443/",
            "http://例子.中国/路",
            "http://u:p@a.cn/",
            "http://127.0.0.1:80/",
            "http://[::1]/",
            "http://localhost/",
            "http://a.cn./",
            "http://a_b.c.cn/",
            "http://r3---sn.a.cn/",
            "a/b",
            "/a//b",
            "../x",
            "#a",
            "?b",
            "mailto:a@b",
            "tel:1",
            "https.html",
            "path//x",
            "weixin://dl",
            "ftps://a.cn",
            "data:,x",
            "http://a.cn/%zz",
        ] {
            assert_eq!(fault(destination), None, "{destination}");
        }
        check(&InvalidUrl, "[a]({{ site.url }}//) [b](http://{{ host }}/) `<http://>` [c](<>) \\(http://x\\) http://x");
    }

    #[test]
    fn no_beginning_of_an_address_panics() {
        let address = "https://用户@例子。中国:80/路?a#b";
        for end in (0..=address.len()).filter(|&end| address.is_char_boundary(end)) {
            let _ = fault(address.get(..end).unwrap());
        }
    }
}
