//! Names, proxies, private networks, and a machine without network.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use globset::Glob;
use postproof::event::{Event, Observer, Silent};
use postproof::probe::{Address, Cancel, HostHeader, Lookup, LookupFailure, ProbeError, ProxySetting, Settings, probe};

use super::server::{Closed, PATIENCE, Server, ask, quick, run_with, try_ask, word};

fn lookup(answer: impl Fn(&str) -> Result<Vec<IpAddr>, LookupFailure> + Send + Sync + 'static) -> Lookup {
    Arc::new(answer)
}

fn here() -> Vec<IpAddr> {
    vec![IpAddr::from([127, 0, 0, 1])]
}

fn urls(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

#[test]
fn a_name_that_does_not_exist_is_dead_and_a_failing_resolver_is_not() {
    let server = Server::http(|visit| visit.page("200 OK", b"page"));
    let port = server.address.port();
    let lookup = lookup(|name| match name {
        "well.test" => Ok(here()),
        "empty.test" => Ok(Vec::new()),
        "failing.test" => Err(LookupFailure::Resolver("temporary failure".to_owned())),
        _ => Err(LookupFailure::NotFound),
    });
    let asked = [
        format!("http://well.test:{port}/"),
        "http://gone.test/".to_owned(),
        "https://gone.test/page".to_owned(),
        "http://empty.test/".to_owned(),
        "http://failing.test/".to_owned(),
    ];
    let outcomes = ask(&Settings { lookup, ..quick() }, &asked);
    let words: Vec<String> = outcomes.iter().map(word).collect();
    let dead = "dead dns-not-found";
    assert_eq!(words, ["alive http-200", dead, dead, dead, "failing dns-failure"]);
    assert!(outcomes[1].checked_at.is_some());
}

#[test]
fn a_name_is_looked_up_once() {
    let server = Server::http(|visit| visit.page("200 OK", b"page"));
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    let lookup = lookup(move |_| {
        counter.fetch_add(1, Ordering::SeqCst);
        Ok(here())
    });
    let port = server.address.port();
    let asked: Vec<String> = (0..50).map(|page| format!("http://well.test:{port}/{page}")).collect();
    ask(&Settings { lookup, ..quick() }, &asked);
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

/// Asks without anything being told of any address on the way.
fn ask_in_silence(settings: &Settings, asked: &[String]) -> Result<(), ProbeError> {
    let addresses: Vec<Address<'_>> = asked.iter().map(|url| Address::new(url)).collect();
    let mut told = Vec::new();
    let result =
        probe(settings, &addresses, &Silent, &Cancel::new(), &mut |index, outcome| told.push((index, word(&outcome))));
    assert_eq!(told, [], "bad news was told without a network");
    result
}

#[test]
fn no_link_is_called_broken_by_a_machine_without_network() {
    let asked = urls(&["http://a.test/", "http://b.test/", "https://c.test/x"]);
    for failure in [LookupFailure::NotFound, LookupFailure::Resolver("temporary failure".to_owned())] {
        let lookup = lookup(move |_| Err(failure.clone()));
        let result = ask_in_silence(&Settings { lookup, ..quick() }, &asked);
        assert!(matches!(result, Err(ProbeError::NoNetwork { .. })), "{result:?}");
    }
}

#[test]
fn many_names_and_no_resolver_end_soon() {
    let (count, is_over) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let (counter, over) = (Arc::clone(&count), Arc::clone(&is_over));
    // The threads that look names up run ahead of the one that judges, so the later ones wait for its judgement.
    let end = Instant::now() + PATIENCE;
    let lookup = lookup(move |name| {
        if name != "localhost" && counter.fetch_add(1, Ordering::SeqCst) >= 100 {
            while Instant::now() < end && !over.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(1));
            }
        }
        Err(LookupFailure::Resolver("temporary failure".to_owned()))
    });
    let asked: Vec<String> = (0..20_000).map(|host| format!("http://host{host}.test/")).collect();
    let result = ask_in_silence(&Settings { lookup, ..quick() }, &asked);
    let looked_up = count.load(Ordering::SeqCst);
    is_over.store(true, Ordering::SeqCst);
    assert!(matches!(result, Err(ProbeError::NoNetwork { .. })), "{result:?}");
    assert!(looked_up < 200, "{looked_up} names were looked up");
}

#[test]
fn many_names_of_a_broken_zone_are_told_from_a_broken_resolver() {
    let lookup = lookup(|name| match name {
        "exists.test" => Ok(here()),
        _ => Err(LookupFailure::Resolver("temporary failure".to_owned())),
    });
    let settings = Settings { lookup, control_names: urls(&["exists.test"]), ..quick() };
    for hosts in [1, 100] {
        let asked: Vec<String> = (0..hosts).map(|host| format!("http://host{host}.broken.test/")).collect();
        assert!(ask(&settings, &asked).iter().all(|outcome| word(outcome) == "failing dns-failure"));
    }
}

#[test]
fn one_dead_name_on_a_healthy_machine_is_dead() {
    let lookup = lookup(|name| if name == "exists.test" { Ok(here()) } else { Err(LookupFailure::NotFound) });
    let settings = Settings { lookup, control_names: urls(&["exists.test"]), ..quick() };
    let words: Vec<String> = ask(&settings, &urls(&["http://gone.test/"])).iter().map(word).collect();
    assert_eq!(words, ["dead dns-not-found"]);
}

#[test]
fn private_addresses_are_not_contacted_however_they_are_written() {
    let server = Server::http(|visit| visit.page("200 OK", b"secret"));
    let port = server.address.port();
    let lookup = lookup(|name| match name {
        "inside.test" | "localhost" => Ok(here()),
        "mapped.test" => Ok(vec!["::ffff:127.0.0.1".parse().unwrap(), "::1".parse().unwrap()]),
        _ => Err(LookupFailure::NotFound),
    });
    let hosts = ["127.0.0.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "localhost", "inside.test", "mapped.test"];
    let asked: Vec<String> = hosts.iter().map(|host| format!("http://{host}:{port}/")).collect();
    let outcomes = ask(&Settings { lookup, allow_private: false, ..quick() }, &asked);
    for (host, outcome) in hosts.iter().zip(&outcomes) {
        assert_eq!(word(outcome), "skipped private-address", "{host}");
    }
    assert_eq!(server.log.connections(), 0);
}

#[test]
fn a_redirect_to_a_private_address_is_not_followed() {
    let inside = Server::http(|visit| visit.page("200 OK", b"secret"));
    let target = inside.url("/admin");
    let lookup_target = format!("http://inside.test:{}/", inside.address.port());
    // A proxy stands in for the public web.
    let proxy = Server::http(move |visit| match visit.path() {
        "http://a.test/literal" => visit.answer("302 Found", &[&format!("Location: {target}")]),
        "http://a.test/number" => visit.answer("302 Found", &["Location: http://2130706433/"]),
        "http://a.test/name" => visit.answer("302 Found", &[&format!("Location: {lookup_target}")]),
        "http://a.test/local" => visit.answer("302 Found", &["Location: http://localhost/"]),
        other => panic!("the proxy was asked for {other}"),
    });
    let settings = Settings {
        proxy: ProxySetting::Url { url: proxy.url(""), bypass: "inside.test".to_owned() },
        lookup: lookup(|_| Ok(here())),
        allow_private: false,
        ..quick()
    };
    let asked = urls(&["http://a.test/literal", "http://a.test/number", "http://a.test/name", "http://a.test/local"]);
    for outcome in ask(&settings, &asked) {
        assert_eq!(word(&outcome), "failing private-address");
        assert_eq!(outcome.redirects.len(), 1);
    }
    assert_eq!(inside.log.connections(), 0);
}

#[test]
fn a_proxy_is_asked_with_whole_addresses() {
    let direct = Server::http(|visit| visit.page("200 OK", b"direct"));
    let proxy = Server::http(|visit| match visit.path() {
        "http://news.test/page?q=1" => visit.page("200 OK", b"page"),
        _ if visit.hit.method == "CONNECT" => visit.answer("403 Forbidden", &[]),
        _ => visit.answer("404 Not Found", &[]),
    });
    let settings = Settings {
        proxy: ProxySetting::Url { url: proxy.url(""), bypass: "127.0.0.1".to_owned() },
        lookup: lookup(|name| panic!("{name} is the proxy's to look up")),
        ..quick()
    };
    let refused = "https://other.test/".to_owned();
    let asked = ["http://news.test/page?q=1".to_owned(), "http://other.test/".to_owned(), direct.url("/"), refused];
    let words: Vec<String> = ask(&settings, &asked).iter().map(word).collect();
    assert_eq!(words, ["alive http-200", "dead http-404", "alive http-200", "failing connect-failed"]);
    assert_eq!(direct.log.count(), 2);
}

#[test]
fn a_proxy_that_is_down_is_no_fault_of_the_links() {
    let closed = Closed::new();
    let proxy = ProxySetting::Url { url: format!("http://{}", closed.address), bypass: String::new() };
    let result = ask_in_silence(&Settings { proxy, ..quick() }, &urls(&["http://a.test/", "https://b.test/"]));
    assert!(matches!(result, Err(ProbeError::NoNetwork { .. })), "{result:?}");
}

#[test]
fn a_damaged_proxy_or_certificate_is_an_error() {
    let proxy = ProxySetting::Url { url: "http://[".to_owned(), bypass: String::new() };
    let result = try_ask(&Settings { proxy, ..quick() }, &[]);
    assert!(matches!(result, Err(ProbeError::Client { .. })), "{result:?}");
}

#[test]
fn a_header_goes_only_to_the_hosts_that_it_is_for() {
    let server = Server::http(|visit| match visit.path() {
        "/" => visit.answer("302 Found", &["Location: http://other.test/landing"]),
        _ => visit.page("200 OK", b"page"),
    });
    let settings = Settings {
        headers: vec![HostHeader {
            hosts: Glob::new("*.secret.test").unwrap().compile_matcher(),
            name: "authorization".parse().unwrap(),
            value: "Bearer 123".parse().unwrap(),
        }],
        resolve: ["a.secret.test", "other.test"].map(|name| (name.to_owned(), server.address)).to_vec(),
        ..quick()
    };
    ask(&settings, &urls(&["http://a.secret.test/", "http://other.test/other"]));
    for hit in server.log.hits() {
        let expected = if hit.header("host") == "a.secret.test" { "bearer 123" } else { "" };
        assert_eq!(hit.header("authorization"), expected);
        assert!(hit.header("user-agent").starts_with("postproof/"));
        assert!(hit.header("accept-encoding").contains("zstd"));
    }
}

#[test]
fn every_character_that_an_address_can_hold_arrives() {
    let server = Server::http(|visit| visit.page("200 OK", b"page"));
    let printable = (33..127).map(char::from).filter(|letter| *letter != '#');
    let mut asked: Vec<String> = Vec::new();
    for letter in printable.chain("新é\u{7f}\u{1f600}".chars()) {
        for place in [format!("/a{letter}b"), format!("/?q={letter}"), format!("/{letter}")] {
            // An address comes as the resolver writes it, which is as `url` does.
            asked.push(url::Url::parse(&server.url(&place)).unwrap().into());
        }
    }
    asked.sort();
    asked.dedup();
    for (url, outcome) in asked.iter().zip(ask(&quick(), &asked)) {
        assert_eq!(word(&outcome), "alive http-200", "{url}: {:?}", outcome.evidence);
    }
}

#[test]
fn the_system_resolver_tells_a_name_that_does_not_exist() {
    let lookup = Settings::default().lookup;
    assert!(lookup("localhost").unwrap().iter().all(IpAddr::is_loopback));
    // A name that cannot exist (RFC 6761); without a resolver at all the other failure is right.
    assert!(matches!(lookup("no-such-host.invalid"), Err(LookupFailure::NotFound | LookupFailure::Resolver(_))));
}

#[test]
fn the_address_that_answers_is_found_among_several() {
    let server = Server::http(|visit| visit.page("200 OK", b"page"));
    // Nobody listens at the first two.
    let lookup = lookup(|_| Ok(["::1", "127.0.0.9", "127.0.0.1"].map(|ip| ip.parse().unwrap()).to_vec()));
    let asked = [format!("http://many.test:{}/", server.address.port())];
    let outcomes = ask(&Settings { lookup, ..quick() }, &asked);
    assert_eq!(word(&outcomes[0]), "alive http-200", "{:?}", outcomes[0].evidence);
}

/// What a name is judged to be of which one address answers at this port, and the other refuses.
fn of_two_worlds(port: u16, order: [&'static str; 2]) -> String {
    let lookup = lookup(move |_| Ok(order.map(|ip| ip.parse().unwrap()).to_vec()));
    let asked = [format!("http://both.test:{port}/")];
    let outcomes = ask(&Settings { lookup, retries: 0, ..quick() }, &asked);
    word(&outcomes[0])
}

#[test]
fn a_name_answers_if_either_of_its_worlds_does() {
    let old = Server::http(|visit| visit.page("200 OK", b"page"));
    let port = old.address.port();
    let closed = Closed::on((std::net::Ipv6Addr::LOCALHOST, port).into());
    for order in [["::1", "127.0.0.1"], ["127.0.0.1", "::1"]] {
        assert_eq!(of_two_worlds(port, order), "alive http-200", "only {} answers", old.address);
    }
    drop(closed);
    // A machine without IPv6 has only the one world to try.
    let Some(new) = Server::over_ipv6() else { return };
    let port = new.address.port();
    let Some(_closed) = Closed::on((std::net::Ipv4Addr::LOCALHOST, port).into()) else { return };
    for order in [["::1", "127.0.0.1"], ["127.0.0.1", "::1"]] {
        assert_eq!(of_two_worlds(port, order), "alive http-200", "only {} answers", new.address);
    }
}

#[test]
fn the_busiest_open_hosts_are_told_of() {
    type Told = (usize, Vec<(String, usize)>);
    struct Listener(Mutex<Vec<Told>>);
    impl Observer for Listener {
        fn observe(&self, event: &Event<'_>) {
            if let Event::OpenHosts { count, busiest } = event {
                self.0.lock().unwrap().push((*count, busiest.to_vec()));
            }
        }
    }
    let server = Server::http(|visit| {
        visit.pause(Duration::from_millis(25));
        visit.page("200 OK", b"page");
    });
    let hosts = 8;
    let names: Vec<String> = (0..hosts).map(|host| format!("host{host}.test")).collect();
    let resolve = names.iter().map(|name| (name.clone(), server.address)).collect();
    let pages = |host: usize| (0..=host * 5).map(move |page| format!("http://host{host}.test/{page}"));
    let asked: Vec<String> = (0..hosts).flat_map(pages).collect();
    let addresses: Vec<Address<'_>> = asked.iter().map(|url| Address::new(url)).collect();
    let listener = Listener(Mutex::new(Vec::new()));
    let settings = Settings { resolve, per_host: 1, ..quick() };
    probe(&settings, &addresses, &listener, &Cancel::new(), &mut |_, _| {}).unwrap();
    let told = listener.0.into_inner().unwrap();
    assert!(!told.is_empty());
    for (count, busiest) in told {
        assert!(busiest.len() == count.min(5), "{count}: {busiest:?}");
        assert!(busiest.windows(2).all(|pair| pair[0].1 >= pair[1].1), "{busiest:?}");
        assert!(busiest.iter().all(|(name, left)| names.contains(name) && *left > 0));
    }
}

#[test]
fn the_proxy_of_the_environment_is_used() {
    let proxy = Server::http(|visit| visit.page("200 OK", b"page"));
    let direct = Server::http(|visit| visit.page("200 OK", b"page"));
    let environment = [
        ("http_proxy", proxy.url("")),
        ("HTTP_PROXY", proxy.url("")),
        ("NO_PROXY", "localhost,127.0.0.1".to_owned()),
        ("no_proxy", "localhost,127.0.0.1".to_owned()),
        ("DIRECT", direct.url("/direct")),
    ];
    let environment: Vec<(&str, &str)> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    run_with(&environment, "network::asked_through_the_proxy_of_the_environment");
    assert!(proxy.log.hits().iter().all(|hit| hit.target == "http://news.test/page"));
    assert!(proxy.log.count() > 0);
    assert!(direct.log.hits().iter().all(|hit| hit.target == "/direct"));
    assert!(direct.log.count() > 0);
}

#[test]
#[ignore = "another test runs it in an environment that names a proxy"]
fn asked_through_the_proxy_of_the_environment() {
    let lookup = lookup(|_| Err(LookupFailure::NotFound));
    let settings = Settings { proxy: ProxySetting::System, lookup, ..quick() };
    let asked = ["http://news.test/page".to_owned(), std::env::var("DIRECT").unwrap()];
    let words: Vec<String> = ask(&settings, &asked).iter().map(word).collect();
    assert_eq!(words, ["alive http-200", "alive http-200"]);
}
