//! Spaces and keys.

use kv::{Sequence, Space};
use stdx::clock::UnixMillis;

pub(crate) const QUEUES: Space = Space::new("queues");
pub(crate) const MESSAGES: Space = Space::new("queue-messages");
pub(crate) const TAKES: Space = Space::new("queue-takes");
pub(crate) const WAITING: Space = Space::new("queue-waiting");
pub(crate) const GROUPS: Space = Space::new("queue-groups");
pub(crate) const LINES: Space = Space::new("queue-lines");
pub(crate) const DEDUP: Space = Space::new("queue-dedup");
pub(crate) const DEDUP_ENDS: Space = Space::new("queue-dedup-ends");
pub(crate) const LENGTHS: Space = Space::new("queue-lengths");
pub(crate) const CHORES: Space = Space::new("queue-chores");
pub(crate) const TASKS: Space = Space::new("queue-move-tasks");
pub(crate) const NUMBERS: Space = Space::new("queue-numbers");

/// The last number that was given to a queue.
pub(crate) const LAST: &[u8] = b"last";

/// Between a group's name and a place.
const END: u8 = 0;

/// Where a message stands among all that were ever sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place(pub(crate) [u8; Place::BYTES]);

impl Place {
    pub(crate) const BYTES: usize = 12;
    /// Before all others.
    pub(crate) const FIRST: Place = Place([0; Place::BYTES]);

    pub(crate) fn of(sequence: Sequence) -> Place {
        let mut bytes = [0; Place::BYTES];
        bytes[..8].copy_from_slice(&sequence.record.to_be_bytes());
        bytes[8..].copy_from_slice(&sequence.position.to_be_bytes());
        Place(bytes)
    }

    pub(crate) fn from_end_of(key: &[u8]) -> Option<Place> {
        key.last_chunk().copied().map(Place)
    }

    /// The least that is greater.
    pub(crate) fn next(self) -> Place {
        Place((self.number() + 1).to_be_bytes()[16 - Place::BYTES..].try_into().expect("12 bytes"))
    }

    /// As clients see it: a number that rises with each message.
    pub(crate) fn number(self) -> u128 {
        let mut wide = [0; 16];
        wide[16 - Place::BYTES..].copy_from_slice(&self.0);
        u128::from_be_bytes(wide)
    }
}

pub(crate) fn number_key(queue: u64) -> [u8; 8] {
    queue.to_be_bytes()
}

/// A message, or what was taken of it.
pub(crate) fn message_key(queue: u64, place: Place) -> Vec<u8> {
    [&queue.to_be_bytes()[..], &place.0].concat()
}

/// What is handed out from a moment on: a place in a standard queue, a group in a FIFO queue.
pub(crate) fn waiting_key(queue: u64, at: UnixMillis, what: &[u8]) -> Vec<u8> {
    [&queue.to_be_bytes()[..], &at.to_be_bytes(), what].concat()
}

/// The time, and what waits for it.
pub(crate) fn parts_of_waiting(key: &[u8]) -> Option<(UnixMillis, &[u8])> {
    let (at, what) = key.get(8..)?.split_first_chunk::<8>()?;
    Some((UnixMillis::from_be_bytes(*at), what))
}

pub(crate) fn group_key(queue: u64, group: &str) -> Vec<u8> {
    [&queue.to_be_bytes()[..], group.as_bytes()].concat()
}

/// A message in the line of its group. Names of groups hold no NUL.
pub(crate) fn line_key(queue: u64, group: &str, place: Place) -> Vec<u8> {
    [&queue.to_be_bytes()[..], group.as_bytes(), &[END], &place.0].concat()
}

pub(crate) fn line_prefix(queue: u64, group: &str) -> Vec<u8> {
    [&queue.to_be_bytes()[..], group.as_bytes(), &[END]].concat()
}

pub(crate) fn dedup_key(queue: u64, scope: &str, id: &str) -> Vec<u8> {
    [&queue.to_be_bytes()[..], scope.as_bytes(), &[END], id.as_bytes()].concat()
}

pub(crate) fn dedup_end_key(at: UnixMillis, dedup: &[u8]) -> Vec<u8> {
    [&at.to_be_bytes()[..], dedup].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_sort_as_they_were_given() {
        let place = |record, position| Place::of(Sequence { record, position });
        let places = [Place::FIRST, place(0, 1), place(1, 0), place(1, u32::MAX), place(2, 0)];
        assert!(places.is_sorted());
        assert_eq!(place(1, u32::MAX).next(), place(2, 0));
        assert_eq!(place(0, 7).number(), 7);
        let key = line_key(3, "group", place(1, 2));
        assert_eq!(Place::from_end_of(&key), Some(place(1, 2)));
        let key = waiting_key(3, 17, b"group");
        assert_eq!(parts_of_waiting(&key), Some((17, &b"group"[..])));
    }
}
