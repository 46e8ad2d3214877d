//! Addresses that lead nowhere on the public web: loopback, private networks, link-local, multicast, reserved.
//!
//! Pure tests on values. Whoever connects has to ask again about the address that is really connected to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What keeps an IP address off the public web, in words; `None` for a public one.
///
/// The ranges are those of IANA's special-purpose registries (RFC 6890 and its updates). An IPv4 address inside an
/// IPv6 one (mapped, compatible, NAT64, 6to4) is judged as itself.
pub fn is_private(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => is_private_v4(address),
        IpAddr::V6(address) => is_private_v6(address),
    }
}

fn is_private_v4(address: Ipv4Addr) -> Option<&'static str> {
    match address.octets() {
        [0, ..] => Some("an address of \"this\" network"),
        [127, ..] => Some("a loopback address"),
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Some("an address of a private network"),
        [100, 64..=127, ..] => Some("an address of a provider's inner network"),
        [169, 254, 169, 254] => Some("the address of a cloud's metadata service"),
        [169, 254, ..] => Some("a link-local address"),
        [192, 0, 0, _] | [198, 18..=19, ..] => Some("an address for tests of networks"),
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => Some("an address for documentation"),
        [224..=239, ..] => Some("a multicast address"),
        [240..=255, ..] => Some("a reserved address"),
        _ => None,
    }
}

fn is_private_v6(address: Ipv6Addr) -> Option<&'static str> {
    let segments = address.segments();
    match segments {
        [0, 0, 0, 0, 0, 0, 0, 0] => Some("the unspecified address"),
        [0, 0, 0, 0, 0, 0, 0, 1] => Some("a loopback address"),
        [0, 0, 0, 0, 0, 0 | 0xFFFF, high, low] | [0x64, 0xFF9B, 0, 0, 0, 0, high, low] => {
            is_private_v4(embedded(high, low))
        }
        [0x2002, high, low, ..] => is_private_v4(embedded(high, low)),
        [0x64, 0xFF9B, 1, ..] | [0xFC00..=0xFDFF | 0xFEC0..=0xFEFF, ..] => Some("an address of a private network"),
        [0xFE80..=0xFEBF, ..] => Some("a link-local address"),
        [0xFF00..=0xFFFF, ..] => Some("a multicast address"),
        [0x2001, 0xDB8, ..] | [0x3FFF, 0..=0xFFF, ..] => Some("an address for documentation"),
        [0x2001, 0..=0x1FF, ..] | [0x100, 0, 0, 0, ..] => Some("a reserved address"),
        _ => None,
    }
}

fn embedded(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(high) << 16 | u32::from(low))
}

/// What keeps a host's name off the public web, in words; `None` for one that may be public.
///
/// `localhost` and the domains that RFC 6761, RFC 6762, RFC 8375 and ICANN set aside for local use.
pub fn is_private_name(host: &str) -> Option<&'static str> {
    let host = host.strip_suffix('.').unwrap_or(host);
    let last = host.rsplit('.').next().unwrap_or_default();
    let is = |name: &str| last.eq_ignore_ascii_case(name);
    let ends = |name: &str| {
        let start = host.len().saturating_sub(name.len());
        host.get(start..).is_some_and(|end| end.eq_ignore_ascii_case(name))
    };
    if is("localhost") || ends("localhost.localdomain") {
        Some("the reader's own machine")
    } else if is("local") || is("internal") || ends(".home.arpa") {
        Some("a name of a local network")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_range_is_known_to_its_edges() {
        let cases = [
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
            ("::", true),
            ("::1", true),
            ("::2", true),
            ("::ffff:127.0.0.1", true),
            ("::ffff:8.8.8.8", false),
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
        ];
        for (address, expected) in cases {
            assert_eq!(is_private(address.parse().unwrap()).is_some(), expected, "{address}");
        }
    }

    #[test]
    fn local_names_are_known_in_every_case() {
        for name in ["localhost", "LOCALHOST.", "a.localhost", "printer.local", "x.internal", "a.home.arpa"] {
            assert!(is_private_name(name).is_some(), "{name}");
        }
        for name in ["mylocalhost", "local.cn", "a.com", "", ".", "localhost.cn", "中.home.arp"] {
            assert!(is_private_name(name).is_none(), "{name}");
        }
    }
}
