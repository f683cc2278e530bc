//! The keys of many series, in their order and close together: of each stands what it has not in common
//! with the one before, which is often a value of a dimension or two.

use crate::wire::{Reader, put_bytes, put_varint};

/// Each so many a key stands whole, so that one can be found without reading all before it.
const STEP: usize = 16;

#[derive(Clone, Debug, Default)]
pub(super) struct Keys {
    bytes: Vec<u8>,
    /// Where the keys begin that stand whole.
    starts: Vec<u32>,
    count: usize,
    /// The last one, while more are added.
    last: Vec<u8>,
}

/// Tells keys one by one.
#[derive(Debug)]
pub(super) struct KeyCursor<'k> {
    rest: Reader<'k>,
    key: Vec<u8>,
}

impl Keys {
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// About what they take in memory.
    pub(super) fn bytes(&self) -> usize {
        self.bytes.len() + self.starts.len() * size_of::<u32>()
    }

    /// Adds a key that comes behind all others.
    pub(super) fn push(&mut self, key: &[u8]) {
        let mut common = 0;
        if self.count.is_multiple_of(STEP) {
            self.starts.push(self.bytes.len() as u32);
        } else {
            common = self.last.iter().zip(key).take_while(|(one, other)| one == other).count();
        }
        put_varint(&mut self.bytes, common as u64);
        put_bytes(&mut self.bytes, &key[common..]);
        self.count += 1;
        self.last.clear();
        self.last.extend_from_slice(key);
    }

    /// For keys that are all there.
    pub(super) fn shrink(&mut self) {
        self.last = Vec::new();
        self.bytes.shrink_to_fit();
        self.starts.shrink_to_fit();
    }

    pub(super) fn cursor(&self) -> KeyCursor<'_> {
        KeyCursor { rest: Reader(&self.bytes), key: Vec::new() }
    }

    /// Which of them it is.
    pub(super) fn find(&self, key: &[u8]) -> Option<usize> {
        let begins_after = |start: &u32| self.at(*start).next().is_some_and(|first| first > key);
        let behind = self.starts.partition_point(|start| !begins_after(start));
        let stretch = behind.checked_sub(1)?;
        let mut keys = self.at(self.starts[stretch]);
        for place in stretch * STEP..self.count.min(behind * STEP) {
            if keys.next()? == key {
                return Some(place);
            }
        }
        None
    }

    fn at(&self, start: u32) -> KeyCursor<'_> {
        KeyCursor { rest: Reader(&self.bytes[start as usize..]), key: Vec::new() }
    }
}

impl KeyCursor<'_> {
    pub(super) fn next(&mut self) -> Option<&[u8]> {
        if self.rest.is_empty() {
            return None;
        }
        const OWN: &str = "Keys::push() wrote it";
        let common = self.rest.count(self.key.len()).expect(OWN);
        self.key.truncate(common);
        self.key.extend_from_slice(self.rest.bytes().expect(OWN));
        Some(&self.key)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn all(keys: &Keys) -> Vec<Vec<u8>> {
        let (mut cursor, mut all) = (keys.cursor(), Vec::new());
        while let Some(key) = cursor.next() {
            all.push(key.to_vec());
        }
        all
    }

    fn written(sorted: &[Vec<u8>]) -> Keys {
        let mut keys = Keys::default();
        sorted.iter().for_each(|key| keys.push(key));
        keys.shrink();
        keys
    }

    proptest! {
        #[test]
        fn are_told_and_found(
            keys in prop::collection::btree_set(prop::collection::vec(0..4u8, 0..8), 0..200),
            others in prop::collection::vec(prop::collection::vec(0..4u8, 0..8), 20),
        ) {
            let sorted: Vec<Vec<u8>> = keys.into_iter().collect();
            let keys = written(&sorted);
            prop_assert_eq!(&all(&keys), &sorted);
            prop_assert_eq!(keys.len(), sorted.len());
            for other in others.iter().chain(&sorted) {
                prop_assert_eq!(keys.find(other), sorted.binary_search(other).ok());
            }
        }
    }

    #[test]
    fn what_is_alike_takes_little() {
        let key = |reading: u32| format!("temperature\u{2}room\u{7}kitchen{reading:05}zone\u{1}2");
        let sorted: BTreeSet<Vec<u8>> = (0..1_000).map(|of| key(of).into_bytes()).collect();
        let keys = written(&Vec::from_iter(sorted));
        assert!(keys.bytes() < 1_000 * 13, "{}", keys.bytes());
    }
}
