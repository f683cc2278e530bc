//! The form of one record: what a group of batches changed.
//!
//! | bytes | what                                                       |
//! | ----- | ---------------------------------------------------------- |
//! | 0-4   | magic                                                      |
//! | 4-8   | CRC-32C of the store's salt and all that follows           |
//! | 8-12  | length of the entries in bytes, without padding            |
//! | 12-16 | number of entries                                          |
//! | 16-24 | sequence number of this record                             |
//! | 24-32 | sequence number up to which all was synced when it was written |
//! | 32-   | entries, then zeros up to a multiple of eight              |
//!
//! An entry is its kind, its space, the lengths of key and value (LEB128), key and value.

use crate::space::SpaceId;

pub(super) const HEADER_BYTES: usize = 32;

/// Records begin at multiples of this, so that the search for one has few places to look at.
pub(super) const ALIGNMENT: usize = 8;

const MAGIC: [u8; 4] = *b"TsJ1";

/// Where the part begins that the checksum covers.
const CHECKED_FROM: usize = 8;

/// What an entry does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Put = 1,
    PutNew = 2,
    Delete = 3,
}

/// One change, as it stands in the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry<'a> {
    pub(crate) kind: Kind,
    pub(crate) space: SpaceId,
    pub(crate) key: &'a [u8],
    pub(crate) value: &'a [u8],
}

/// Builds records, one after the other in the same memory.
#[derive(Debug)]
pub(crate) struct RecordBuilder {
    bytes: Vec<u8>,
    entries: u32,
}

impl RecordBuilder {
    pub(crate) fn new() -> RecordBuilder {
        RecordBuilder { bytes: vec![0; HEADER_BYTES], entries: 0 }
    }

    /// Begins the next record. Memory beyond `keep_bytes` that one huge batch took is given back.
    pub(crate) fn clear(&mut self, keep_bytes: usize) {
        self.bytes.truncate(HEADER_BYTES);
        self.bytes.shrink_to(keep_bytes);
        self.entries = 0;
    }

    pub(crate) fn push(&mut self, entry: Entry<'_>) {
        self.bytes.extend_from_slice(&[entry.kind as u8, entry.space]);
        push_length(&mut self.bytes, entry.key.len());
        push_length(&mut self.bytes, entry.value.len());
        self.bytes.extend_from_slice(entry.key);
        self.bytes.extend_from_slice(entry.value);
        self.entries += 1;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries == 0
    }

    /// The length once sealed.
    pub(super) fn sealed_bytes(&self) -> usize {
        self.bytes.len().next_multiple_of(ALIGNMENT)
    }

    /// Completes the record.
    pub(super) fn seal(&mut self, salt: u64, sequence: u64, durable: u64) -> &[u8] {
        let length = u32::try_from(self.bytes.len() - HEADER_BYTES)
            .expect("a group is bounded far below 4 GiB");
        self.bytes.resize(self.sealed_bytes(), 0);
        self.bytes[8..12].copy_from_slice(&length.to_le_bytes());
        self.bytes[12..16].copy_from_slice(&self.entries.to_le_bytes());
        self.bytes[16..24].copy_from_slice(&sequence.to_le_bytes());
        self.bytes[24..32].copy_from_slice(&durable.to_le_bytes());
        let checksum = checksum(salt, &self.bytes[CHECKED_FROM..]);
        self.bytes[..4].copy_from_slice(&MAGIC);
        self.bytes[4..8].copy_from_slice(&checksum.to_le_bytes());
        &self.bytes
    }
}

/// A record whose checksum is right.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record<'a> {
    pub(crate) sequence: u64,
    /// Every record up to this one was synced before this one was written.
    pub(super) durable: u64,
    pub(super) entries: u32,
    payload: &'a [u8],
}

impl<'a> Record<'a> {
    /// The record at `offset`, if there is a whole and sound one.
    pub(super) fn at(content: &'a [u8], offset: usize, salt: u64) -> Option<Record<'a>> {
        let from_here = content.get(offset..)?;
        let (length, _) = claim(from_here)?;
        let whole = from_here.get(..(HEADER_BYTES + length).next_multiple_of(ALIGNMENT))?;
        if checksum(salt, &whole[CHECKED_FROM..]) != u32_at(whole, 4) {
            return None;
        }
        Some(Record {
            sequence: u64_at(whole, 16),
            durable: u64_at(whole, 24),
            entries: u32_at(whole, 12),
            payload: &whole[HEADER_BYTES..HEADER_BYTES + length],
        })
    }

    /// Its length in the journal.
    pub(super) fn bytes(&self) -> usize {
        (HEADER_BYTES + self.payload.len()).next_multiple_of(ALIGNMENT)
    }

    /// Its entries; `None` among them means that they are not what a builder wrote.
    pub(crate) fn entries(&self) -> impl Iterator<Item = Option<Entry<'a>>> + use<'a> {
        let mut left = self.payload;
        (0..self.entries).map(move |_| take_entry(&mut left))
    }
}

/// The sequence number that the record at the start of `content` claims, before any check.
pub(super) fn claimed_sequence(content: &[u8]) -> Option<u64> {
    claim(content).map(|(_, sequence)| sequence)
}

fn claim(content: &[u8]) -> Option<(usize, u64)> {
    let header = content.get(..HEADER_BYTES)?;
    if header[..4] != MAGIC {
        return None;
    }
    Some((usize::try_from(u32_at(header, 8)).ok()?, u64_at(header, 16)))
}

/// The salt, a secret of the store, keeps a value that looks like a record from being taken for
/// one when a crash or a recycled file puts it where a record might begin.
fn checksum(salt: u64, bytes: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&salt.to_le_bytes()), bytes)
}

fn take_entry<'a>(left: &mut &'a [u8]) -> Option<Entry<'a>> {
    let kind = match take(left, 1)?[0] {
        1 => Kind::Put,
        2 => Kind::PutNew,
        3 => Kind::Delete,
        _ => return None,
    };
    let space = take(left, 1)?[0];
    let key_bytes = take_length(left)?;
    let value_bytes = take_length(left)?;
    Some(Entry { kind, space, key: take(left, key_bytes)?, value: take(left, value_bytes)? })
}

fn take<'a>(left: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, rest) = left.split_at_checked(count)?;
    *left = rest;
    Some(taken)
}

fn push_length(bytes: &mut Vec<u8>, mut length: usize) {
    while length >= 0x80 {
        bytes.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    bytes.push(length as u8);
}

fn take_length(left: &mut &[u8]) -> Option<usize> {
    let mut length = 0;
    for shift in (0..32).step_by(7) {
        let byte = take(left, 1)?[0];
        length |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(length);
        }
    }
    None
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SALT: u64 = 77;

    fn sealed(value: &[u8]) -> Vec<u8> {
        let mut builder = RecordBuilder::new();
        builder.push(Entry { kind: Kind::PutNew, space: 3, key: b"lamp", value });
        builder.push(Entry { kind: Kind::Delete, space: 4, key: b"door", value: b"" });
        builder.seal(SALT, 9, 7).to_vec()
    }

    #[test]
    fn a_record_is_read_as_it_was_written() {
        for length in [0, 1, 127, 128, 20_000] {
            let value = vec![5; length];
            let bytes = sealed(&value);
            let record = Record::at(&bytes, 0, SALT).expect("the record is sound");
            assert_eq!((record.sequence, record.durable, record.bytes()), (9, 7, bytes.len()));
            let entries: Option<Vec<Entry>> = record.entries().collect();
            assert_eq!(
                entries.expect("the entries are sound"),
                [
                    Entry { kind: Kind::PutNew, space: 3, key: b"lamp", value: &value },
                    Entry { kind: Kind::Delete, space: 4, key: b"door", value: b"" },
                ]
            );
        }
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let sound = sealed(b"on");
        for bit in 0..sound.len() * 8 {
            let mut flipped = sound.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(Record::at(&flipped, 0, SALT).is_none(), "bit {bit}");
        }
    }

    #[test]
    fn every_torn_record_is_noticed() {
        let sound = sealed(b"on");
        for length in 0..sound.len() {
            assert!(Record::at(&sound[..length], 0, SALT).is_none());
        }
    }

    #[test]
    fn another_stores_record_is_not_taken() {
        assert!(Record::at(&sealed(b"on"), 0, SALT + 1).is_none());
    }
}
