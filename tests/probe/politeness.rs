//! Manners, by the server's own count, and that nobody waits for somebody else's trouble.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use globset::Glob;
use postproof::event::Silent;
use postproof::probe::{Address, Cancel, HostSettings, Method, Reason, Settings, Verdict, probe};

use super::server::{PATIENCE, Server, Visit, ask, quick, wait_for, word};

/// What a server that stands in for many hosts sees of each.
#[derive(Default)]
struct Guest {
    busy: usize,
    most_busy: usize,
    arrivals: Vec<Instant>,
}

type Guests = Arc<Mutex<BTreeMap<String, Guest>>>;

/// A server for many hosts that answers slowly and counts by host.
/// `/to/3` redirects to host 3, anything else is a page.
fn many_hosts(guests: &Guests) -> Server {
    let guests = Arc::clone(guests);
    Server::http(move |visit: &mut Visit<'_>| {
        let host = visit.hit.header("host").to_owned();
        {
            let mut guests = guests.lock().unwrap();
            let guest = guests.entry(host.clone()).or_default();
            guest.busy += 1;
            guest.most_busy = guest.most_busy.max(guest.busy);
            guest.arrivals.push(Instant::now());
        }
        visit.pause(Duration::from_millis(3));
        // Counted out before the answer: afterwards the next request may be here first.
        guests.lock().unwrap().get_mut(&host).unwrap().busy -= 1;
        match visit.path().strip_prefix("/to/").map(str::to_owned) {
            Some(other) => visit.answer("302 Found", &[&format!("Location: http://host{other}.test/landing")]),
            None => visit.page("200 OK", b"page"),
        }
    })
}

/// Whether no request came sooner than `pace` allows of one that was the first after `begun`.
///
/// A request is delayed on its way as the machine pleases, so two of them may arrive together; but none is ever early.
fn assert_paced(host: &str, begun: Instant, pace: Duration, arrivals: &[Instant]) {
    for (number, arrival) in (0_u32..).zip(arrivals) {
        assert!(*arrival - begun >= pace * number, "{host}: request {number} came after {:?}", *arrival - begun);
    }
}

fn at(server: &Server, hosts: usize) -> Vec<(String, std::net::SocketAddr)> {
    (0..hosts).map(|host| (format!("host{host}.test"), server.address)).collect()
}

#[test]
fn no_host_is_crowded_or_hurried_over_200_of_them() {
    let guests = Guests::default();
    let server = many_hosts(&guests);
    let pace = Duration::from_millis(60);
    let settings = Settings { per_host: 2, pace, resolve: at(&server, 200), ..quick() };
    let mut urls = Vec::new();
    for host in 0..200 {
        urls.extend((0..4).map(|page| format!("http://host{host}.test/{page}")));
        // Twenty hosts send all others' readers to them.
        urls.push(format!("http://host{host}.test/to/{}", host % 20));
    }
    let begun = Instant::now();
    let outcomes = ask(&settings, &urls);
    assert!(outcomes.iter().all(|outcome| outcome.verdict == Verdict::Alive));
    let guests = guests.lock().unwrap();
    assert_eq!(guests.len(), 200);
    for (host, guest) in guests.iter() {
        assert!(guest.most_busy <= 2, "{host}: {} at once", guest.most_busy);
        assert_paced(host, begun, pace, &guest.arrivals);
    }
    assert!(guests["host0.test"].arrivals.len() >= 15, "the redirects were followed");
}

fn special(hosts: &str) -> HostSettings {
    HostSettings::new(Glob::new(hosts).unwrap().compile_matcher())
}

#[test]
fn some_hosts_are_asked_more_gently_than_others() {
    let guests = Guests::default();
    let server = many_hosts(&guests);
    let pace = Duration::from_millis(150);
    let gentle = HostSettings { per_host: Some(1), pace: Some(pace), ..special("host1*.test") };
    let settings = Settings { per_host: 4, hosts: vec![gentle], resolve: at(&server, 200), ..quick() };
    let mut urls = Vec::new();
    for host in 0..200 {
        urls.extend((0..3).map(|page| format!("http://host{host}.test/{page}")));
        // Hosts without a pace send readers to those that have one.
        urls.push(format!("http://host{host}.test/to/{}", 100 + host % 50));
    }
    let begun = Instant::now();
    let outcomes = ask(&settings, &urls);
    assert!(outcomes.iter().all(|outcome| outcome.verdict == Verdict::Alive));
    let guests = guests.lock().unwrap();
    let (mut slow, mut quick) = (0, 0);
    for (host, guest) in guests.iter() {
        let is_gentle = host.starts_with("host1");
        assert!(guest.most_busy <= if is_gentle { 1 } else { 4 }, "{host}: {} at once", guest.most_busy);
        assert_paced(host, begun, if is_gentle { pace } else { Duration::ZERO }, &guest.arrivals);
        *if is_gentle { &mut slow } else { &mut quick } += 1;
    }
    assert_eq!((slow, quick), (111, 89));
    assert!(guests["host100.test"].arrivals.len() >= 8, "the redirects were followed");
}

#[test]
fn a_host_is_asked_by_the_method_and_with_the_headers_of_its_settings() {
    let server = Server::http(|visit| visit.page("200 OK", b"page"));
    let header = ("x-key".parse().unwrap(), "open".parse().unwrap());
    let hosts = vec![
        HostSettings { method: Some(Method::Get), headers: vec![header], ..special("got.test") },
        HostSettings {
            method: Some(Method::Head),
            credentials: Some("Bearer x".parse().unwrap()),
            ..special("head.*")
        },
    ];
    let resolve = ["got.test", "head.test", "other.test"].map(|host| (host.to_owned(), server.address)).to_vec();
    let urls: Vec<String> =
        (0..9).map(|page| format!("http://{}.test/{page}", ["got", "head", "other"][page % 3])).collect();
    ask(&Settings { hosts, resolve, ..quick() }, &urls);
    let hits = server.log.hits();
    let of = |host: &str| hits.iter().filter(|hit| hit.header("host") == host).collect::<Vec<_>>();
    assert!(of("got.test").iter().all(|hit| hit.method == "GET" && hit.header("x-key") == "open"));
    assert!(of("head.test").iter().all(|hit| hit.method == "HEAD" && hit.header("authorization").is_empty()));
    assert_eq!(of("other.test").iter().filter(|hit| hit.method == "GET").count(), 1, "good news is confirmed once");
    assert!(of("other.test").iter().all(|hit| hit.header("x-key").is_empty()));
}

#[test]
fn a_crawl_delay_is_a_pace() {
    let arrivals: Arc<Mutex<Vec<Instant>>> = Arc::default();
    let noted = Arc::clone(&arrivals);
    let server = Server::http(move |visit| {
        noted.lock().unwrap().push(Instant::now());
        match visit.path() {
            "/robots.txt" => visit.page("200 OK", b"User-agent: *\nCrawl-delay: 0.2\n"),
            _ => visit.page("200 OK", b"page"),
        }
    });
    let gentle = HostSettings { respect_robots: Some(true), ..special("127.0.0.1*") };
    let urls: Vec<String> = (0..5).map(|page| server.url(&format!("/{page}"))).collect();
    ask(&Settings { per_host: 4, hosts: vec![gentle], ..quick() }, &urls);
    let arrivals = arrivals.lock().unwrap();
    assert!(arrivals.len() >= 6);
    // The first page is asked for once the file has come, which is after it was asked for.
    assert_paced("127.0.0.1", arrivals[0], Duration::from_millis(200), &arrivals[1..]);
}

#[test]
fn a_limit_of_one_is_a_queue() {
    let guests = Guests::default();
    let server = many_hosts(&guests);
    let settings = Settings { per_host: 1, resolve: at(&server, 3), ..quick() };
    let urls: Vec<String> = (0..90).map(|page| format!("http://host{}.test/{page}", page % 3)).collect();
    ask(&settings, &urls);
    assert!(guests.lock().unwrap().values().all(|guest| guest.most_busy == 1));
    assert!(server.log.most_busy() > 1, "the hosts were asked one after the other");
}

#[test]
fn all_hosts_together_stay_within_the_limit_of_the_run() {
    let guests = Guests::default();
    let server = many_hosts(&guests);
    // One that is slow would give its slot away.
    let settings = Settings { concurrency: 5, per_host: 5, patience: PATIENCE, resolve: at(&server, 50), ..quick() };
    let urls: Vec<String> = (0..300).map(|page| format!("http://host{}.test/{page}", page % 50)).collect();
    ask(&settings, &urls);
    assert!(server.log.most_busy() <= 5, "{} at once", server.log.most_busy());
}

#[test]
fn http_and_https_of_a_name_are_one_host() {
    let guests = Guests::default();
    let server = many_hosts(&guests);
    let settings = Settings { per_host: 1, retries: 0, resolve: at(&server, 1), ..quick() };
    // The server speaks no TLS, so `https` fails; what counts is that it waits for its turn.
    let urls: Vec<String> =
        (0..20).map(|page| format!("http{}://host0.test/{page}", if page % 2 == 0 { "" } else { "s" })).collect();
    let outcomes = ask(&settings, &urls);
    assert_eq!(outcomes.iter().filter(|outcome| outcome.verdict == Verdict::Alive).count(), 10);
    assert!(server.log.most_busy() <= 1);
}

/// The order in which addresses are judged, until as many are as `enough` says.
fn order(settings: &Settings, urls: &[String], enough: usize) -> Vec<usize> {
    let addresses: Vec<Address<'_>> = urls.iter().map(|url| Address::new(url)).collect();
    let (mut order, cancel) = (Vec::new(), Cancel::new());
    let mut note = |index, _| {
        order.push(index);
        if order.len() == enough {
            cancel.cancel();
        }
    };
    probe(settings, &addresses, &Silent, &cancel, &mut note).unwrap();
    order.truncate(enough);
    order
}

#[test]
fn a_sick_host_does_not_hold_up_a_healthy_one() {
    let sick = Server::http(|visit| visit.answer("429 Too Many Requests", &["Retry-After: 300"]));
    let healthy = Server::http(|visit| visit.page("200 OK", b"page"));
    let mut urls: Vec<String> = (0..300).map(|page| sick.url(&format!("/{page}"))).collect();
    urls.extend((0..100).map(|page| healthy.url(&format!("/{page}"))));
    let settings = Settings { concurrency: 1, per_host: 1, retry_after_limit: PATIENCE * 10, ..quick() };
    let order = order(&settings, &urls, 100);
    assert!(order.iter().all(|index| *index >= 300), "a healthy address waited for a sick host: {order:?}");
    assert_eq!(sick.log.count(), 1, "a host that wants none was asked again");
}

#[test]
fn a_host_that_wants_no_requests_is_believed_soon() {
    let sick = Server::http(|visit| visit.answer("429 Too Many Requests", &["Retry-After: 0"]));
    let urls: Vec<String> = (0..300).map(|page| sick.url(&format!("/{page}"))).collect();
    let outcomes = ask(&Settings { per_host: 4, backoff: Duration::from_millis(1), ..quick() }, &urls);
    assert!(outcomes.iter().all(|outcome| word(outcome) == "blocked http-429"));
    // Three tries for each of two addresses, one at a time.
    assert!(sick.log.count() <= 7, "{} requests to a host that wants none", sick.log.count());
}

#[test]
fn hosts_that_hang_do_not_hold_up_a_healthy_one() {
    let hanging: Vec<Server> = (0..8).map(|_| Server::http(|visit| visit.pause(PATIENCE * 2))).collect();
    let healthy = Server::http(|visit| visit.page("200 OK", b"page"));
    let mut urls: Vec<String> = hanging.iter().map(|server| server.url("/")).collect();
    urls.extend((0..50).map(|page| healthy.url(&format!("/{page}"))));
    let patience = Duration::from_millis(300);
    let settings = Settings { concurrency: 4, per_host: 4, retries: 0, patience, ..quick() };
    let order = order(&settings, &urls, 50);
    assert!(order.iter().all(|index| *index >= 8), "a healthy address waited for a hanging host: {order:?}");
}

#[test]
fn a_silent_host_is_not_asked_everything() {
    let silent = Server::http(|visit| {
        visit.close();
    });
    let urls: Vec<String> = (0..500).map(|page| silent.url(&format!("/{page}"))).collect();
    let outcomes = ask(&Settings { backoff: Duration::from_millis(1), ..quick() }, &urls);
    assert!(outcomes.iter().all(|outcome| word(outcome) == "failing connect-reset"));
    assert!(silent.log.count() <= 20, "{} requests", silent.log.count());
    assert!(outcomes.iter().any(|outcome| outcome.evidence.as_deref().unwrap_or_default().starts_with("not asked")));
}

#[test]
fn a_host_that_fails_everything_is_not_asked_three_times() {
    let broken = Server::http(|visit| visit.answer("500 Oops", &[]));
    let urls: Vec<String> = (0..100).map(|page| broken.url(&format!("/{page}"))).collect();
    let outcomes = ask(&quick(), &urls);
    assert!(outcomes.iter().all(|outcome| word(outcome) == "failing http-500" && outcome.attempts >= 1));
    assert!(broken.log.count() <= 250, "{} requests for 100 addresses", broken.log.count());
}

#[test]
fn a_host_that_lies_to_head_is_asked_with_get() {
    let server = Server::http(|visit| {
        if visit.is_head() {
            visit.answer("405 Method Not Allowed", &[]);
        } else {
            visit.page("200 OK", b"page");
        }
    });
    let urls: Vec<String> = (0..50).map(|page| server.url(&format!("/{page}"))).collect();
    let outcomes = ask(&Settings { per_host: 1, ..quick() }, &urls);
    assert!(outcomes.iter().all(|outcome| outcome.verdict == Verdict::Alive));
    let heads = server.log.hits().iter().filter(|hit| hit.method == "HEAD").count();
    assert_eq!(heads, 1);
    assert_eq!(server.log.count(), 51);
}

#[test]
fn connections_are_used_again() {
    let server = Server::http(|visit| visit.page("200 OK", b"page"));
    let urls: Vec<String> = (0..200).map(|page| server.url(&format!("/{page}"))).collect();
    ask(&Settings { per_host: 2, ..quick() }, &urls);
    // How many exactly is decided by the moment: one may be made while another is about to be free.
    assert!(server.log.connections() <= 100, "{} connections for 200 requests", server.log.connections());
    let heads = server.log.hits().iter().filter(|hit| hit.method == "HEAD").count();
    assert_eq!(heads, 200);
    assert!(server.log.count() <= 205, "{} requests for 200 addresses", server.log.count());
}

#[test]
fn connections_that_close_between_requests_are_no_trouble() {
    // Closed after the answer without a word about it, which races with the next request.
    let server = Server::http(|visit| {
        visit.page("200 OK", b"page");
        visit.close();
    });
    let urls: Vec<String> = (0..200).map(|page| server.url(&format!("/{page}"))).collect();
    let outcomes = ask(&Settings { per_host: 4, ..quick() }, &urls);
    let wrong: Vec<String> = outcomes.iter().filter(|outcome| outcome.verdict != Verdict::Alive).map(word).collect();
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn interrupted_within_a_second() {
    let hanging = Server::http(|visit| visit.pause(PATIENCE * 10));
    let healthy = Server::http(|visit| visit.page("200 OK", b"page"));
    let mut urls: Vec<String> = (0..100).map(|page| hanging.url(&format!("/{page}"))).collect();
    urls.push(healthy.url("/"));
    let addresses: Vec<Address<'_>> = urls.iter().map(|url| Address::new(url)).collect();
    let cancel = Cancel::new();
    let settings = Settings { timeout: PATIENCE * 10, ..quick() };
    let other = cancel.clone();
    let told = AtomicUsize::new(0);
    let (outcomes, since) = std::thread::scope(|scope| {
        let (log, told) = (Arc::clone(&hanging.log), &told);
        let canceller = scope.spawn(move || {
            wait_for(|| log.count() > 0 && told.load(Ordering::SeqCst) > 0);
            other.cancel();
            Instant::now()
        });
        let mut outcomes = vec![None; addresses.len()];
        let mut note = |index: usize, outcome| {
            outcomes[index] = Some(outcome);
            told.fetch_add(1, Ordering::SeqCst);
        };
        probe(&settings, &addresses, &Silent, &cancel, &mut note).unwrap();
        (outcomes.into_iter().map(Option::unwrap).collect::<Vec<_>>(), canceller.join().unwrap().elapsed())
    });
    // A second is promised; the rest is for a machine that is busy with other tests, and far from any time-out.
    assert!(since < PATIENCE, "{since:?}");
    assert_eq!(outcomes.len(), 101);
    assert_eq!(outcomes[100].verdict, Verdict::Alive);
    assert!(outcomes[..100].iter().all(|outcome| outcome.reason == Reason::Interrupted));
}

#[test]
fn the_time_of_the_run_is_kept() {
    let hanging = Server::http(|visit| visit.pause(PATIENCE * 10));
    let settings = Settings { timeout: PATIENCE * 10, max_time: Some(Duration::from_millis(300)), ..quick() };
    let outcomes = ask(&settings, &[hanging.url("/1"), hanging.url("/2")]);
    assert!(outcomes.iter().all(|outcome| word(outcome) == "skipped budget"));
}

#[test]
fn every_address_is_told_of_once() {
    let server = Server::http(|visit| match visit.number % 3 {
        0 => visit.answer("503 Service Unavailable", &[]),
        1 => visit.answer("302 Found", &["Location: /landing"]),
        _ => visit.page("200 OK", b"page"),
    });
    let mut urls: Vec<String> = (0..60).map(|page| server.url(&format!("/{page}"))).collect();
    urls.push("mailto:someone@example.com".to_owned());
    urls.push("no address".to_owned());
    let mut order = order(&Settings { backoff: Duration::from_millis(1), ..quick() }, &urls, usize::MAX);
    order.sort_unstable();
    assert_eq!(order, (0..62).collect::<Vec<_>>());
}

#[test]
fn robots_txt_is_obeyed_on_demand() {
    const FILE: &[u8] =
        b"User-agent: *\nDisallow: /\n\nUser-agent: postproof\nDisallow: /private/\nDisallow: /*?print\n";
    let open = Server::http(|visit| match visit.path() {
        "/robots.txt" => visit.answer("301 Moved Permanently", &["Location: /robots/here.txt"]),
        "/robots/here.txt" => visit.page("200 OK", FILE),
        "/way" => visit.answer("302 Found", &["Location: /private/end"]),
        _ => visit.page("200 OK", b"page"),
    });
    let none = Server::http(|visit| match visit.path() {
        "/robots.txt" => visit.answer("404 Not Found", &[]),
        _ => visit.page("200 OK", b"page"),
    });
    let broken = Server::http(|visit| match visit.path() {
        "/robots.txt" => visit.answer("500 Oops", &[]),
        _ => visit.page("200 OK", b"page"),
    });
    let silent = Server::http(|visit| match visit.path() {
        "/robots.txt" => visit.close(),
        _ => visit.page("200 OK", b"page"),
    });
    let urls = [
        open.url("/page"),
        open.url("/private/page"),
        open.url("/page?print=1"),
        open.url("/way"),
        none.url("/1"),
        none.url("/2"),
        broken.url("/"),
        silent.url("/"),
    ];
    let settings = Settings { respect_robots: true, per_host: 4, ..quick() };
    let words: Vec<String> = ask(&settings, &urls).iter().map(word).collect();
    let (alive, forbidden) = ("alive http-200", "blocked robots");
    assert_eq!(words, [alive, forbidden, forbidden, forbidden, alive, alive, forbidden, alive]);
    for server in [&open, &none, &broken, &silent] {
        let hits = server.log.hits();
        assert_eq!(hits[0].target, "/robots.txt");
        assert_eq!(hits.iter().filter(|hit| hit.target == "/robots.txt").count(), 1);
        assert!(hits.iter().all(|hit| !hit.target.starts_with("/private")));
    }
    // Without being asked to, nobody asks.
    let words: Vec<String> = ask(&quick(), &urls[..2]).iter().map(word).collect();
    assert_eq!(words, [alive, alive]);
}

#[test]
fn settings_beyond_reason_do_no_harm() {
    let server = Server::http(|visit| visit.page("200 OK", b"page"));
    let most = Settings {
        concurrency: usize::MAX,
        per_host: usize::MAX,
        timeout: Duration::MAX,
        connect_timeout: Duration::MAX,
        retries: u8::MAX,
        backoff: Duration::MAX,
        retry_after_limit: Duration::MAX,
        max_redirects: usize::MAX,
        max_time: Some(Duration::MAX),
        ..quick()
    };
    let least = Settings { concurrency: 0, per_host: 0, retries: 0, max_redirects: 0, ..quick() };
    let urls: Vec<String> = (0..20).map(|page| server.url(&format!("/{page}"))).collect();
    for settings in [most, least] {
        assert!(ask(&settings, &urls).iter().all(|outcome| outcome.verdict == Verdict::Alive));
    }
    // One request, and then nothing until the end of time, or of the run.
    let settings = Settings { pace: Duration::MAX, max_time: Some(Duration::from_millis(300)), ..quick() };
    assert!(ask(&settings, &urls).iter().all(|outcome| word(outcome) == "skipped budget"));
}
