//! Hosts that swallow connections, and hosts that get slower the more they are asked.

use std::net::{IpAddr, Ipv6Addr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use postproof::probe::{Lookup, Settings, Verdict};
use tokio::net::{TcpListener, TcpSocket};

use super::server::{PATIENCE, Server, ask, quick, word};

/// An address whose line of callers is full: the system drops whoever calls next, without a word, as a broken route does.
struct Hanging {
    _listener: TcpListener,
    _callers: Vec<TcpStream>,
}

impl Hanging {
    /// `None` where somebody has the address, the machine has none such, or the system turns callers away aloud.
    fn on(address: SocketAddr) -> Option<Self> {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() };
        let socket = socket.ok()?;
        socket.bind(address).ok()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().ok()?;
        let listener = {
            let _entered = runtime.enter();
            socket.listen(1).ok()?
        };
        let mut callers = Vec::new();
        // Who gets no answer for so long on loopback gets none at all: the line is full.
        for _ in 0..64 {
            match TcpStream::connect_timeout(&address, Duration::from_secs(2)) {
                Ok(caller) => callers.push(caller),
                Err(error) if error.kind() == std::io::ErrorKind::TimedOut => {
                    return Some(Self { _listener: listener, _callers: callers });
                }
                Err(_) => return None,
            }
        }
        None
    }
}

#[test]
fn an_address_that_swallows_connections_does_not_keep_the_other_waiting() {
    let server = Server::http(|visit| visit.page("200 OK", b"page"));
    let port = server.address.port();
    let Some(_hanging) = Hanging::on((Ipv6Addr::LOCALHOST, port).into()) else {
        eprintln!("no address of this machine can be made to hang");
        return;
    };
    for order in [["::1", "127.0.0.1"], ["127.0.0.1", "::1"]] {
        let lookup: Lookup = Arc::new(move |_| Ok(order.map(|ip| ip.parse::<IpAddr>().unwrap()).to_vec()));
        let urls = [format!("http://both.test:{port}/")];
        // One after the other, the address that hangs would take half of this before the other's turn came.
        let outcome = ask(&Settings { lookup, retries: 0, ..quick() }, &urls).remove(0);
        assert_eq!(word(&outcome), "alive http-200", "{order:?}: {:?}", outcome.evidence);
        let most = PATIENCE.as_millis() / 2;
        assert!(u128::from(outcome.elapsed_ms) < most, "{order:?}: {} ms", outcome.elapsed_ms);
    }
    // Where it is the only one there is nothing to fall back to.
    let lookup: Lookup = Arc::new(|_| Ok(vec!["::1".parse().unwrap()]));
    let settings = Settings { lookup, retries: 0, connect_timeout: Duration::from_millis(500), ..quick() };
    let outcome = ask(&settings, &[format!("http://six.test:{port}/")]).remove(0);
    assert_eq!(word(&outcome), "failing timeout", "{:?}", outcome.evidence);
}

#[test]
fn a_server_that_gets_slow_is_asked_one_thing_at_a_time_until_it_has_recovered() {
    // By the server's own count of requests: it is well, it labours, it is well again.
    const LABOURS: usize = 40;
    const IS_CALM: usize = 64;
    const RECOVERS: usize = 72;
    const LOOKS: usize = 100;
    let crowds = Arc::new([const { AtomicUsize::new(0) }; 3]);
    let (busy, noted) = (AtomicUsize::new(0), Arc::clone(&crowds));
    let server = Server::http(move |visit| {
        let now = busy.fetch_add(1, Ordering::SeqCst) + 1;
        let phase = match visit.number {
            ..LABOURS => 0,
            // Those that were under way when it became slow, and as many as it takes to be sure.
            LABOURS..IS_CALM => 3,
            IS_CALM..RECOVERS => 1,
            _ => 2,
        };
        if let Some(crowd) = noted.get(phase) {
            crowd.fetch_max(now, Ordering::SeqCst);
        }
        if (LABOURS..RECOVERS).contains(&visit.number) {
            visit.pause(Duration::from_millis(450));
        }
        // Now and then it waits for company, which comes if it is asked more than one thing at a time.
        if (visit.number < LABOURS && visit.number > 8 || visit.number > LOOKS) && visit.number % 10 == 0 {
            let end = Instant::now() + Duration::from_secs(1);
            while busy.load(Ordering::SeqCst) < 2 && Instant::now() < end {
                std::thread::sleep(Duration::from_millis(1));
            }
            if let Some(crowd) = noted.get(phase) {
                crowd.fetch_max(busy.load(Ordering::SeqCst), Ordering::SeqCst);
            }
        }
        busy.fetch_sub(1, Ordering::SeqCst);
        visit.page("200 OK", b"page");
    });
    let urls: Vec<String> = (0..300).map(|page| server.url(&format!("/{page}"))).collect();
    let outcomes = ask(&Settings { per_host: 4, patience: PATIENCE, ..quick() }, &urls);
    assert!(outcomes.iter().all(|outcome| outcome.verdict == Verdict::Alive));
    let [well, laboured, recovered] = [0, 1, 2].map(|phase: usize| crowds[phase].load(Ordering::SeqCst));
    assert_eq!(laboured, 1, "it was asked more than one thing at a time while it laboured");
    assert!((2..=4).contains(&well) && (2..=4).contains(&recovered), "{well} at once, then {recovered}");
}
