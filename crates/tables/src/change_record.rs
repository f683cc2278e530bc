//! One entry of a change stream, as it is stored and read.
//!
//! | bytes | what |
//! | --- | --- |
//! | 0 | version |
//! | 1 | what happened |
//! | 2 | whether the service did it |
//! | 3-11 | when, in milliseconds |
//! | 11- | the key, the new image, the old image: the length of each, 0 for none, and its bytes |

use bytes::{Buf, Bytes};
use items::Item;
use kv::{Present, Sequence, Space};
use stdx::clock::UnixMillis;

use crate::definition::{Definition, Stream};
use crate::stored_item::{ItemDamaged, StoredItem};

pub(crate) const RECORDS: Space = Space::new("stream-records");

pub(crate) const SEQUENCE_BYTES: usize = 12;

const STREAM_BYTES: usize = 4;

const VERSION: u8 = 1;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeRecord {
    pub sequence: Sequence,
    pub kind: ChangeKind,
    /// The item had lived its time.
    pub by_service: bool,
    pub at: UnixMillis,
    pub key: StoredItem,
    pub new_image: Option<StoredItem>,
    pub old_image: Option<StoredItem>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    Insert = 1,
    Modify = 2,
    Remove = 3,
}

/// What happened to an item.
pub(crate) struct Change<'a> {
    pub(crate) table: &'a Definition,
    pub(crate) old: Option<&'a StoredItem>,
    pub(crate) new: Option<&'a StoredItem>,
    pub(crate) by_service: bool,
    pub(crate) at: UnixMillis,
}

impl Change<'_> {
    /// Writes it into the table's stream. What changes nothing is no change.
    pub(crate) fn tell(
        &self,
        stream: &Stream,
        present: &mut Present<'_>,
    ) -> Result<(), ItemDamaged> {
        let Change { table, old, new, by_service, at } = *self;
        let kind = match (old, new) {
            (None, Some(_)) => ChangeKind::Insert,
            (Some(old), Some(new)) if old != new => ChangeKind::Modify,
            (Some(_), None) => ChangeKind::Remove,
            (Some(_), Some(_)) | (None, None) => return Ok(()),
        };
        let one = new.or(old).expect("one of them is there");
        let key = one.pick(table.key.attributes().map(|attribute| attribute.name.as_str()))?;
        let key = StoredItem::of(&key);
        let new_image = new.filter(|_| stream.view.has_new());
        let old_image = old.filter(|_| stream.view.has_old());
        let record = encode(kind, by_service, at, [Some(&key), new_image, old_image]);
        let place = record_key(stream.number, present.sequence());
        present.put_new(RECORDS, place, record);
        Ok(())
    }
}

fn encode(
    kind: ChangeKind,
    by_service: bool,
    at: UnixMillis,
    parts: [Option<&StoredItem>; 3],
) -> Vec<u8> {
    let length = |part: Option<&StoredItem>| part.map_or(0, |part| part.bytes().len());
    let bytes = parts.iter().map(|part| 4 + length(*part)).sum::<usize>();
    let mut record = Vec::with_capacity(11 + bytes);
    record.extend_from_slice(&[VERSION, kind as u8, u8::from(by_service)]);
    record.extend_from_slice(&at.to_le_bytes());
    for part in parts {
        let length = u32::try_from(length(part)).expect("an item is no larger than 400 KB");
        record.extend_from_slice(&length.to_le_bytes());
        record.extend_from_slice(part.map_or(&[], |part| part.bytes()));
    }
    record
}

impl ChangeRecord {
    pub(crate) fn decode(
        sequence: Sequence,
        mut bytes: Bytes,
    ) -> Result<ChangeRecord, ItemDamaged> {
        if bytes.len() < 11 || bytes.get_u8() != VERSION {
            return Err(ItemDamaged);
        }
        let kind = match bytes.get_u8() {
            1 => ChangeKind::Insert,
            2 => ChangeKind::Modify,
            3 => ChangeKind::Remove,
            _ => return Err(ItemDamaged),
        };
        let by_service = bytes.get_u8() != 0;
        let at = bytes.get_u64_le();
        let key = part(&mut bytes)?.ok_or(ItemDamaged)?;
        let (new_image, old_image) = (part(&mut bytes)?, part(&mut bytes)?);
        Ok(ChangeRecord { sequence, kind, by_service, at, key, new_image, old_image })
    }

    /// The attributes of the key.
    pub fn key(&self) -> Result<Item, ItemDamaged> {
        self.key.decode()
    }
}

/// When a stored record was written.
pub(crate) fn written_at(bytes: &[u8]) -> Option<UnixMillis> {
    Some(u64::from_le_bytes(*bytes.get(3..)?.first_chunk()?))
}

fn part(bytes: &mut Bytes) -> Result<Option<StoredItem>, ItemDamaged> {
    if bytes.len() < 4 {
        return Err(ItemDamaged);
    }
    let length = bytes.get_u32_le() as usize;
    if bytes.len() < length {
        return Err(ItemDamaged);
    }
    let part = bytes.split_to(length);
    if part.is_empty() { Ok(None) } else { StoredItem::read(part).map(Some) }
}

pub(crate) fn stream_prefix(stream: u32) -> [u8; STREAM_BYTES] {
    stream.to_be_bytes()
}

pub(crate) fn record_key(stream: u32, sequence: Sequence) -> [u8; STREAM_BYTES + SEQUENCE_BYTES] {
    let mut key = [0; STREAM_BYTES + SEQUENCE_BYTES];
    key[..4].copy_from_slice(&stream.to_be_bytes());
    key[4..12].copy_from_slice(&sequence.record.to_be_bytes());
    key[12..].copy_from_slice(&sequence.position.to_be_bytes());
    key
}

pub(crate) fn sequence_of(key: &[u8]) -> Option<Sequence> {
    let (record, position) = key.get(STREAM_BYTES..)?.split_first_chunk::<8>()?;
    let position = position.try_into().ok()?;
    let (record, position) = (u64::from_be_bytes(*record), u32::from_be_bytes(position));
    Some(Sequence { record, position })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(name: &str) -> StoredItem {
        StoredItem::of(&[("id", name)].into_iter().collect())
    }

    #[test]
    fn a_record_is_read_back() {
        let (key, image) = (stored("lamp"), stored("more"));
        let sequence = Sequence { record: 3, position: 4 };
        let bytes = encode(ChangeKind::Modify, true, 5, [Some(&key), None, Some(&image)]);
        let record = ChangeRecord::decode(sequence, bytes.clone().into()).expect("whole");
        let (kind, by_service, at) = (ChangeKind::Modify, true, 5);
        let (new_image, old_image) = (None, Some(image));
        let expected = ChangeRecord { sequence, kind, by_service, at, key, new_image, old_image };
        assert_eq!(record, expected);
        for length in 0..bytes.len() {
            let torn = Bytes::copy_from_slice(&bytes[..length]);
            assert_eq!(ChangeRecord::decode(sequence, torn), Err(ItemDamaged), "{length} bytes");
        }
        assert_eq!(sequence_of(&record_key(9, sequence)), Some(sequence));
    }
}
