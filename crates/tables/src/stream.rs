//! Change streams: what is kept of each, and how they begin and end.

use kv::{Present, Sequence, Snapshot, Space};
use model::TableName;
use records::{Record, StoreError, decode, encode};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;
use time::OffsetDateTime;
use time::macros::format_description;

use crate::definition::{Definition, KeySchema, Stream, StreamView};
use crate::store::next_number;

pub(crate) const STREAMS: Space = Space::new("streams");

/// A stream, whether its table still writes it or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamInfo {
    pub table: TableName,
    /// What the end of the stream's ARN says: when it began.
    pub label: String,
    pub view: StreamView,
    pub key: KeySchema,
    pub created_at: UnixMillis,
    /// Nothing is written any more. It stays readable until all of it is too old.
    pub ended: Option<Ended>,
    pub(crate) number: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    pub at: UnixMillis,
    /// Beyond every record of the stream.
    pub sequence: Sequence,
}

#[derive(Serialize, Deserialize)]
struct StoredStream {
    table: TableName,
    label: String,
    view: StreamView,
    key: KeySchema,
    created_at: UnixMillis,
    ended: Option<(UnixMillis, u64, u32)>,
}

impl Record for StoredStream {
    const VERSION: u8 = 1;
}

/// Begins a stream of a table that has none.
pub(crate) fn begin(
    table: &Definition,
    view: StreamView,
    now: UnixMillis,
    present: &mut Present<'_>,
) -> Result<Stream, StoreError> {
    let number = next_number(present, "streams")?;
    let label = label(now, number);
    let (table, key, created_at) = (table.name.clone(), table.key.clone(), now);
    let stored = StoredStream { table, label: label.clone(), view, key, created_at, ended: None };
    present.put(STREAMS, number.to_be_bytes(), encode(&stored));
    Ok(Stream { label, view, number })
}

/// Ends the stream of a table.
pub(crate) fn end(
    stream: &Stream,
    now: UnixMillis,
    present: &mut Present<'_>,
) -> Result<(), StoreError> {
    let key = stream.number.to_be_bytes();
    let Some(bytes) = present.get(STREAMS, &key)? else { return Ok(()) };
    let mut stored = decode::<StoredStream>(&bytes)?;
    let Sequence { record, position } = present.sequence();
    stored.ended = Some((now, record, position));
    present.put(STREAMS, key, encode(&stored));
    Ok(())
}

/// The stream of a number.
pub(crate) fn find(snapshot: &Snapshot, number: u32) -> Result<Option<StreamInfo>, StoreError> {
    let Some(bytes) = snapshot.get(STREAMS, &number.to_be_bytes())? else { return Ok(None) };
    Ok(Some(decode::<StoredStream>(&bytes)?.into_info(number)))
}

/// All streams, in the order in which they began.
pub(crate) fn all(snapshot: &Snapshot) -> Result<Vec<StreamInfo>, StoreError> {
    let mut streams = Vec::new();
    for entry in snapshot.scan(STREAMS, b"")? {
        let (key, bytes) = entry?;
        let number = key[..].try_into().map_err(|_| records::RecordError::Key)?;
        let stored = decode::<StoredStream>(&bytes)?;
        streams.push(stored.into_info(u32::from_be_bytes(number)));
    }
    Ok(streams)
}

impl StoredStream {
    fn into_info(self, number: u32) -> StreamInfo {
        let StoredStream { table, label, view, key, created_at, ended } = self;
        let ended = ended.map(|(at, record, position)| {
            let sequence = Sequence { record, position };
            Ended { at, sequence }
        });
        StreamInfo { table, label, view, key, created_at, ended, number }
    }
}

/// As AWS writes it. Two streams of one table may begin in the same millisecond, so the number of the
/// stream takes the place of the last digits that a clock would have.
fn label(now: UnixMillis, number: u32) -> String {
    let nanos = i128::from(now) * 1_000_000;
    let moment =
        OffsetDateTime::from_unix_timestamp_nanos(nanos).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let format =
        format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]");
    let text = moment.format(&format).expect("a date has all of these parts");
    format!("{text}{:03}", number % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_a_moment() {
        assert_eq!(label(1_431_379_281_329, 1_007), "2015-05-11T21:21:21.329007");
    }
}
