//! Mail addresses in links: what RFC 6068 lets stand behind `mailto:`, and RFC 5321 and 6531 call an address.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use url::Host;

/// Why mail to it cannot arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It names nobody.
    Nobody,
    /// It goes on with the slashes of an address of the web.
    Slashes,
    /// Its percent signs stand for bytes that are no text.
    NoText,
    /// An address without `@`.
    NoAt(String),
    /// Nothing stands before the `@`, or between two dots before it.
    EmptyName(String),
    /// The name before the `@` is longer than 64 bytes.
    LongName(String),
    /// A character that no name can have outside of quotation marks.
    OddCharacter(String, char),
    /// What stands behind the `@` is no host.
    NoHost(String),
}

/// What is wrong behind `mailto:`, if anything is.
pub fn fault(behind: &str) -> Option<Fault> {
    if behind.starts_with("//") {
        return Some(Fault::Slashes);
    }
    let (recipients, brings_more) = recipients(behind);
    let mut is_to_somebody = false;
    for recipient in recipients {
        let Ok(read) = percent_decode_str(recipient).decode_utf8() else { return Some(Fault::NoText) };
        if read.trim().is_empty() {
            continue;
        }
        is_to_somebody = true;
        if let Some(fault) = address_fault(bare(&read)) {
            return Some(fault);
        }
    }
    // A link without a recipient asks the reader for one, if it brings anything else.
    (!is_to_somebody && !brings_more).then_some(Fault::Nobody)
}

/// The domains of all that mail is sent to, as name servers know them (`xn--…`), sorted. Those that no name server is
/// asked for are left out: `[192.0.2.1]`, names without a dot, and what is at fault.
pub fn domains(behind: &str) -> Vec<String> {
    let domain = |recipient: &str| {
        let read = percent_decode_str(recipient).decode_utf8().ok()?;
        let address = bare(&read);
        let (_, host) = address.rsplit_once('@').filter(|_| address_fault(address).is_none())?;
        match Host::parse(host).ok()? {
            Host::Domain(name) => Some(name.trim_end_matches('.').to_owned()).filter(|name| name.contains('.')),
            _ => None,
        }
    };
    let mut domains: Vec<String> = recipients(behind).0.into_iter().filter_map(domain).collect();
    domains.sort_unstable();
    domains.dedup();
    domains
}

/// Whom mail is sent to, as it is written, and whether more than that is said.
fn recipients(behind: &str) -> (Vec<&str>, bool) {
    let behind = behind.split('#').next().unwrap_or_default();
    let (to, fields) = behind.split_once('?').unwrap_or((behind, ""));
    let mut lists = vec![to];
    for field in fields.split('&') {
        let (name, value) = field.strip_prefix("amp;").unwrap_or(field).split_once('=').unwrap_or((field, ""));
        if ["to", "cc", "bcc"].iter().any(|known| name.eq_ignore_ascii_case(known)) {
            lists.push(value);
        }
    }
    // Commas between recipients are written as they are; encoded ones belong to a name.
    (lists.into_iter().flat_map(|list| list.split(',')).collect(), !fields.is_empty())
}

/// The address alone: programs take `Name <address>`, though the RFC does not give it.
fn bare(read: &str) -> &str {
    let read = read.trim();
    read.strip_suffix('>').and_then(|inner| Some(inner.rsplit_once('<')?.1)).unwrap_or(read)
}

fn address_fault(address: &str) -> Option<Fault> {
    let Some((name, host)) = address.rsplit_once('@') else { return Some(Fault::NoAt(address.to_owned())) };
    name_fault(name, address).or_else(|| is_no_host(host).then(|| Fault::NoHost(host.to_owned())))
}

/// What is wrong with the part before the `@`: words with dots between them, or anything in quotation marks.
fn name_fault(name: &str, address: &str) -> Option<Fault> {
    if name.len() > 64 {
        return Some(Fault::LongName(address.to_owned()));
    }
    if name.len() > 2 && name.starts_with('"') && name.ends_with('"') {
        return name.chars().find(|letter| letter.is_control()).map(|odd| Fault::OddCharacter(address.to_owned(), odd));
    }
    if name.split('.').any(str::is_empty) {
        return Some(Fault::EmptyName(address.to_owned()));
    }
    let is_odd = |letter: &char| letter.is_whitespace() || letter.is_control() || "()<>[]:;@\\,\"".contains(*letter);
    name.chars().find(is_odd).map(|odd| Fault::OddCharacter(address.to_owned(), odd))
}

/// Whether mail cannot be sent to what stands behind the `@`.
fn is_no_host(host: &str) -> bool {
    if let Some(literal) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let (kind, address) = literal.split_once(':').unwrap_or(("", literal));
        return match kind {
            "" => address.parse::<std::net::Ipv4Addr>().is_err(),
            _ if kind.eq_ignore_ascii_case("ipv6") => address.parse::<std::net::Ipv6Addr>().is_err(),
            // Others can be agreed on.
            _ => address.is_empty(),
        };
    }
    let Ok(Host::Domain(name)) = Host::parse(host) else { return true };
    let name: Cow<'_, str> = name.into();
    let is_part = |part: &str| {
        (1..=63).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    name.len() > 253 || !name.split('.').all(is_part)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_mail_can_be_sent_to_is_left_alone() {
        for behind in [
            "a@b.cn",
            "a@b",
            "first.last+tag@sub.b-c.cn",
            "!%23$%25&'*+-/=%3F^_`{|}~@b.cn",
            "%22a%20b%22@b.cn",
            "\"a@b\"@c.cn",
            "用户@例子.中国",
            "%E7%94%A8%E6%88%B7@b.cn",
            "a%40b.cn",
            "a@b.cn,c@d.cn?subject=x&body=y%20z",
            "a@b.cn,%20c@d.cn,",
            "?to=a@b.cn",
            "?subject=看看这篇&body=http://a.cn/",
            "?subject=x&amp;cc=a@b.cn",
            "编辑部%20<a@b.cn>",
            "a@[192.0.2.1]",
            "a@[IPv6:2001:db8::1]",
            "a@xn--fsqu00a.cn",
            " a@b.cn ",
        ] {
            assert_eq!(fault(behind), None, "{behind}");
        }
        let (name, label) = ("a".repeat(64), "b".repeat(63));
        assert_eq!(fault(&format!("{name}@{label}.cn")), None);
    }

    #[test]
    fn what_cannot_arrive_is_told() {
        let at = |address: &str| address.to_owned();
        for (behind, expected) in [
            ("", Fault::Nobody),
            (",", Fault::Nobody),
            ("//a@b.cn", Fault::Slashes),
            ("a", Fault::NoAt(at("a"))),
            ("name[at]b.cn", Fault::NoAt(at("name[at]b.cn"))),
            ("javascript:alert(1)", Fault::NoAt(at("javascript:alert(1)"))),
            ("a@b.cn,c", Fault::NoAt(at("c"))),
            ("?cc=c", Fault::NoAt(at("c"))),
            ("@b.cn", Fault::EmptyName(at("@b.cn"))),
            ("a..b@c.cn", Fault::EmptyName(at("a..b@c.cn"))),
            (".a@c.cn", Fault::EmptyName(at(".a@c.cn"))),
            ("a b@c.cn", Fault::OddCharacter(at("a b@c.cn"), ' ')),
            ("a%20b@c.cn", Fault::OddCharacter(at("a b@c.cn"), ' ')),
            ("a@b.cn;c@d.cn", Fault::OddCharacter(at("a@b.cn;c@d.cn"), '@')),
            ("mailto:a@b.cn", Fault::OddCharacter(at("mailto:a@b.cn"), ':')),
            ("a@", Fault::NoHost(at(""))),
            ("a@b..cn", Fault::NoHost(at("b..cn"))),
            ("a@b c.cn", Fault::NoHost(at("b c.cn"))),
            ("a@b,cn", Fault::NoAt(at("cn"))),
            ("a@-b.cn", Fault::NoHost(at("-b.cn"))),
            ("a@192.0.2.1", Fault::NoHost(at("192.0.2.1"))),
            ("a@[192.0.2]", Fault::NoHost(at("[192.0.2]"))),
            ("a@[IPv6:x]", Fault::NoHost(at("[IPv6:x]"))),
            ("%FF@b.cn", Fault::NoText),
        ] {
            assert_eq!(fault(behind), Some(expected), "{behind}");
        }
        let (name, label) = ("a".repeat(65), "b".repeat(64));
        assert!(matches!(fault(&format!("{name}@b.cn")), Some(Fault::LongName(_))));
        assert!(matches!(fault(&format!("a@{label}.cn")), Some(Fault::NoHost(_))));
    }

    #[test]
    fn the_domains_that_mail_is_sent_to() {
        for (behind, expected) in [
            ("a@B.cn", &["b.cn"][..]),
            ("b@x.cn,a@x.cn?cc=c@d.cn&subject=e@f.cn", &["d.cn", "x.cn"]),
            ("%E7%94%A8%E6%88%B7%40%E4%BE%8B%E5%AD%90.%E4%B8%AD%E5%9B%BD", &["xn--fsqu00a.xn--fiqs8s"]),
            ("用户@例子.中国", &["xn--fsqu00a.xn--fiqs8s"]),
            ("编辑部%20<a@b.cn>", &["b.cn"]),
            ("a@[192.0.2.1],b@localhost,c..d@e.cn,f", &[]),
            ("?subject=x", &[]),
        ] {
            assert_eq!(domains(behind), expected, "{behind}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_judged(behind in "\\PC{0,40}", parts in "[a@.,%?=&<>\"\\[\\]]{0,20}") {
            let _ = fault(&behind);
            let _ = fault(&parts);
            let _ = (domains(&behind), domains(&parts));
        }
    }
}
