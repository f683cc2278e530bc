//! Where things are.

use kv::{Sequence, Space};
use records::RecordError;

pub(crate) const DATABASES: Space = Space::new("series-databases");
pub(crate) const TABLES: Space = Space::new("series-tables");
pub(crate) const SCHEMAS: Space = Space::new("series-schemas");
pub(crate) const CHUNKS: Space = Space::new("series-chunks");
pub(crate) const SETTLED: Space = Space::new("series-settled");
pub(crate) const SEGMENTS: Space = Space::new("series-segments");
pub(crate) const DOOMED: Space = Space::new("series-doomed");
pub(crate) const DROPPED: Space = Space::new("series-dropped");
pub(crate) const NUMBERS: Space = Space::new("series-numbers");
pub(crate) const LAST: &[u8] = b"last";

/// Names hold no slash, so a table's key tells both of its names.
pub(crate) fn table_key(database: &str, table: &str) -> String {
    format!("{database}/{table}")
}

pub(crate) fn chunk_key(table: u32, sequence: Sequence) -> [u8; 16] {
    let mut key = [0; 16];
    key[..4].copy_from_slice(&table.to_be_bytes());
    key[4..12].copy_from_slice(&sequence.record.to_be_bytes());
    key[12..].copy_from_slice(&sequence.position.to_be_bytes());
    key
}

/// The table of a chunk or segment, and its place in the history as one number that rises.
pub(crate) fn read_chunk_key(key: &[u8]) -> Result<(u32, Place), RecordError> {
    let key: &[u8; 16] = key.try_into().map_err(|_| RecordError::Key)?;
    let (table, place) = key.split_at(4);
    let table = u32::from_be_bytes(table.try_into().expect("four bytes"));
    let mut bytes = [0; 16];
    bytes[4..].copy_from_slice(place);
    Ok((table, Place(u128::from_be_bytes(bytes))))
}

pub(crate) fn segment_key(table: u32, file: u64) -> [u8; 12] {
    let mut key = [0; 12];
    key[..4].copy_from_slice(&table.to_be_bytes());
    key[4..].copy_from_slice(&file.to_be_bytes());
    key
}

pub(crate) fn read_segment_key(key: &[u8]) -> Result<(u32, u64), RecordError> {
    let key: &[u8; 12] = key.try_into().map_err(|_| RecordError::Key)?;
    let (table, file) = key.split_at(4);
    let table = u32::from_be_bytes(table.try_into().expect("four bytes"));
    Ok((table, u64::from_be_bytes(file.try_into().expect("eight bytes"))))
}

/// Where in the history of the store something was committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place(pub(crate) u128);
