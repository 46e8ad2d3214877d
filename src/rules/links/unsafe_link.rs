//! LK009.

use url::Url;

use crate::declare_rule;
use crate::extract::{Carrier, RawLink};
use crate::facts::Reading;
use crate::finding::{Meta, Severity};
use crate::language::{Message, say};
use crate::rules::{DocumentSink, Rule, Settings};
use crate::text::plain_host;
use crate::text::private::{is_private_name, is_private_url};

declare_rule! {
    /// ## What it does
    ///
    /// Finds links that run code in the reader's browser (`javascript:`, `vbscript:`, `data:text/html`), that name a file of
    /// the machine the post was written on (`file:`), or a host on loopback or a private network, however it is spelled
    /// (`127.0.0.1`, `2130706433`, `0x7f.1`, `[::ffff:127.0.0.1]`, `localhost`, `printer.local`).
    ///
    /// `javascript:void(0)` and its like do nothing at all: they are a warning, because a click on them leads nowhere.
    ///
    /// ## Why is this bad?
    ///
    /// Code in a link runs with everything the reader's session on the site may do. A link to a private network works for
    /// the writer and for nobody else, or opens a door on the reader's own network.
    ///
    /// ## Example
    ///
    /// ```markdown
    /// [后台](http://192.168.1.10/admin)
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```markdown
    /// [后台](https://admin.example.com/)
    /// ```
    pub(crate) struct UnsafeLink; "LK009", "unsafe-link", Error, LinkBroken
}

impl Rule for UnsafeLink {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, _: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        for link in reading.extraction.meant() {
            check_link(link, sink);
        }
    }
}

fn check_link(link: &RawLink<'_>, sink: &mut DocumentSink<'_>) {
    let destination = &*link.destination;
    // The smallest of all: without a branch in the loop, many bytes are looked at together.
    let is_plain = destination.bytes().min().is_none_or(|least| least > b' ');
    let cleaned = if is_plain { None } else { Some(without_controls(destination)) };
    let address = cleaned.as_deref().unwrap_or(destination);
    if plain_host(address).is_some_and(|host| is_private_name(host).is_none()) {
        return;
    }
    if let Some(scheme) = scheme(address) {
        let rest = address.get(scheme.len() + 1..).unwrap_or_default();
        let danger = dangerous_scheme(scheme, rest, link.carrier);
        if let Some(danger) = danger {
            let does_nothing = scheme.eq_ignore_ascii_case("javascript") && is_no_code(rest);
            let message = if does_nothing { say!("the link runs no code and leads nowhere") } else { danger };
            let finding = sink.report(&UnsafeLink::META, link.destination_span, message);
            finding.help(say!("link to an address of the web, or take the link away"));
            if does_nothing {
                finding.severity(Severity::Warning);
            }
            return;
        }
    }
    if let Some(why) = private_host(address) {
        sink.report(
            &UnsafeLink::META,
            link.destination_span,
            say!("the host is {why}: no reader of the site reaches it", why = Message::marked(why)),
        )
        .help(say!("link to the address by which the web knows it"))
        .url(crate::text::secret::mask(destination));
    }
}

/// A browser takes line ends and tabs out of an address, and white space and controls off its beginning.
fn without_controls(destination: &str) -> String {
    destination.trim_start_matches(|c: char| c <= ' ').replace(['\t', '\n', '\r'], "")
}

fn scheme(address: &str) -> Option<&str> {
    let scheme = address.get(..memchr::memchr3(b':', b'/', b'?', address.as_bytes())?)?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
        && address.as_bytes().get(scheme.len()) == Some(&b':');
    is_scheme.then_some(scheme)
}

fn dangerous_scheme(scheme: &str, rest: &str, carrier: Carrier) -> Option<Message> {
    let is = |name: &str| scheme.eq_ignore_ascii_case(name);
    let starts = |start: &str| rest.get(..start.len()).is_some_and(|found| found.eq_ignore_ascii_case(start));
    if is("javascript") || is("vbscript") {
        Some(say!("the link runs code in the reader's browser"))
    } else if is("file") {
        Some(say!("the link names a file of the machine that it was written on"))
    } else if is("data") && (starts("text/html") || starts("application/xhtml")) && carrier != Carrier::Image {
        Some(say!("the link opens a page that is written in the link itself, with code in it if it likes"))
    } else {
        None
    }
}

/// Whether the code behind `javascript:` does nothing.
fn is_no_code(code: &str) -> bool {
    let code: String = code.chars().filter(|c| !c.is_whitespace() && *c != ';').collect();
    matches!(code.as_str(), "" | "void(0)" | "void0" | "void(null)" | "void()" | "returnfalse" | "//" | "#")
}

/// Why the host of an address is none of the public web.
fn private_host(address: &str) -> Option<&'static str> {
    let host_text = authority(address)?;
    // Nearly every host is a name that ends in letters and needs no parser.
    let last = host_text.rsplit('.').next().unwrap_or_default();
    let is_name = host_text.is_ascii() && last.bytes().all(|byte| byte.is_ascii_alphabetic()) && !last.is_empty();
    if is_name && !host_text.contains('%') {
        return is_private_name(host_text);
    }
    let absolute = if address.starts_with("//") { format!("http:{address}") } else { address.to_owned() };
    is_private_url(&Url::parse(&absolute).ok()?)
}

/// The host and port of an address of the web, as written, without user information.
fn authority(address: &str) -> Option<&str> {
    let rest = match scheme(address) {
        Some(scheme) => {
            let is_web = ["http", "https", "ftp", "ws", "wss"].iter().any(|web| web.eq_ignore_ascii_case(scheme));
            address.get(scheme.len() + 1..).filter(|_| is_web)?.trim_start_matches(['/', '\\'])
        }
        None => address.strip_prefix("//")?,
    };
    let authority = rest.get(..rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len()))?;
    let host = authority.rsplit('@').next()?;
    if host.starts_with('[') { Some(host) } else { host.split(':').next() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check, findings};

    #[test]
    fn links_that_harm_or_reach_nobody_are_found() {
        check(
            &UnsafeLink,
            r#"
<a href="javascript:alert(1)">a</a> <a href=" JaVa	script:x">b</a> <a href="file:///C:/a.doc">c</a>
         ^^^^^^^^^^^^^^^^^^^ LK009 runs code
                                              ^^^^^^^^^^^^^ LK009 runs code
                                                                            ^^^^^^^^^^^^^^^^ LK009 names a file
<a href="javascript:void(0);">d</a> <a href="data:text/html,x">e</a>
         ^^^^^^^^^^^^^^^^^^^ LK009 leads nowhere
                                             ^^^^^^^^^^^^^^^^ LK009 written in the link itself

[f](http://192.168.1.10/admin) <http://localhost:8080/> [g](//printer.local)
    ^^^^^^^^^^^^^^^^^^^^^^^^^ LK009 private network
                                ^^^^^^^^^^^^^^^^^^^^^^ LK009 own machine
                                                            ^^^^^^^^^^^^^^^ LK009 local network
"#,
        );
    }

    #[test]
    fn an_address_that_is_meant_twice_is_named_once() {
        check(
            &UnsafeLink,
            "
<http://10.0.0.1/a
 ^^^^^^^^^^^^^^^^^ LK009 private network

[b](http://10.0.0.1/ c)
    ^^^^^^^^^^^^^^^^ LK009 private network
",
        );
    }

    #[test]
    fn a_private_address_is_known_in_every_spelling() {
        for host in [
            "127.0.0.1",
            "2130706433",
            "0x7f.1",
            "0177.0.0.1",
            "127.1",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "127。0。0。1",
            "１２７.0.0.1",
            "%31%32%37.0.0.1",
            "u:p@10.0.0.1:99",
            "LOCALHOST",
            "loc%61lhost",
            "169.254.169.254",
            "[fe80::1]",
            "a.localhost.",
        ] {
            for link in [format!("<a href=\"http://{host}/x\">"), format!("<a href='//{host}'>")] {
                let found = findings(&UnsafeLink, &Settings::default(), "a.html", link.as_bytes());
                assert_eq!(found.len(), 1, "{link}");
            }
        }
    }

    #[test]
    fn public_and_relative_addresses_are_left_alone() {
        check(
            &UnsafeLink,
            "
[a](http://8.8.8.8/) [b](//finews.withounder.com/) [c](/127.0.0.1/) [d](127.0.0.1/a) [e](mailto:x@localhost)
[f](http://h.cn/?u=http://127.0.0.1/) ![g](data:image/png;base64,xx) [h](http://local.cn/file:///a) [i](javascript/x)
[j](http://[2606:4700::1111]/) <http://172.32.0.1/> [k]({{ x }}) [l](tel:10) [m](#javascript:x)
",
        );
    }

    #[test]
    fn damage_is_nobody_s_address() {
        check(&UnsafeLink, "[a](http://) [b](//) [c](http://[::1) [d](:) [e](http://@:) [f](http://999.1.1.1.1)");
    }
}
