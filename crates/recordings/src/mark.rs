//! What was done for a recorded message later, by which rule.

use kv::{Batch, Expect, Snapshot, Space};
use records::StoreError;

use crate::message::{RecordedMessage, RuleReading};
use crate::place::Place;
use crate::recordings::Recordings;

pub(crate) const REPLAYED: Space = Space::new("replayed");

const VERSION: u8 = 1;

impl Recordings {
    pub fn snapshot(&self) -> Snapshot {
        self.records().snapshot()
    }

    /// Whether the rule, as it reads, did all that it is to do for a message: when the message came, or
    /// later.
    pub fn is_done(
        snapshot: &Snapshot,
        place: Place,
        message: &RecordedMessage,
        rule: &RuleReading,
    ) -> Result<bool, StoreError> {
        let is_marked = || snapshot.get(REPLAYED, &key(place, rule)).map(|mark| mark.is_some());
        Ok(message.done.contains(rule) || is_marked()?)
    }

    /// Remembers that it did, as one with what it did. The batch fails if it did before.
    pub fn mark_into(batch: &mut Batch, place: Place, rule: &RuleReading) {
        let key = key(place, rule);
        batch.require(REPLAYED, &key, Expect::Absent);
        batch.put(REPLAYED, key, vec![VERSION]);
    }
}

/// Begins with the place, so that the marks of messages that are gone are found.
fn key(place: Place, RuleReading { rule, digest }: &RuleReading) -> Vec<u8> {
    let mut key = place.0.to_vec();
    // No name holds a zero.
    for part in [rule.as_bytes(), b"\0", digest.as_bytes()] {
        key.extend_from_slice(part);
    }
    key
}
