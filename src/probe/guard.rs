//! Which addresses of the network are nobody's business but this machine's.
//!
//! A link checker runs inside networks that outsiders cannot reach, and follows links that outsiders wrote.
//! So what is loopback, private, link-local, multicast or a cloud's metadata service is not contacted unless asked for,
//! in whatever notation it comes. `url` has already turned `2130706433` and `0x7f.1` into `127.0.0.1`;
//! addresses that a name resolves to are judged in [`super::names`], redirects in [`super::engine`].
//! This is no firewall: a name that a proxy resolves is the proxy's to judge.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// Says why an address must not be contacted, or `None` for one of the public web.
///
/// Forms that carry an IPv4 address inside (mapped, compatible, translated, NAT64, 6to4, Teredo, ISATAP)
/// are judged by the address inside.
pub fn is_private(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => is_private_v4(address),
        IpAddr::V6(address) => is_private_v6(address),
    }
}

/// Says why a name must not be contacted whatever it resolves to (RFC 6761, RFC 6762, RFC 9476), or `None`.
pub fn is_private_name(name: &str) -> Option<&'static str> {
    let name = name.strip_suffix('.').unwrap_or(name);
    let last = name.rsplit('.').next().unwrap_or(name);
    match last.to_ascii_lowercase().as_str() {
        "localhost" => Some("loopback"),
        "local" => Some("link-local"),
        "internal" | "intranet" | "lan" if name.contains('.') => Some("private"),
        _ => None,
    }
}

/// Says why a web address must not be contacted, as far as its text shows; what its name resolves to comes later.
pub fn is_private_url(url: &Url) -> Option<&'static str> {
    match url.host()? {
        Host::Ipv4(address) => is_private_v4(address),
        Host::Ipv6(address) => is_private_v6(address),
        Host::Domain(name) => is_private_name(name),
    }
}

fn is_private_v4(address: Ipv4Addr) -> Option<&'static str> {
    let [a, b, c, d] = address.octets();
    match (a, b, c, d) {
        (169, 254, 169, 254) | (100, 100, 100, 200) | (168, 63, 129, 16) => Some("metadata"),
        (0, ..) => Some("unspecified"),
        (127, ..) => Some("loopback"),
        (10, ..) | (172, 16..=31, ..) | (192, 168, ..) => Some("private"),
        (100, 64..=127, ..) => Some("carrier-grade NAT"),
        (169, 254, ..) => Some("link-local"),
        (192, 0, 0, _) | (198, 18..=19, ..) => Some("special purpose"),
        (224..=239, ..) => Some("multicast"),
        (240..=255, ..) => Some("reserved"),
        _ => None,
    }
}

fn is_private_v6(address: Ipv6Addr) -> Option<&'static str> {
    let segments = address.segments();
    let [first, second, third, fourth, fifth, sixth, seventh, last] = segments;
    match segments {
        [0, 0, 0, 0, 0, 0, 0, 0] => Some("unspecified"),
        [0, 0, 0, 0, 0, 0, 0, 1] => Some("loopback"),
        [0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x0254] => Some("metadata"),
        [0, 0, 0, 0, 0 | 0xffff, 0, ..] | [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => {
            is_private_v4(embedded(seventh, last))
        }
        [0x64, 0xff9b, 1, ..] => Some("private"),
        [0x2002, ..] => is_private_v4(embedded(second, third)),
        [0x2001, 0, ..] => is_private_v4(embedded(third, fourth)).or_else(|| is_private_v4(embedded(!seventh, !last))),
        _ if first & 0xfe00 == 0xfc00 => Some("private"),
        _ if first & 0xffc0 == 0xfe80 => Some("link-local"),
        _ if first & 0xffc0 == 0xfec0 => Some("private"),
        _ if first & 0xff00 == 0xff00 => Some("multicast"),
        _ if fifth & 0xfdff == 0 && sixth == 0x5efe => is_private_v4(embedded(seventh, last)),
        _ => None,
    }
}

/// The IPv4 address in two segments.
fn embedded(high: u16, low: u16) -> Ipv4Addr {
    let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
    Ipv4Addr::new(a, b, c, d)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_in_every_notation() {
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
            "http://internal/",
            "http://finews.withounder.com/",
        ];
        for url in public {
            assert_eq!(is_private_url(&Url::parse(url).unwrap()), None, "{url}");
        }
    }
}
