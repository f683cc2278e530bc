//! Ranges of keys: partitions, tests of sort keys, segments of scans.

use std::ops::{Bound, RangeBounds};

use items::{KeyTest, Value};
use kv::Direction;

use crate::key::{self, HASH_BYTES};

/// How many hashes of partitions there are.
const HASHES: u64 = 1 << (8 * HASH_BYTES);

/// A range of keys; both ends hold the prefix of the table or index.
pub(crate) struct Stretch {
    lower: Bound<Vec<u8>>,
    upper: Bound<Vec<u8>>,
}

impl Stretch {
    pub(crate) fn of_prefix(prefix: Vec<u8>) -> Stretch {
        Stretch { upper: until(key::behind(&prefix)), lower: Bound::Included(prefix) }
    }

    /// The keys within a partition that pass a test.
    pub(crate) fn of_test(prefix: &[u8], test: &KeyTest) -> Stretch {
        let at = |value: &Value| {
            let mut at = prefix.to_vec();
            key::push(&mut at, value);
            at
        };
        let first = || Bound::Included(prefix.to_vec());
        let end = || until(key::behind(prefix));
        let behind = |value: &Value| key::behind(&at(value));
        match test {
            KeyTest::Equal(value) => Stretch::of_prefix(at(value)),
            KeyTest::Less(value) => Stretch { lower: first(), upper: Bound::Excluded(at(value)) },
            KeyTest::LessOrEqual(value) => Stretch { lower: first(), upper: until(behind(value)) },
            KeyTest::Greater(value) => Stretch { lower: from(behind(value)), upper: end() },
            KeyTest::GreaterOrEqual(value) => {
                Stretch { lower: Bound::Included(at(value)), upper: end() }
            }
            KeyTest::Between(low, high) => {
                Stretch { lower: Bound::Included(at(low)), upper: until(behind(high)) }
            }
            KeyTest::BeginsWith(value) => {
                let mut beginning = prefix.to_vec();
                let has_beginning = items::key::encode_prefix(value, &mut beginning);
                debug_assert!(has_beginning, "a number was refused before");
                Stretch::of_prefix(beginning)
            }
        }
    }

    /// Nothing if there are more segments than hashes, and this one has none.
    pub(crate) fn of_segment(prefix: &[u8], segment: u32, total: u32) -> Option<Stretch> {
        let begin = |segment: u64| segment * HASHES / u64::from(total);
        let (first, end) = (begin(segment.into()), begin(u64::from(segment) + 1));
        let at = |hash: u64| {
            let hash = u16::try_from(hash).ok()?;
            Some([prefix, &hash.to_be_bytes()[..]].concat())
        };
        let lower = at(first).filter(|_| first < end)?;
        let upper = at(end).or_else(|| key::behind(prefix));
        Some(Stretch { lower: Bound::Included(lower), upper: until(upper) })
    }

    pub(crate) fn contains(&self, key: &[u8]) -> bool {
        let bounds: (Bound<&[u8]>, Bound<&[u8]>) = self.bounds();
        RangeBounds::<[u8]>::contains(&bounds, key)
    }

    /// What lies behind a place in it. Nothing if that is nothing.
    pub(crate) fn beyond(self, place: Vec<u8>, direction: Direction) -> Option<Stretch> {
        Some(match direction {
            Direction::Forward => Stretch { lower: Bound::Excluded(place), ..self },
            Direction::Backward => Stretch { upper: Bound::Excluded(place), ..self },
        })
    }

    pub(crate) fn bounds(&self) -> (Bound<&[u8]>, Bound<&[u8]>) {
        (self.lower.as_ref().map(Vec::as_slice), self.upper.as_ref().map(Vec::as_slice))
    }
}

fn until(end: Option<Vec<u8>>) -> Bound<Vec<u8>> {
    end.map_or(Bound::Unbounded, Bound::Excluded)
}

/// Nothing lies behind the very last prefix; no key is as long as this.
fn from(start: Option<Vec<u8>>) -> Bound<Vec<u8>> {
    start.map_or_else(|| Bound::Excluded(vec![u8::MAX; 64]), Bound::Included)
}
