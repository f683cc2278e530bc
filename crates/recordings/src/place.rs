//! Where a recorded message stands: in the order of commits.

use std::fmt;
use std::str::FromStr;

use kv::{Sequence, Space};

use crate::definition::RecordingNumber;

pub(crate) const RECORDED: Space = Space::new("recorded");

const PLACE_BYTES: usize = 12;
const NUMBER_BYTES: usize = 4;

/// No two messages have the same, and a later one's is greater.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place(pub(crate) [u8; PLACE_BYTES]);

/// A text that is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a place is {} hexadecimal digits", PLACE_BYTES * 2)]
pub struct NoPlace;

impl Place {
    pub(crate) fn of(sequence: Sequence) -> Place {
        let mut bytes = [0; PLACE_BYTES];
        bytes[..8].copy_from_slice(&sequence.record.to_be_bytes());
        bytes[8..].copy_from_slice(&sequence.position.to_be_bytes());
        Place(bytes)
    }

    /// The key in one recording.
    pub(crate) fn key(&self, number: RecordingNumber) -> [u8; NUMBER_BYTES + PLACE_BYTES] {
        let mut key = [0; NUMBER_BYTES + PLACE_BYTES];
        key[..NUMBER_BYTES].copy_from_slice(&number.0.to_be_bytes());
        key[NUMBER_BYTES..].copy_from_slice(&self.0);
        key
    }

    pub(crate) fn from_key(key: &[u8]) -> Option<Place> {
        Some(Place(key.get(NUMBER_BYTES..)?.try_into().ok()?))
    }
}

/// What the keys of a recording begin with.
pub(crate) fn prefix(number: RecordingNumber) -> [u8; NUMBER_BYTES] {
    number.0.to_be_bytes()
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&stdx::hex::encode(&self.0))
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Place {
    type Err = NoPlace;

    fn from_str(text: &str) -> Result<Place, NoPlace> {
        if text.len() != PLACE_BYTES * 2 || !text.is_ascii() {
            return Err(NoPlace);
        }
        let mut bytes = [0; PLACE_BYTES];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).map_err(|_| NoPlace)?;
        }
        Ok(Place(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_have_the_order_of_commits_and_are_read_as_they_are_written() {
        let place = |record, position| Place::of(Sequence { record, position });
        assert!(place(1, 200) < place(1, 201) && place(1, 201) < place(256, 0));
        assert_eq!(place(7, 258).to_string().parse(), Ok(place(7, 258)));
        for wrong in ["", "0", "0000000000000000000000é", "00000000000000000000000g"] {
            assert_eq!(wrong.parse::<Place>(), Err(NoPlace), "{wrong}");
        }
    }

    #[test]
    fn a_key_is_a_recording_s_and_holds_the_place() {
        let place = Place::of(Sequence { record: 3, position: 4 });
        let key = place.key(RecordingNumber(9));
        assert!(key.starts_with(&prefix(RecordingNumber(9))));
        assert_eq!(Place::from_key(&key), Some(place));
        assert_eq!(Place::from_key(b"short"), None);
    }
}
