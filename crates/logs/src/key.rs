//! Where things are.

use kv::Space;
use records::RecordError;

pub(crate) const GROUPS: Space = Space::new("log-groups");
pub(crate) const STREAMS: Space = Space::new("log-streams");
pub(crate) const EVENTS: Space = Space::new("log-events");
pub(crate) const BYTES: Space = Space::new("log-bytes");
pub(crate) const CHORES: Space = Space::new("log-chores");
pub(crate) const NUMBERS: Space = Space::new("log-numbers");
pub(crate) const LAST: &[u8] = b"last";

/// Time, and place in the history: what tells the events of one stream apart.
pub(crate) const PLACE_BYTES: usize = 8 + 8 + 4;

/// The place of an event in its stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place(pub(crate) [u8; PLACE_BYTES]);

impl Place {
    pub(crate) fn new(at: u64, sequence: kv::Sequence) -> Place {
        let mut bytes = [0; PLACE_BYTES];
        bytes[..8].copy_from_slice(&at.to_be_bytes());
        bytes[8..16].copy_from_slice(&sequence.record.to_be_bytes());
        bytes[16..].copy_from_slice(&sequence.position.to_be_bytes());
        Place(bytes)
    }

    /// Before all events of this time.
    pub(crate) fn before(at: u64) -> Place {
        Place::new(at, kv::Sequence { record: 0, position: 0 })
    }

    pub(crate) fn at(&self) -> u64 {
        u64::from_be_bytes(self.0[..8].try_into().expect("eight of twenty bytes"))
    }

    pub(crate) fn hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    pub(crate) fn from_hex(text: &str) -> Option<Place> {
        let mut bytes = [0; PLACE_BYTES];
        let is_fit = text.len() == 2 * PLACE_BYTES && text.bytes().all(|it| it.is_ascii_hexdigit());
        for (at, byte) in bytes.iter_mut().enumerate().filter(|_| is_fit) {
            *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
        }
        is_fit.then_some(Place(bytes))
    }
}

pub(crate) fn stream_key(group: u64, name: &str) -> Vec<u8> {
    [&group.to_be_bytes(), name.as_bytes()].concat()
}

pub(crate) fn events_prefix(group: u64, stream: u64) -> Vec<u8> {
    [group.to_be_bytes(), stream.to_be_bytes()].concat()
}

pub(crate) fn event_key(group: u64, stream: u64, place: &Place) -> Vec<u8> {
    [&events_prefix(group, stream)[..], &place.0].concat()
}

pub(crate) fn place_of(key: &[u8]) -> Result<Place, RecordError> {
    let place = key.get(16..).and_then(|rest| rest.try_into().ok());
    place.map(Place).ok_or(RecordError::Key)
}

/// Two numbers, as keys of events and of chores begin with.
pub(crate) fn numbers_of(key: &[u8]) -> Result<(u64, u64), RecordError> {
    let number = |from: usize| {
        let bytes = key.get(from..from + 8)?;
        Some(u64::from_be_bytes(bytes.try_into().ok()?))
    };
    number(0).zip(number(8)).ok_or(RecordError::Key)
}
