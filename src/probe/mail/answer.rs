//! One answer of a name server, read.
//!
//! Whatever bytes came, reading them ends: with records, with what the server says instead, or with nothing that
//! belongs to the question.

use std::collections::BTreeSet;

use simple_dns::rdata::RData;
use simple_dns::{CLASS, Name, Packet, PacketFlag, QCLASS, QTYPE, Question, RCODE, TYPE};

/// What is asked of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Who takes its mail.
    Mx,
    /// Its IPv4 addresses.
    A,
    /// Its IPv6 addresses.
    Aaaa,
}

impl Kind {
    fn code(self) -> TYPE {
        match self {
            Self::Mx => TYPE::MX,
            Self::A => TYPE::A,
            Self::Aaaa => TYPE::AAAA,
        }
    }
}

/// One record of the kind that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Record {
    /// A host that takes mail; the empty name is the root.
    Mail { preference: u16, host: String },
    /// An address. Which one does not matter.
    Address,
}

/// What an answer says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// These are the records.
    Records(Vec<Record>),
    /// The name stands for another, of which the answer has no record.
    Alias(String),
    /// There is no such name.
    NoSuchName,
    /// The name has no record of this kind.
    NoRecords,
    /// Its aliases lead in a circle.
    Circle,
    /// The server cannot or will not say: its word for that.
    Refused(String),
}

/// The bytes of a question, without the length that goes before them over TCP. `None` for what cannot be a name.
pub(super) fn question(id: u16, name: &str, kind: Kind) -> Option<Vec<u8>> {
    let mut packet = Packet::new_query(id);
    packet.set_flags(PacketFlag::RECURSION_DESIRED);
    packet.questions.push(Question::new(
        Name::new(name).ok()?,
        QTYPE::TYPE(kind.code()),
        QCLASS::CLASS(CLASS::IN),
        false,
    ));
    packet.build_bytes_vec().ok()
}

/// Whether these bytes begin as an answer to the question of this number.
pub(super) fn belongs(bytes: &[u8], id: u16) -> bool {
    use simple_dns::header_buffer as header;
    header::id(bytes).is_ok_and(|found| found == id) && header::has_flags(bytes, PacketFlag::RESPONSE).unwrap_or(false)
}

/// Whether the answer was cut, and is whole only over TCP.
pub(super) fn is_cut(bytes: &[u8]) -> bool {
    simple_dns::header_buffer::has_flags(bytes, PacketFlag::TRUNCATION).unwrap_or(false)
}

/// What the answer says of a name; `None` if it cannot be read, or answers another question.
pub(super) fn read(bytes: &[u8], (id, name, kind): (u16, &str, Kind)) -> Option<Said> {
    if !belongs(bytes, id) {
        return None;
    }
    let code = simple_dns::header_buffer::rcode(bytes).ok()?;
    let packet = Packet::parse(bytes);
    // A server that cannot read the question need not repeat it.
    if let (RCODE::FormatError | RCODE::NotImplemented | RCODE::Refused | RCODE::ServerFailure, Err(_)) =
        (code, &packet)
    {
        return Some(Said::Refused(word(code)));
    }
    let packet = packet.ok()?;
    let asked = Name::new(name).ok()?;
    let is_same = |question: &Question<'_>| question.qname == asked && question.qtype == QTYPE::TYPE(kind.code());
    match packet.questions.first() {
        Some(question) if !is_same(question) => return None,
        None if matches!(code, RCODE::NoError | RCODE::NameError) => return None,
        _ => {}
    }
    match code {
        RCODE::NoError => Some(follow(&packet, &asked, kind)),
        // It is the last name of a row of aliases that does not exist, and without it the first is of no use.
        RCODE::NameError => Some(Said::NoSuchName),
        code => Some(Said::Refused(word(code))),
    }
}

/// Goes from alias to alias until there are records.
fn follow(packet: &Packet<'_>, asked: &Name<'_>, kind: Kind) -> Said {
    let mut at = asked;
    let mut seen = BTreeSet::from([spelt(asked)]);
    loop {
        let of_name = || packet.answers.iter().filter(|record| record.name == *at && record.class == CLASS::IN);
        let records: Vec<Record> = of_name().filter_map(|record| wanted(&record.rdata, kind)).collect();
        if !records.is_empty() {
            return Said::Records(records);
        }
        let alias = of_name().find_map(|record| match &record.rdata {
            RData::CNAME(alias) => Some(&alias.0),
            _ => None,
        });
        match alias {
            Some(alias) if !seen.insert(spelt(alias)) => return Said::Circle,
            Some(alias) => at = alias,
            None if at == asked => return Said::NoRecords,
            None => return Said::Alias(spelt(at)),
        }
    }
}

fn wanted(data: &RData<'_>, kind: Kind) -> Option<Record> {
    match (data, kind) {
        (RData::MX(mx), Kind::Mx) => Some(Record::Mail { preference: mx.preference, host: spelt(&mx.exchange) }),
        (RData::A(_), Kind::A) | (RData::AAAA(_), Kind::Aaaa) => Some(Record::Address),
        _ => None,
    }
}

fn spelt(name: &Name<'_>) -> String {
    name.to_string().to_ascii_lowercase()
}

/// What servers and their keepers call it.
fn word(code: RCODE) -> String {
    match code {
        RCODE::FormatError => "FORMERR".to_owned(),
        RCODE::ServerFailure => "SERVFAIL".to_owned(),
        RCODE::NotImplemented => "NOTIMP".to_owned(),
        RCODE::Refused => "REFUSED".to_owned(),
        other => format!("{other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use simple_dns::ResourceRecord;
    use simple_dns::rdata::{A, CNAME, MX};

    use super::*;

    fn name(text: &str) -> Name<'_> {
        Name::new(text).unwrap()
    }

    fn answer(records: Vec<(&'static str, RData<'static>)>) -> Vec<u8> {
        let question = question(7, "a.cn", Kind::Mx).unwrap();
        let mut packet = Packet::parse(&question).unwrap().into_reply();
        let record = |(of, data)| ResourceRecord::new(name(of), CLASS::IN, 60, data);
        packet.answers = records.into_iter().map(record).collect();
        packet.build_bytes_vec_compressed().unwrap()
    }

    fn mail(preference: u16, host: &'static str) -> RData<'static> {
        RData::MX(MX { preference, exchange: name(host) })
    }

    fn alias(to: &'static str) -> RData<'static> {
        RData::CNAME(CNAME(name(to)))
    }

    fn said(bytes: &[u8]) -> Option<Said> {
        read(bytes, (7, "a.cn", Kind::Mx))
    }

    #[test]
    fn what_answers_say() {
        let record = |preference, host: &str| Record::Mail { preference, host: host.to_owned() };
        let address = RData::A(A { address: 1 });
        for (records, expected) in [
            (vec![], Said::NoRecords),
            (vec![("A.cn", mail(5, "MX.a.cn"))], Said::Records(vec![record(5, "mx.a.cn")])),
            (vec![("a.cn", mail(0, ""))], Said::Records(vec![record(0, "")])),
            (vec![("a.cn", address.clone()), ("other.cn", mail(1, "x.cn"))], Said::NoRecords),
            (vec![("b.cn", mail(1, "x.cn")), ("a.cn", alias("b.cn"))], Said::Records(vec![record(1, "x.cn")])),
            (vec![("a.cn", alias("b.cn")), ("b.cn", alias("c.cn"))], Said::Alias("c.cn".to_owned())),
            (vec![("a.cn", alias("b.cn")), ("b.cn", alias("A.cn"))], Said::Circle),
            (vec![("a.cn", alias("a.cn"))], Said::Circle),
        ] {
            assert_eq!(said(&answer(records)), Some(expected));
        }
    }

    #[test]
    fn what_does_not_belong_to_the_question_is_not_read() {
        let right = answer(vec![("a.cn", mail(5, "mx.a.cn"))]);
        assert!(said(&right).is_some());
        assert_eq!(read(&right, (8, "a.cn", Kind::Mx)), None, "another number");
        assert_eq!(read(&right, (7, "b.cn", Kind::Mx)), None, "another name");
        assert_eq!(read(&right, (7, "a.cn", Kind::A)), None, "another kind");
        assert_eq!(said(&question(7, "a.cn", Kind::Mx).unwrap()), None, "a question is no answer");
        for end in 0..right.len() {
            assert_eq!(said(&right[..end]), None, "cut after {end} bytes");
        }
    }

    #[test]
    fn refusals_have_their_names() {
        for (code, word) in [(1, "FORMERR"), (2, "SERVFAIL"), (4, "NOTIMP"), (5, "REFUSED"), (9, "NotAuth")] {
            let mut bytes = answer(Vec::new());
            bytes[3] |= code;
            let said_whole = said(&bytes);
            assert!(
                matches!(&said_whole, Some(Said::Refused(found)) if found.eq_ignore_ascii_case(word)),
                "{said_whole:?}"
            );
        }
        // Twelve bytes are a header, and some servers send no more.
        assert_eq!(said(&[0, 7, 0x81, 0x82, 0, 0, 0, 0, 0, 0, 0, 0]), Some(Said::Refused("SERVFAIL".to_owned())));
        assert_eq!(said(&[0, 7, 0x81, 0x80, 0, 0, 0, 0, 0, 0, 0, 0]), None, "good news about no question");
    }

    proptest! {
        #[test]
        fn reading_any_bytes_ends(
            bytes in prop::collection::vec(any::<u8>(), 0..600),
            flips in prop::collection::vec((0..90_usize, any::<u8>()), 1..6),
        ) {
            let _ = said(&bytes);
            let mut damaged = answer(vec![("a.cn", alias("b.cn")), ("b.cn", mail(1, "x.cn"))]);
            for (at, byte) in flips {
                if let Some(slot) = damaged.get_mut(at) {
                    *slot = byte;
                }
            }
            let _ = said(&damaged);
            // What a server may write behind a sound header.
            let behind = [&[0, 7, 0x81, 0x80, 0, 1, 0, 2, 0, 0, 0, 0][..], &bytes].concat();
            let _ = said(&behind);
        }
    }
}
