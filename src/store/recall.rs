//! Reads what is remembered of many addresses at once.
//!
//! A few addresses of a large file are looked up one by one; many are read in one pass along the table,
//! whose order is that of the addresses' bytes, beside the sorted list of those that are wanted.

use rusqlite::Connection;

use super::memory::Memory;
use super::row;

/// Rows that one pass reads in the time of one look-up, roughly.
const ROWS_PER_LOOKUP: usize = 8;

/// Bytes of a row with its share of the table, roughly.
const BYTES_PER_ROW: usize = 250;

/// Calls `visit` with the position of each address that is remembered and what is remembered, in no given order.
///
/// A row without a meaning here counts as forgotten. Everything is read as it was at one moment.
pub(super) fn recall(
    connection: &Connection,
    urls: &[&str],
    mut visit: impl FnMut(usize, Memory),
) -> rusqlite::Result<()> {
    let snapshot = connection.unchecked_transaction()?;
    let is_empty: bool = snapshot.query_row("SELECT NOT EXISTS (SELECT 1 FROM addresses)", [], |row| row.get(0))?;
    if is_empty {
        return Ok(());
    }
    let pages: u32 = snapshot.pragma_query_value(None, "page_count", |row| row.get(0))?;
    let page_size: u32 = snapshot.pragma_query_value(None, "page_size", |row| row.get(0))?;
    let rows = (pages as usize).saturating_mul(page_size as usize) / BYTES_PER_ROW;
    if urls.len().saturating_mul(ROWS_PER_LOOKUP) < rows {
        return look_up(&snapshot, urls, &mut visit);
    }
    if urls.is_sorted() {
        return pass_along(&snapshot, urls.iter().copied().enumerate(), &mut visit);
    }
    let mut wanted: Vec<(usize, &str)> = urls.iter().copied().enumerate().collect();
    wanted.sort_unstable_by_key(|(_, url)| *url);
    pass_along(&snapshot, wanted.into_iter(), &mut visit)
}

fn look_up(connection: &Connection, urls: &[&str], visit: &mut impl FnMut(usize, Memory)) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(row::SELECT_ONE)?;
    for (position, url) in urls.iter().enumerate() {
        let mut rows = statement.query([url])?;
        if let Some(found) = rows.next()?
            && let Some(memory) = row::read(found)?
        {
            visit(position, memory);
        }
    }
    Ok(())
}

/// Reads along the table beside `wanted`, which is sorted.
fn pass_along<'u>(
    connection: &Connection,
    wanted: impl DoubleEndedIterator<Item = (usize, &'u str)> + Clone,
    visit: &mut impl FnMut(usize, Memory),
) -> rusqlite::Result<()> {
    let (Some((_, first)), Some((_, last))) = (wanted.clone().next(), wanted.clone().next_back()) else {
        return Ok(());
    };
    let mut statement = connection.prepare_cached(row::SELECT_RANGE)?;
    let mut rows = statement.query([first, last])?;
    let mut rest = wanted.peekable();
    while let Some(found) = rows.next()? {
        let url = found.get_ref(0)?.as_str()?;
        while rest.next_if(|(_, head)| *head < url).is_some() {}
        if rest.peek().is_none_or(|(_, head)| *head != url) {
            continue;
        }
        let memory = row::read(found)?;
        while let Some((position, _)) = rest.next_if(|(_, head)| *head == url) {
            if let Some(memory) = &memory {
                visit(position, memory.clone());
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::probe::{Outcome, Reason, Verdict};
    use crate::store::{Track, schema};

    fn connection(urls: &[String]) -> Connection {
        let mut connection = Connection::open_in_memory().unwrap();
        schema::migrate(&mut connection).unwrap();
        let outcome = Outcome { verdict: Verdict::Alive, ..Outcome::skipped(Reason::Status(200)) };
        for (url, number) in urls.iter().zip(0..) {
            let outcome = Outcome { checked_at: Some(Timestamp::from_second(number).unwrap()), ..outcome.clone() };
            let memory = Memory { outcome, fragments: Box::default(), origin: None, track: Track::default() };
            row::write(&mut connection.prepare(row::REPLACE).unwrap(), url, &memory).unwrap();
        }
        connection
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn both_ways_find_the_same(
            stored in prop::collection::btree_set("[ab/é💡]{0,3}", 0..30), asked in prop::collection::vec("[ab/é💡]{0,3}", 0..30),
        ) {
            let stored: Vec<String> = stored.into_iter().collect();
            let connection = connection(&stored);
            let urls: Vec<&str> = asked.iter().map(String::as_str).collect();
            let mut wanted: Vec<(usize, &str)> = urls.iter().copied().enumerate().collect();
            wanted.sort_unstable_by_key(|(_, url)| *url);
            let (mut one, mut other) = (Vec::new(), Vec::new());
            look_up(&connection, &urls, &mut |position, memory| one.push((position, memory))).unwrap();
            pass_along(&connection, wanted.into_iter(), &mut |position, memory| other.push((position, memory))).unwrap();
            other.sort_unstable_by_key(|(position, _)| *position);
            prop_assert_eq!(&one, &other);
            for (position, url) in asked.iter().enumerate() {
                let expected = stored.iter().position(|known| known == url);
                let found = one.iter().find(|(at, _)| *at == position);
                let second = found.and_then(|(_, memory)| memory.outcome.checked_at).map(Timestamp::as_second);
                prop_assert_eq!(second, expected.map(|index| i64::try_from(index).unwrap()));
            }
        }
    }

    #[test]
    fn a_row_of_unknown_meaning_is_forgotten() {
        let connection = connection(&["a".to_owned(), "b".to_owned()]);
        connection.execute("UPDATE addresses SET reason = 'moon-phase' WHERE url = 'a'", []).unwrap();
        let mut found = Vec::new();
        recall(&connection, &["a", "b"], |position, _| found.push(position)).unwrap();
        assert_eq!(found, [1]);
    }
}
