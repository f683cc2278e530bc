//! Where everything is in the store.

use std::fmt;

use kv::{Sequence, Space};
use model::ObjectKey;
use records::RecordError;

pub(crate) const BUCKETS: Space = Space::new("object-buckets");
pub(crate) const SETTINGS: Space = Space::new("object-settings");
pub(crate) const COUNTS: Space = Space::new("object-counts");
pub(crate) const OBJECTS: Space = Space::new("objects");
pub(crate) const VERSIONS: Space = Space::new("object-versions");
pub(crate) const NULLS: Space = Space::new("object-nulls");
pub(crate) const DATA: Space = Space::new("object-data");
pub(crate) const BLOBS: Space = Space::new("object-blobs");
pub(crate) const MANIFESTS: Space = Space::new("object-manifests");
pub(crate) const UPLOADS: Space = Space::new("object-uploads");
pub(crate) const UPLOAD_MARKS: Space = Space::new("object-upload-marks");
pub(crate) const PARTS: Space = Space::new("object-parts");
pub(crate) const GARBAGE: Space = Space::new("object-garbage");
pub(crate) const NOTICES: Space = Space::new("object-notices");
pub(crate) const CHORES: Space = Space::new("object-chores");

/// A place in the history of the store: what no two writes share. Later ones are greater.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place(pub(crate) [u8; Place::BYTES]);

impl Place {
    pub(crate) const BYTES: usize = 12;

    pub(crate) fn new(sequence: Sequence) -> Place {
        let mut bytes = [0; Place::BYTES];
        bytes[..8].copy_from_slice(&sequence.record.to_be_bytes());
        bytes[8..].copy_from_slice(&sequence.position.to_be_bytes());
        Place(bytes)
    }

    /// What is read from a key or a value.
    pub(crate) fn read(bytes: &[u8]) -> Result<Place, RecordError> {
        bytes.try_into().map(Place).map_err(|_| RecordError::Key)
    }

    /// From what [`fmt::Display`] shows.
    pub(crate) fn parse(text: &str) -> Option<Place> {
        let mut bytes = [0; Place::BYTES];
        if text.len() != 2 * Place::BYTES || !text.is_ascii() {
            return None;
        }
        for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
            *byte = u8::from_str_radix(&text[at..at + 2], 16).ok()?;
        }
        Some(Place(bytes)).filter(|place| place.to_string() == text)
    }

    /// Sorts later ones first.
    fn reversed(self) -> [u8; Place::BYTES] {
        self.0.map(|byte| !byte)
    }
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

impl AsRef<[u8]> for Place {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// Of an object in [`OBJECTS`] and [`NULLS`]; of what begins so, where a prefix is given.
pub(crate) fn object_key(bucket: u64, key: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(8 + key.len());
    bytes.extend(bucket.to_be_bytes());
    bytes.extend(key.as_bytes());
    bytes
}

/// The key of an object, from its key in [`OBJECTS`].
pub(crate) fn name_of(key: &[u8]) -> Result<&str, RecordError> {
    let name = key.get(8..).ok_or(RecordError::Key)?;
    std::str::from_utf8(name).map_err(|_| RecordError::Key)
}

/// What the earlier versions of an object begin with in [`VERSIONS`], and its uploads in [`UPLOADS`].
/// No key has a NUL, so it ends the key and keeps the order of keys.
pub(crate) fn versions_prefix(bucket: u64, key: &str) -> Vec<u8> {
    let mut bytes = object_key(bucket, key);
    bytes.push(0);
    bytes
}

pub(crate) fn version_key(bucket: u64, key: &ObjectKey, place: Place) -> Vec<u8> {
    let mut bytes = versions_prefix(bucket, key.as_str());
    bytes.extend(place.reversed());
    bytes
}

/// Uploads of one key are in the order of their beginnings.
pub(crate) fn upload_key(bucket: u64, key: &str, place: Place) -> Vec<u8> {
    let mut bytes = versions_prefix(bucket, key);
    bytes.extend(place.0);
    bytes
}

/// The object's key and the place of an upload, from its key in [`UPLOADS`].
pub(crate) fn upload_of(key: &[u8]) -> Result<(&str, Place), RecordError> {
    let end = key.len().checked_sub(Place::BYTES + 1).ok_or(RecordError::Key)?;
    Ok((name_of(&key[..end])?, Place::read(&key[end + 1..])?))
}

pub(crate) fn part_key(upload: Place, number: u16) -> Vec<u8> {
    let mut bytes = upload.0.to_vec();
    bytes.extend(number.to_be_bytes());
    bytes
}

pub(crate) fn part_of(key: &[u8]) -> Result<u16, RecordError> {
    let number = key.get(Place::BYTES..).and_then(|number| number.try_into().ok());
    number.map(u16::from_be_bytes).ok_or(RecordError::Key)
}

pub(crate) fn settings_key(bucket: u64, kind: &str) -> Vec<u8> {
    let mut bytes = bucket.to_be_bytes().to_vec();
    bytes.extend(kind.as_bytes());
    bytes
}

/// The first key behind all that begin so.
pub(crate) fn behind(prefix: &[u8]) -> Option<Vec<u8>> {
    let mut end = prefix.to_vec();
    while end.last() == Some(&u8::MAX) {
        end.pop();
    }
    *end.last_mut()? += 1;
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_both_ways_and_sort_as_they_came() {
        let place = |record, position| Place::new(Sequence { record, position });
        let (first, second) = (place(1, 0xffff), place(2, 0));
        assert!(first < second && first.reversed() > second.reversed());
        assert_eq!(Place::parse(&second.to_string()), Some(second));
        for text in ["", "null", "00000000000000020000000", "+0000000000000020000000X"] {
            assert_eq!(Place::parse(text), None, "{text}");
        }
        let key = upload_key(7, "a/b", second);
        assert_eq!(upload_of(&key).expect("a key"), ("a/b", second));
        assert_eq!(part_of(&part_key(second, 10_000)).expect("a key"), 10_000);
    }

    #[test]
    fn what_lies_behind_a_prefix() {
        assert_eq!(behind(b"a/"), Some(b"a0".to_vec()));
        assert_eq!(behind(b"a\xff"), Some(b"b".to_vec()));
        assert_eq!(behind(b"\xff"), None);
    }
}
