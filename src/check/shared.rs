//! Front-matter values that many posts have in common, kept once.
//!
//! A million posts say one of a few hundred things: a layout, a category, its tag. Each list of these would take some
//! ninety bytes.

use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use foldhash::fast::FixedState;

use crate::document::{Field, Value};

/// Lists that a thread remembers, in 256 KiB: several times as many as an archive has categories. One in which no two posts
/// agree loses the time of a look and no more.
const REMEMBERED: usize = 1 << 14;

/// The values of a document, as [`crate::document::Fields::values`].
type Values = Arc<[(Field, Value)]>;

/// The values that documents had before, by what they say; each thread of the pool has its own, so that no two count
/// up the users of one list.
#[derive(Debug, Default)]
pub(super) struct SharedValues {
    threads: Vec<Mutex<Vec<Option<Values>>>>,
}

impl SharedValues {
    /// One for the threads of this pool.
    pub(super) fn for_threads() -> Self {
        Self { threads: (0..rayon::current_num_threads()).map(|_| Mutex::default()).collect() }
    }

    /// The same values, shared with a document that had them before.
    pub(super) fn share(&self, values: &[(Field, Value)]) -> Values {
        let known = rayon::current_thread_index().and_then(|thread| self.threads.get(thread));
        let Some(known) = known else { return values.into() };
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.is_empty() {
            known.resize(REMEMBERED, None);
        }
        let place = usize::try_from(digest(values) % REMEMBERED as u64).unwrap_or(0);
        let Some(slot) = known.get_mut(place) else { return values.into() };
        match slot {
            Some(same) if **same == *values => Arc::clone(same),
            _ => Arc::clone(slot.insert(values.into())),
        }
    }
}

fn digest(values: &[(Field, Value)]) -> u64 {
    let mut state = FixedState::default().build_hasher();
    for (field, value) in values {
        field.hash(&mut state);
        add(&mut state, value);
    }
    state.finish()
}

fn add(state: &mut impl Hasher, value: &Value) {
    match value {
        Value::Null => state.write_u8(0),
        Value::Bool(is_true) => state.write_u8(1 + u8::from(*is_true)),
        Value::Integer(number) => state.write_i64(*number),
        Value::Float(number) => state.write_u64(number.to_bits()),
        Value::Text(symbol) => state.write_u32(symbol.index()),
        Value::List(items) => items.iter().for_each(|item| add(state, item)),
        Value::Mapping => state.write_u8(3),
    }
}

#[cfg(test)]
mod tests {
    use rayon::prelude::*;

    use super::*;
    use crate::text::Interner;

    #[test]
    fn what_is_shared_is_what_was_given() {
        let interner = Interner::default();
        let values = |n: usize| -> Vec<(Field, Value)> {
            let text = Value::Text(interner.intern(&format!("{}", n % 3000)));
            let other = match n % 8 {
                0 => Value::Null,
                1 => Value::Bool(n % 16 == 1),
                2 => Value::Integer(-1),
                3 => Value::Float(f64::NAN),
                4 => Value::Float(0.5),
                5 => Value::Mapping,
                6 => Value::List([text.clone(), Value::Null].into()),
                _ => return vec![(Field::Layout, text)],
            };
            vec![(Field::Category, text), (Field::Tag, other)]
        };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(4).build().unwrap();
        pool.install(|| {
            let shared = SharedValues::for_threads();
            (0..50_000_usize).into_par_iter().for_each(|n| {
                let given = values(n);
                // A number that is none equals nothing, not even itself.
                assert_eq!(format!("{:?}", shared.share(&given)), format!("{given:?}"));
            });
        });
    }

    #[test]
    fn equal_values_of_one_thread_are_one_list() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        pool.install(|| {
            let shared = SharedValues::for_threads();
            let one = shared.share(&[(Field::Published, Value::Bool(true))]);
            let other = shared.share(&[(Field::Published, Value::Bool(false))]);
            assert!(Arc::ptr_eq(&one, &shared.share(&[(Field::Published, Value::Bool(true))])));
            assert!(!Arc::ptr_eq(&one, &other));
        });
    }

    #[test]
    fn outside_of_a_pool_nothing_is_shared() {
        let shared = SharedValues::for_threads();
        let values = [(Field::Published, Value::Bool(true))];
        assert_eq!(*shared.share(&values), values);
    }
}
