//! Finds the newest change of a key among changes that are kept elsewhere.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::batch::Operation;
use crate::space::Space;

/// Where changes are. What is `at` a place must stay the same.
#[derive(Default)]
pub(crate) struct Places<P> {
    table: HashTable<P>,
    hasher: DefaultHashBuilder,
}

impl<P: Copy> Places<P> {
    /// There is a change that is newer than all that were noted.
    pub(crate) fn note<'o>(&mut self, place: P, at: impl Fn(P) -> &'o Operation) {
        let Places { table, hasher } = self;
        let hash = |operation: &Operation| hasher.hash_one((operation.space, &operation.key[..]));
        let operation = at(place);
        let is_same = |known: &P| is_of(at(*known), operation.space, &operation.key);
        let rehash = |known: &P| hash(at(*known));
        table.entry(hash(operation), is_same, rehash).insert(place);
    }

    pub(crate) fn newest<'o>(
        &self,
        space: Space,
        key: &[u8],
        at: impl Fn(P) -> &'o Operation,
    ) -> Option<&'o Operation> {
        let hash = self.hasher.hash_one((space, key));
        let place = self.table.find(hash, |place| is_of(at(*place), space, key))?;
        Some(at(*place))
    }
}

pub(crate) fn is_of(operation: &Operation, space: Space, key: &[u8]) -> bool {
    *operation.key == *key && operation.space == space
}
