//! A name server on loopback that tells the truth about some names and lies about others. It writes every byte itself, so
//! that what reads its answers is held against something else than its own idea of them.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const MX: u16 = 15;
const A: u16 = 1;
const AAAA: u16 = 28;
const CNAME: u16 = 5;

/// One question as it came.
#[derive(Clone)]
pub(crate) struct Asked {
    /// Such as `a.cn`.
    pub(crate) name: String,
    pub(crate) kind: u16,
    pub(crate) over_tcp: bool,
    /// How often this was asked before.
    pub(crate) before: usize,
    id: [u8; 2],
    /// The question as it stood in the packet.
    section: Vec<u8>,
}

/// An answer in the making.
struct Answer {
    bytes: Vec<u8>,
    records: u16,
}

impl Asked {
    fn answer(&self, code: u8) -> Answer {
        self.answer_of(self.id, code)
    }

    fn answer_of(&self, id: [u8; 2], code: u8) -> Answer {
        let mut bytes = id.to_vec();
        bytes.extend([0x81, 0x80 | code, 0, 1, 0, 0, 0, 0, 0, 0]);
        bytes.extend(&self.section);
        Answer { bytes, records: 0 }
    }
}

fn written(name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for label in name.split('.').filter(|label| !label.is_empty()) {
        bytes.push(u8::try_from(label.len()).unwrap());
        bytes.extend(label.as_bytes());
    }
    bytes.push(0);
    bytes
}

impl Answer {
    /// A record of `owner`, or of the name that was asked about where that is empty.
    fn record(mut self, owner: &str, kind: u16, data: &[u8]) -> Self {
        // The question's name stands behind the header, and a pointer stands for it.
        self.bytes.extend(if owner.is_empty() { vec![0xC0, 12] } else { written(owner) });
        self.bytes.extend(kind.to_be_bytes());
        self.bytes.extend([0, 1, 0, 0, 0, 60]);
        self.bytes.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        self.bytes.extend(data);
        self.records += 1;
        self.bytes[6..8].copy_from_slice(&self.records.to_be_bytes());
        self
    }

    fn mail(self, owner: &str, preference: u16, host: &str) -> Self {
        self.record(owner, MX, &[&preference.to_be_bytes()[..], &written(host)].concat())
    }

    fn alias(self, owner: &str, to: &str) -> Self {
        self.record(owner, CNAME, &written(to))
    }

    fn cut(mut self) -> Vec<u8> {
        self.bytes[2] |= 2;
        self.bytes
    }
}

/// What comes back for a question: packets, one after the other. Over TCP what is sent is sent as it is.
fn replies(asked: &Asked) -> Vec<Vec<u8>> {
    let name = asked.name.as_str();
    let whole = |answer: Answer| vec![answer.bytes];
    let nothing = || whole(asked.answer(0));
    let wrong_id = [asked.id[0] ^ 0x55, asked.id[1]];
    match (name, asked.kind) {
        ("silent.cn" | "mx.silent.cn", _) => Vec::new(),
        ("servfail.cn", _) => whole(asked.answer(2)),
        ("refused.cn", _) => whole(asked.answer(5)),
        ("formerr.cn", _) => vec![[&asked.id[..], &[0x81, 0x81, 0, 0, 0, 0, 0, 0, 0, 0]].concat()],
        ("gone.cn" | "mx.gone.cn", _) => whole(asked.answer(3)),
        // Good and bad news about nothing that was asked.
        ("unasked.cn", _) => vec![[&asked.id[..], &[0x81, 0x83, 0, 0, 0, 0, 0, 0, 0, 0]].concat()],
        ("garbage.cn", _) => vec![vec![0xFF; 3], vec![0xC0; 400], [&asked.id[..], &[0x81; 60]].concat()],
        ("guesses.cn", _) => vec![asked.answer_of(wrong_id, 3).bytes; 3],
        ("guessed.cn", MX) => {
            vec![asked.answer_of(wrong_id, 3).bytes, asked.answer(0).mail("", 1, "mx.well.cn").bytes]
        }
        ("another.cn", MX) => {
            let mut other = asked.clone();
            other.section = [written("gone.cn"), vec![0, 15, 0, 1]].concat();
            vec![other.answer(3).bytes, asked.answer(0).mail("", 1, "mx.well.cn").bytes]
        }
        ("late.cn", MX) if asked.before == 0 => Vec::new(),
        ("well.cn" | "late.cn" | "xn--fsq.cn", MX) => whole(asked.answer(0).mail("", 10, "mx.well.cn")),
        ("mx.well.cn" | "implicit.cn", A) => whole(asked.answer(0).record("", A, &[192, 0, 2, 1])),
        ("six.cn", AAAA) => whole(asked.answer(0).record("", AAAA, &[0x20; 16])),
        ("null.cn", MX) => whole(asked.answer(0).mail("", 0, "")),
        ("mixed.cn", MX) => whole(asked.answer(0).mail("", 0, "").mail("", 5, "mx.well.cn")),
        ("hostless.cn", MX) => whole(asked.answer(0).mail("", 1, "mx.gone.cn").mail("", 2, "bare.cn")),
        ("second.cn", MX) => whole(asked.answer(0).mail("", 20, "mx.well.cn").mail("", 10, "mx.gone.cn")),
        ("deaf.cn", MX) => whole(asked.answer(0).mail("", 1, "mx.silent.cn")),
        ("alias.cn", MX) => whole(asked.answer(0).alias("", "Well.CN").mail("well.cn", 10, "mx.well.cn")),
        ("aliasonly.cn", MX) => whole(asked.answer(0).alias("", "well.cn")),
        ("aliasgone.cn", MX) => whole(asked.answer(3).alias("", "gone.cn")),
        ("circle.cn", MX) => whole(asked.answer(0).alias("", "round.cn").alias("round.cn", "circle.cn")),
        (_, MX) if name.ends_with("chase.cn") => {
            let number: usize = name.split('.').next().unwrap().parse().unwrap_or(0);
            whole(asked.answer(0).alias("", &format!("{}.chase.cn", number + 1)))
        }
        // A name that points at itself, and one that points behind the end.
        ("knot.cn", MX) => whole(asked.answer(0).record("", MX, &[0, 1, 0xC0, 39])),
        ("far.cn", MX) => whole(asked.answer(0).record("", MX, &[0, 1, 0xFF, 0xFF])),
        (_, _) if name.starts_with("big") && !asked.over_tcp => vec![asked.answer(0).cut()],
        ("big.cn", MX) => {
            let hosts = (0..200).map(|number| format!("mx{number}.gone.cn"));
            let answer = hosts.zip(10..).fold(asked.answer(0), |answer, (host, at)| answer.mail("", at, &host));
            framed(&answer.mail("", 1, "mx.well.cn").bytes)
        }
        ("bigguess.cn", MX) => framed(&asked.answer_of(wrong_id, 3).bytes),
        ("bigshort.cn", MX) => vec![vec![1, 0, 7, 7, 7]],
        ("bigclosed.cn", _) => Vec::new(),
        _ => nothing(),
    }
}

fn framed(bytes: &[u8]) -> Vec<Vec<u8>> {
    vec![[&u16::try_from(bytes.len()).unwrap().to_be_bytes()[..], bytes].concat()]
}

/// The server; it ends with its value.
pub(crate) struct NameServer {
    pub(crate) address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
    stop: Arc<AtomicBool>,
}

impl NameServer {
    pub(crate) fn new() -> Self {
        // Both kinds of sockets want one number, and somebody else may have the second.
        let (udp, tcp) = (0..100)
            .find_map(|_| {
                let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
                let tcp = TcpListener::bind(udp.local_addr().unwrap()).ok()?;
                Some((udp, tcp))
            })
            .unwrap();
        let address = udp.local_addr().unwrap();
        let (asked, stop) = (Arc::<Mutex<Vec<Asked>>>::default(), Arc::<AtomicBool>::default());
        let server = Self { address, asked: Arc::clone(&asked), stop: Arc::clone(&stop) };
        let (log, over) = (Arc::clone(&asked), Arc::clone(&stop));
        std::thread::spawn(move || {
            let mut buffer = [0; 1500];
            while let Ok((length, guest)) = udp.recv_from(&mut buffer) {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                for reply in replies(&read(&buffer[..length], false, &log)) {
                    udp.send_to(&reply, guest).unwrap();
                }
            }
        });
        std::thread::spawn(move || {
            for mut stream in tcp.incoming().flatten() {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
                let mut length = [0; 2];
                stream.read_exact(&mut length).unwrap();
                let mut question = vec![0; u16::from_be_bytes(length).into()];
                stream.read_exact(&mut question).unwrap();
                for reply in replies(&read(&question, true, &asked)) {
                    stream.write_all(&reply).unwrap();
                }
            }
        });
        server
    }

    /// Everything that was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // Wakes both threads.
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.send_to(&[0], self.address).unwrap();
        drop(std::net::TcpStream::connect(self.address));
    }
}

fn read(packet: &[u8], over_tcp: bool, log: &Mutex<Vec<Asked>>) -> Asked {
    assert_eq!(packet[2..6], [1, 0, 0, 1], "one question, and recursion is wanted");
    let section = packet[12..].to_vec();
    let (mut labels, mut at) = (Vec::new(), 0);
    while section[at] > 0 {
        let end = at + 1 + usize::from(section[at]);
        labels.push(String::from_utf8(section[at + 1..end].to_vec()).unwrap());
        at = end;
    }
    let name = labels.join(".");
    let kind = u16::from_be_bytes([section[at + 1], section[at + 2]]);
    assert_eq!(section.len(), at + 5, "nothing stands behind the question");
    let mut log = log.lock().unwrap();
    let before = log.iter().filter(|asked| asked.name == name && asked.kind == kind).count();
    let asked = Asked { name, kind, over_tcp, before, id: [packet[0], packet[1]], section };
    log.push(asked.clone());
    asked
}

impl Asked {
    /// The number of the question.
    pub(crate) fn id(&self) -> [u8; 2] {
        self.id
    }
}
