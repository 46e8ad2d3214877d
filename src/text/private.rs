//! Addresses that lead nowhere on the public web: loopback, private networks, link-local, multicast, reserved.
//!
//! A link to one is dead for every reader but its writer. And whoever checks links sits inside networks that outsiders
//! cannot reach, and follows links that outsiders wrote: such an address must not be asked, in whatever notation it
//! comes. `url` has already turned `2130706433` and `0x7f.1` into `127.0.0.1`.
//!
//! Pure tests on values, and no firewall: whoever connects has to ask again about the address that is really connected
//! to, and a name that a proxy resolves is the proxy's to judge.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::language::mark;

/// What keeps the host of a web address off the public web, as far as its text shows; a name may resolve to anything.
pub fn is_private_url(url: &Url) -> Option<&'static str> {
    match url.host()? {
        Host::Ipv4(address) => is_private_v4(address),
        Host::Ipv6(address) => is_private_v6(address),
        Host::Domain(name) => is_private_name(name),
    }
}

/// What keeps an IP address off the public web, in words; `None` for a public one.
///
/// The ranges are those of IANA's special-purpose registries (RFC 6890 and its updates). An IPv4 address inside an
/// IPv6 one (mapped, compatible, translated, NAT64, 6to4, ISATAP) is judged as itself.
pub fn is_private(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => is_private_v4(address),
        IpAddr::V6(address) => is_private_v6(address),
    }
}

fn is_private_v4(address: Ipv4Addr) -> Option<&'static str> {
    match address.octets() {
        [169, 254, 169, 254] | [100, 100, 100, 200] | [168, 63, 129, 16] => {
            Some(mark!("the address of a cloud's metadata service"))
        }
        [0, ..] => Some(mark!("an address of \"this\" network")),
        [127, ..] => Some(mark!("a loopback address")),
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Some(mark!("an address of a private network")),
        [100, 64..=127, ..] => Some(mark!("an address of a provider's inner network")),
        [169, 254, ..] => Some(mark!("a link-local address")),
        [192, 0, 0, _] | [198, 18..=19, ..] => Some(mark!("an address for tests of networks")),
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => Some(mark!("an address for documentation")),
        [224..=239, ..] => Some(mark!("a multicast address")),
        [240..=255, ..] => Some(mark!("a reserved address")),
        _ => None,
    }
}

fn is_private_v6(address: Ipv6Addr) -> Option<&'static str> {
    let segments = address.segments();
    match segments {
        [0, 0, 0, 0, 0, 0, 0, 0] => Some(mark!("the unspecified address")),
        [0, 0, 0, 0, 0, 0, 0, 1] => Some(mark!("a loopback address")),
        [0xFD00, 0x0EC2, 0, 0, 0, 0, 0, 0x0254] => Some(mark!("the address of a cloud's metadata service")),
        [0x64, 0xFF9B, 1, ..] | [0xFC00..=0xFDFF | 0xFEC0..=0xFEFF, ..] => {
            Some(mark!("an address of a private network"))
        }
        [0xFE80..=0xFEBF, ..] => Some(mark!("a link-local address")),
        [0xFF00..=0xFFFF, ..] => Some(mark!("a multicast address")),
        [0x2001, 0xDB8, ..] | [0x3FFF, 0..=0xFFF, ..] => Some(mark!("an address for documentation")),
        [0x2001, 0..=0x1FF, ..] | [0x100, 0, 0, 0, ..] => Some(mark!("a reserved address")),
        _ => embedded(segments).and_then(is_private_v4),
    }
}

/// The IPv4 address inside an IPv6 one: compatible, mapped, translated, NAT64, 6to4, ISATAP.
fn embedded(segments: [u16; 8]) -> Option<Ipv4Addr> {
    match segments {
        [0, 0, 0, 0, 0, 0 | 0xFFFF, high, low]
        | [0, 0, 0, 0, 0xFFFF, 0, high, low]
        | [0x64, 0xFF9B, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..]
        | [_, _, _, _, 0 | 0x200, 0x5EFE, high, low] => Some(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low))),
        _ => None,
    }
}

/// What keeps a host's name off the public web, in words; `None` for one that may be public.
///
/// `localhost` and the domains that RFC 6761, RFC 6762, RFC 8375 and ICANN (RFC 9476) set aside for local use, and the
/// two that routers and offices use without asking anybody. Those two are local only below a dot.
pub fn is_private_name(host: &str) -> Option<&'static str> {
    let host = host.strip_suffix('.').unwrap_or(host);
    let dot = host.bytes().rposition(|byte| byte == b'.');
    let last = host.get(dot.map_or(0, |dot| dot + 1)..).unwrap_or_default();
    let is = |name: &str| last.eq_ignore_ascii_case(name);
    let ends = |name: &str| {
        let start = host.len().saturating_sub(name.len());
        host.get(start..).is_some_and(|end| end.eq_ignore_ascii_case(name))
    };
    // Nearly every name ends in none of these.
    match last.len() {
        9 if is("localhost") => Some(mark!("the reader's own machine")),
        11 if ends("localhost.localdomain") => Some(mark!("the reader's own machine")),
        5 | 8 if is("local") || is("internal") => Some(mark!("a name of a local network")),
        4 if ends(".home.arpa") => Some(mark!("a name of a local network")),
        3 | 8 if dot.is_some() && (is("intranet") || is("lan")) => Some(mark!("a name of a local network")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cases: &[(&str, bool)]) {
        for (address, expected) in cases {
            assert_eq!(is_private(address.parse().unwrap()).is_some(), *expected, "{address}");
        }
    }

    #[test]
    fn every_range_is_known_to_its_edges() {
        check(&[
            ("0.0.0.0", true),
            ("1.0.0.0", false),
            ("9.255.255.255", false),
            ("10.0.0.0", true),
            ("11.0.0.0", false),
            ("100.63.255.255", false),
            ("100.64.0.0", true),
            ("100.128.0.0", false),
            ("126.255.255.255", false),
            ("127.0.0.1", true),
            ("128.0.0.0", false),
            ("169.253.255.255", false),
            ("169.254.169.254", true),
            ("172.15.255.255", false),
            ("172.16.0.0", true),
            ("172.31.255.255", true),
            ("172.32.0.0", false),
            ("192.167.255.255", false),
            ("192.168.0.0", true),
            ("192.0.2.1", true),
            ("198.17.255.255", false),
            ("198.18.0.0", true),
            ("198.20.0.0", false),
            ("203.0.113.9", true),
            ("223.255.255.255", false),
            ("224.0.0.1", true),
            ("255.255.255.255", true),
            ("100.100.100.200", true),
            ("168.63.129.16", true),
            ("168.63.129.17", false),
            ("192.0.0.8", true),
            ("192.0.1.1", false),
            ("198.51.100.1", true),
        ]);
    }

    #[test]
    fn every_form_of_six_is_known_to_its_edges() {
        check(&[
            ("::", true),
            ("::1", true),
            ("::2", true),
            ("::ffff:127.0.0.1", true),
            ("::ffff:8.8.8.8", false),
            ("::ffff:0:127.0.0.1", true),
            ("::ffff:0:8.8.8.8", false),
            ("2001:0:a00:1::", true),
            ("2001:0:5db8:d822::80ff:fffe", true),
            ("2a00::5efe:10.0.0.1", true),
            ("2a00::200:5efe:10.0.0.1", true),
            ("2a00::5efe:8.8.8.8", false),
            ("64:ff9b:1::1", true),
            ("fec0::1", true),
            ("3fff::1", true),
            ("fd00:ec2::254", true),
            ("::8.8.8.8", false),
            ("64:ff9b::10.0.0.1", true),
            ("64:ff9b::8.8.8.8", false),
            ("2002:7f00:1::", true),
            ("2002:808:808::", false),
            ("fc00::1", true),
            ("fdff::1", true),
            ("fe80::1", true),
            ("febf::1", true),
            ("ff02::1", true),
            ("2001:db8::1", true),
            ("2001:4860:4860::8888", false),
            ("2606:4700::1111", false),
            ("100::1", true),
        ]);
    }

    #[test]
    fn a_metadata_service_is_called_by_its_name() {
        for address in
            ["169.254.169.254", "100.100.100.200", "168.63.129.16", "fd00:ec2::254", "::ffff:169.254.169.254"]
        {
            let why = is_private(address.parse().unwrap()).unwrap_or_default();
            assert!(why.contains("metadata"), "{address}: {why}");
        }
    }

    #[test]
    fn local_names_are_known_in_every_case() {
        for name in [
            "localhost",
            "LOCALHOST.",
            "a.localhost",
            "printer.local",
            "x.internal",
            "a.home.arpa",
            "nas.lan",
            "a.Intranet.",
        ] {
            assert!(is_private_name(name).is_some(), "{name}");
        }
        for name in
            ["mylocalhost", "local.cn", "a.com", "", ".", "localhost.cn", "中.home.arp", "lan", "intranet", "a.plan"]
        {
            assert!(is_private_name(name).is_none(), "{name}");
        }
    }

    #[test]
    fn an_address_is_private_in_every_notation() {
        let private = [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://0/",
            "http://10.1.2.3/",
            "http://172.16.0.1/",
            "http://172.31.255.255/",
            "http://192.168.1.1/",
            "http://100.64.0.1/",
            "http://169.254.169.254/latest/meta-data/",
            "http://100.100.100.200/",
            "http://168.63.129.16/",
            "http://169.254.1.1/",
            "http://192.0.0.8/",
            "http://198.18.0.1/",
            "http://224.0.0.1/",
            "http://255.255.255.255/",
            "http://[::]/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:0:127.0.0.1]/",
            "http://[::127.0.0.1]/",
            "http://[64:ff9b::127.0.0.1]/",
            "http://[64:ff9b:1::1]/",
            "http://[2002:7f00:1::]/",
            "http://[2001:0:a00:1::]/",
            "http://[2001:0:5db8:d822::80ff:fffe]/",
            "http://[fc00::1]/",
            "http://[fd00:ec2::254]/",
            "http://[fe80::1]/",
            "http://[fec0::1]/",
            "http://[ff02::1]/",
            "http://[2001:db8::5efe:10.0.0.1]/",
            "http://localhost/",
            "http://LOCALHOST./",
            "http://a.localhost/",
            "http://printer.local/",
            "http://metadata.google.internal/",
        ];
        for url in private {
            assert!(is_private_url(&Url::parse(url).unwrap()).is_some(), "{url} was taken for public");
        }
    }

    #[test]
    fn the_public_web_stays_open() {
        let public = [
            "http://93.184.216.34/",
            "http://172.15.0.1/",
            "http://172.32.0.1/",
            "http://100.63.0.1/",
            "http://100.128.0.1/",
            "http://169.253.0.1/",
            "http://192.0.1.1/",
            "http://223.255.255.255/",
            "http://[2606:4700::1111]/",
            "http://[::ffff:8.8.8.8]/",
            "http://[64:ff9b::8.8.8.8]/",
            "http://[2002:808:808::]/",
            "http://localhost.example.com/",
            "http://finews.withounder.com/",
        ];
        for url in public {
            assert_eq!(is_private_url(&Url::parse(url).unwrap()), None, "{url}");
        }
    }
}
