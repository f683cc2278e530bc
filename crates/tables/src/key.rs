//! The keys of stored entries: which table, which partition, which place in it.
//!
//! | entry | key |
//! | --- | --- |
//! | item | table, hash of the partition, partition, sort |
//! | index entry | table, index, hash of the partition, partition, sort, the item's own partition and sort |
//! | expiry | table, number of the time to live, second, the item's own partition and sort |
//!
//! The hash scatters partitions as DynamoDB does, so that the segments of a parallel scan are ranges
//! of keys. What belongs to one partition is one range, in the order of the sort key.

use std::borrow::Cow;

use items::{Item, Kind, Packed, Value};

use crate::definition::{Definition, Index, KeyAttribute, KeySchema};

pub(crate) const TABLE_BYTES: usize = 4;
pub(crate) const INDEX_BYTES: usize = 4;
pub(crate) const HASH_BYTES: usize = 2;

const PARTITION_BYTES_MAX: usize = 2_048;
const SORT_BYTES_MAX: usize = 1_024;

/// Why an item or a key has no place in a table. The texts are DynamoDB's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyRefused {
    #[error("One or more parameter values were invalid: Missing the key {name} in the item")]
    Missing { name: String },
    #[error(
        "One or more parameter values were invalid: Type mismatch for key {name} expected: {expected} \
         actual: {actual}"
    )]
    Mismatch { name: String, expected: &'static str, actual: &'static str },
    #[error("The provided key element does not match the schema")]
    NotOfSchema,
    #[error(
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot \
         contain an empty {what} value. Key: {name}"
    )]
    Empty { what: &'static str, name: String },
    #[error(
        "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size \
         limit of2048 bytes"
    )]
    PartitionTooLong,
    #[error(
        "One or more parameter values were invalid: Aggregated size of all range keys has exceeded \
         the size limit of 1024 bytes"
    )]
    SortTooLong,
}

/// The place of an item among a table's, from an item that holds at least its key.
pub(crate) fn of_item(table: &Definition, item: &Item) -> Result<Vec<u8>, KeyRefused> {
    of_values(table, |name| item.get(name).map(Cow::Borrowed))
}

/// The same of an item that came as bytes, of which only the key is looked at.
pub(crate) fn of_packed(table: &Definition, item: &Packed) -> Result<Vec<u8>, KeyRefused> {
    of_values(table, |name| {
        let value = item.get(name)?.decode();
        Some(Cow::Owned(value.expect("it was encoded by who packed it")))
    })
}

fn of_values<'v>(
    table: &Definition,
    value: impl Fn(&str) -> Option<Cow<'v, Value>>,
) -> Result<Vec<u8>, KeyRefused> {
    let mut key = Vec::with_capacity(64);
    key.extend_from_slice(&table.number.to_be_bytes());
    let KeySchema { partition, sort } = &table.key;
    let part = part_of(partition, value(&partition.name))?;
    push_partition(&mut key, &part);
    check_size(&key, TABLE_BYTES + HASH_BYTES, PARTITION_BYTES_MAX, KeyRefused::PartitionTooLong)?;
    if let Some(sort) = sort {
        let start = key.len();
        let part = part_of(sort, value(&sort.name))?;
        push(&mut key, &part);
        check_size(&key, start, SORT_BYTES_MAX, KeyRefused::SortTooLong)?;
    }
    Ok(key)
}

/// The same from a key alone, which must hold nothing else.
pub(crate) fn of_key(table: &Definition, key: &Item) -> Result<Vec<u8>, KeyRefused> {
    if key.len() != table.key.attributes().count() {
        return Err(KeyRefused::NotOfSchema);
    }
    of_item(table, key).map_err(|refused| match refused {
        KeyRefused::Missing { .. } | KeyRefused::Mismatch { .. } => KeyRefused::NotOfSchema,
        refused => refused,
    })
}

fn part_of<'v>(
    attribute: &KeyAttribute,
    value: Option<Cow<'v, Value>>,
) -> Result<Cow<'v, Value>, KeyRefused> {
    let name = || attribute.name.clone();
    let value = value.ok_or_else(|| KeyRefused::Missing { name: name() })?;
    let (expected, actual) = (Kind::from(attribute.kind), value.kind());
    if expected != actual {
        let (expected, actual) = (expected.as_str(), actual.as_str());
        return Err(KeyRefused::Mismatch { name: name(), expected, actual });
    }
    match &*value {
        Value::S(text) if text.is_empty() => {
            Err(KeyRefused::Empty { what: "string", name: name() })
        }
        Value::B(bytes) if bytes.is_empty() => {
            Err(KeyRefused::Empty { what: "binary", name: name() })
        }
        _ => Ok(value),
    }
}

fn check_size(
    key: &[u8],
    start: usize,
    most: usize,
    refused: KeyRefused,
) -> Result<(), KeyRefused> {
    const END_BYTES: usize = 2;
    let bytes = &key[start..];
    // Zeros are escaped by a byte each.
    let escapes = || bytes.windows(2).filter(|pair| pair == b"\0\xff").count();
    let is_too_long = bytes.len() > most + END_BYTES && bytes.len() - escapes() > most + END_BYTES;
    if is_too_long { Err(refused) } else { Ok(()) }
}

/// The part of an item's key that says which item of the table it is.
pub(crate) fn within_table(key: &[u8]) -> &[u8] {
    &key[TABLE_BYTES + HASH_BYTES..]
}

/// All items of a table.
pub(crate) fn table_prefix(table: u32) -> [u8; TABLE_BYTES] {
    table.to_be_bytes()
}

/// All entries of an index.
pub(crate) fn index_prefix(table: u32, index: u32) -> [u8; TABLE_BYTES + INDEX_BYTES] {
    let mut prefix = [0; TABLE_BYTES + INDEX_BYTES];
    prefix[..TABLE_BYTES].copy_from_slice(&table.to_be_bytes());
    prefix[TABLE_BYTES..].copy_from_slice(&index.to_be_bytes());
    prefix
}

/// Where an index has an item: nowhere if the item lacks one of its attributes. Types were checked.
pub(crate) fn of_index(
    table: &Definition,
    index: &Index,
    item: &Item,
    item_key: &[u8],
) -> Option<Vec<u8>> {
    let partition = item.get(&index.key.partition.name)?;
    let sort = match &index.key.sort {
        Some(sort) => Some(item.get(&sort.name)?),
        None => None,
    };
    let mut key = Vec::with_capacity(2 * item_key.len() + 32);
    key.extend_from_slice(&index_prefix(table.number, index.number));
    push_partition(&mut key, partition);
    if let Some(sort) = sort {
        push(&mut key, sort);
    }
    key.extend_from_slice(within_table(item_key));
    Some(key)
}

/// When an item expires, among all of the table's that do.
pub(crate) fn of_expiry(table: u32, time_to_live: u32, second: u64, item_key: &[u8]) -> Vec<u8> {
    let mut key = Vec::with_capacity(item_key.len() + 16);
    key.extend_from_slice(&index_prefix(table, time_to_live));
    key.extend_from_slice(&second.to_be_bytes());
    key.extend_from_slice(&item_key[TABLE_BYTES..]);
    key
}

/// The second and the key of the item of an expiry.
pub(crate) fn read_expiry(table: u32, key: &[u8]) -> Option<(u64, Vec<u8>)> {
    let (second, within) = key.get(TABLE_BYTES + INDEX_BYTES..)?.split_first_chunk::<8>()?;
    let item_key = [&table.to_be_bytes()[..], within].concat();
    Some((u64::from_be_bytes(*second), item_key))
}

/// The hash of a partition, and the partition.
pub(crate) fn push_partition(key: &mut Vec<u8>, partition: &Value) {
    let start = key.len();
    key.extend_from_slice(&[0; HASH_BYTES]);
    push(key, partition);
    let hash = hash(&key[start + HASH_BYTES..]);
    key[start..start + HASH_BYTES].copy_from_slice(&hash.to_be_bytes());
}

pub(crate) fn push(key: &mut Vec<u8>, value: &Value) {
    let is_key = items::key::encode(value, key);
    debug_assert!(is_key, "the type was checked");
}

/// Written to disk, so it never changes.
fn hash(partition: &[u8]) -> u16 {
    (crc32c::crc32c(partition) >> 16) as u16
}

/// The first bytes that are behind all that begin with these; nothing if there are none.
pub(crate) fn behind(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|byte| *byte != u8::MAX)?;
    let mut behind = prefix[..=last].to_vec();
    behind[last] += 1;
    Some(behind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{table, with_sort};

    fn item(id: &str, at: i64) -> Item {
        let mut item: Item = [("id", id)].into_iter().collect();
        item.insert("at", at);
        item
    }

    #[test]
    fn a_partition_is_one_range_in_the_order_of_the_sort_key() {
        let table = with_sort();
        let key = |id, at| of_item(&table, &item(id, at)).expect("a key");
        let keys = [key("a", -3), key("a", 2), key("a", 10)];
        assert!(keys.is_sorted());
        let prefix = keys[0].len() - within_table(&keys[0]).len();
        assert!(keys.iter().all(|key| key[..prefix] == keys[0][..prefix]));
        assert_ne!(key("b", 2)[..prefix], keys[0][..prefix], "another hash");
    }

    #[test]
    fn keys_that_do_not_fit_are_refused_as_dynamodb_does() {
        let table = with_sort();
        let refused = |item: &Item| of_item(&table, item).expect_err("refused").to_string();
        let begins = "One or more parameter values were invalid: ";
        let mut no_sort = item("a", 1);
        no_sort.remove("at");
        assert_eq!(refused(&no_sort), format!("{begins}Missing the key at in the item"));
        let mut wrong = item("a", 1);
        wrong.insert("at", "soon");
        let mismatch = "Type mismatch for key at expected: N actual: S";
        assert_eq!(refused(&wrong), format!("{begins}{mismatch}"));
        assert!(refused(&item("", 1)).ends_with("an empty string value. Key: id"));
        let long = item(&"a".repeat(2_049), 1);
        assert_eq!(of_item(&table, &long), Err(KeyRefused::PartitionTooLong));
        assert!(of_item(&table, &item(&"a".repeat(2_048), 1)).is_ok());
        assert!(of_item(&table, &item(&"\0".repeat(2_048), 1)).is_ok());

        assert_eq!(of_key(&table, &no_sort), Err(KeyRefused::NotOfSchema));
        assert_eq!(of_key(&table, &wrong), Err(KeyRefused::NotOfSchema));
        let mut more = item("a", 1);
        more.insert("more", 1);
        assert_eq!(of_key(&table, &more), Err(KeyRefused::NotOfSchema));
        assert!(of_item(&table, &more).is_ok());
    }

    #[test]
    fn an_expiry_tells_its_item() {
        let table = table();
        let key = of_item(&table, &[("id", "lamp")].into_iter().collect()).expect("a key");
        let expiry = of_expiry(table.number, 7, 1_234, &key);
        assert_eq!(read_expiry(table.number, &expiry), Some((1_234, key)));
    }

    #[test]
    fn behind_a_prefix_is_its_successor() {
        assert_eq!(behind(b"ab"), Some(b"ac".to_vec()));
        assert_eq!(behind(b"a\xff"), Some(b"b".to_vec()));
        assert_eq!(behind(b"\xff\xff"), None);
    }
}
