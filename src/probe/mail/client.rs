//! Asks name servers one question at a time: over UDP, and over TCP where an answer does not fit.

use std::cell::Cell;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;

use super::answer::{self, Kind, Record, Said};

/// Names that one name may stand for, one behind the other.
const MOST_ALIASES: usize = 8;

/// Packets that are no answer to the question before a server is given up.
const MOST_NOISE: usize = 64;

/// What is known of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Records(Vec<Record>),
    NoSuchName,
    NoRecords,
}

/// Why nothing is known of a name.
pub(super) struct Failure {
    pub(super) words: String,
}

/// The name servers, and how they are asked.
pub(super) struct Client<'a> {
    pub(super) servers: &'a [SocketAddr],
    /// Time for one answer.
    pub(super) timeout: Duration,
    /// How often each server is asked.
    pub(super) rounds: u32,
    /// Whether any server has said anything that could be read.
    pub(super) is_heard: Cell<bool>,
    /// Keys that the system gave, so that nobody can guess the numbers of questions.
    pub(super) keys: RandomState,
    pub(super) questions: Cell<u64>,
}

impl Client<'_> {
    /// Asks until somebody knows, each server in its turn, and follows aliases.
    pub(super) async fn ask(&self, name: &str, kind: Kind) -> Result<Found, Failure> {
        let mut name = name.to_owned();
        for _ in 0..MOST_ALIASES {
            match self.ask_about(&name, kind).await? {
                Said::Records(records) => return Ok(Found::Records(records)),
                Said::NoSuchName => return Ok(Found::NoSuchName),
                Said::NoRecords => return Ok(Found::NoRecords),
                Said::Alias(next) => name = next,
                Said::Circle => break,
                Said::Refused(word) => return Err(Failure { words: format!("the name server answers {word}") }),
            }
        }
        Err(Failure { words: "its name is an alias that leads in a circle".to_owned() })
    }

    async fn ask_about(&self, name: &str, kind: Kind) -> Result<Said, Failure> {
        let mut refusal = None;
        let mut words = "no name server answers".to_owned();
        for _ in 0..self.rounds.max(1) {
            for server in self.servers {
                match self.exchange(*server, name, kind).await {
                    Ok(Said::Refused(word)) => refusal = Some(Said::Refused(word)),
                    Ok(said) => return Ok(said),
                    Err(Trouble::Noise) => "what the name server sends is no answer".clone_into(&mut words),
                    Err(Trouble::Silence) => {}
                    Err(Trouble::NoName) => {
                        return Err(Failure { words: "the name server cannot be asked for such a name".to_owned() });
                    }
                }
            }
        }
        refusal.ok_or(Failure { words })
    }

    async fn exchange(&self, server: SocketAddr, name: &str, kind: Kind) -> Result<Said, Trouble> {
        let id = self.next_id();
        let question = answer::question(id, name, kind).ok_or(Trouble::NoName)?;
        let topic = (id, name, kind);
        let said = match timeout(self.timeout, over_udp(server, &question, topic)).await {
            Ok(Ok(Some(said))) => Ok(said),
            Ok(Ok(None)) => match timeout(self.timeout, over_tcp(server, &question)).await {
                Ok(Ok(bytes)) => answer::read(&bytes, topic).ok_or(Trouble::Noise),
                Ok(Err(_)) | Err(_) => Err(Trouble::Silence),
            },
            Ok(Err(trouble)) => Err(trouble),
            Err(_) => Err(Trouble::Silence),
        };
        self.is_heard.set(self.is_heard.get() || said.is_ok());
        said
    }

    fn next_id(&self) -> u16 {
        let number = self.questions.get();
        self.questions.set(number.wrapping_add(1));
        let [high, low, ..] = self.keys.hash_one(number).to_le_bytes();
        u16::from_le_bytes([high, low])
    }
}

enum Trouble {
    /// Nothing came, or nobody listens.
    Silence,
    /// What came answers nothing.
    Noise,
    /// The name cannot be written into a question.
    NoName,
}

impl From<io::Error> for Trouble {
    fn from(_: io::Error) -> Self {
        Self::Silence
    }
}

/// What the server says; `None` if its answer was cut.
async fn over_udp(server: SocketAddr, question: &[u8], topic: (u16, &str, Kind)) -> Result<Option<Said>, Trouble> {
    let here: SocketAddr = match server {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let socket = UdpSocket::bind(here).await?;
    // From then on only what comes from there arrives.
    socket.connect(server).await?;
    socket.send(question).await?;
    let mut buffer = [0; 4096];
    for _ in 0..MOST_NOISE {
        let length = socket.recv(&mut buffer).await?;
        let bytes = buffer.get(..length).unwrap_or_default();
        if answer::belongs(bytes, topic.0) && answer::is_cut(bytes) {
            return Ok(None);
        }
        // A late answer to an earlier question, or somebody's guess: the right one may still come.
        if let Some(said) = answer::read(bytes, topic) {
            return Ok(Some(said));
        }
    }
    Err(Trouble::Noise)
}

async fn over_tcp(server: SocketAddr, question: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(server).await?;
    let length = u16::try_from(question.len()).map_err(io::Error::other)?;
    stream.write_all(&[&length.to_be_bytes()[..], question].concat()).await?;
    let mut bytes = vec![0; stream.read_u16().await?.into()];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes)
}
