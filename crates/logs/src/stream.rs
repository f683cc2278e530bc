//! Log streams.

use bytes::Bytes;
use kv::{Present, Snapshot};
use model::{LogGroupName, LogStreamName};
use records::{Record, RecordError, decode, encode};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::error::LogsError;
use crate::group::{group_in, stored_group};
use crate::key::{CHORES, STREAMS, events_prefix, stream_key};
use crate::logs::{Logs, next_number};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    pub name: LogStreamName,
    pub created_at: UnixMillis,
    pub first_event_at: Option<UnixMillis>,
    pub last_event_at: Option<UnixMillis>,
    pub last_put_at: Option<UnixMillis>,
    pub(crate) number: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StreamOrder {
    #[default]
    Name,
    LastEvent,
}

/// A stream as it is stored; its group and name are the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredStream {
    pub(crate) number: u64,
    pub(crate) created_at: UnixMillis,
    pub(crate) first_event_at: Option<UnixMillis>,
    pub(crate) last_event_at: Option<UnixMillis>,
    pub(crate) last_put_at: Option<UnixMillis>,
}

impl Record for StoredStream {
    const VERSION: u8 = 1;
}

impl Logs {
    pub async fn create_stream(
        &self,
        group: &LogGroupName,
        name: &LogStreamName,
        now: UnixMillis,
    ) -> Result<(), LogsError> {
        let (group, name) = (group.clone(), name.clone());
        self.decide(0, move |present| {
            let group = group_in(present, &group)?.ok_or(LogsError::NoGroup)?;
            if stream_in(present, group.number, &name)?.is_some() {
                return Err(LogsError::StreamExists);
            }
            let stream = StoredStream::new(next_number(present)?, now);
            present.put(STREAMS, stream_key(group.number, name.as_str()), encode(&stream));
            Ok(())
        })
        .await
    }

    /// Its events are gone at once, and taken away by the sweeper.
    pub async fn delete_stream(
        &self,
        group: &LogGroupName,
        name: &LogStreamName,
    ) -> Result<(), LogsError> {
        let (group, name) = (group.clone(), name.clone());
        self.decide(0, move |present| {
            let group = group_in(present, &group)?.ok_or(LogsError::NoGroup)?;
            let stream = stream_in(present, group.number, &name)?.ok_or(LogsError::NoStream)?;
            present.delete(STREAMS, stream_key(group.number, name.as_str()));
            present.put(CHORES, events_prefix(group.number, stream.number), Bytes::new());
            Ok(())
        })
        .await
    }

    /// The streams of a group whose names begin so, in the order that is asked for. All are looked
    /// at: a group that is written to by a stream for each day has some hundreds.
    pub fn streams(
        &self,
        group: &LogGroupName,
        prefix: &str,
        order: StreamOrder,
    ) -> Result<Vec<Stream>, LogsError> {
        let snapshot = self.snapshot();
        let group = stored_group(&snapshot, group)?.ok_or(LogsError::NoGroup)?;
        let mut streams = streams_of(&snapshot, group.number, prefix)?;
        if order == StreamOrder::LastEvent {
            streams.sort_by(|one, other| {
                (one.last_event_at, &one.name).cmp(&(other.last_event_at, &other.name))
            });
        }
        Ok(streams)
    }
}

impl StoredStream {
    pub(crate) fn new(number: u64, created_at: UnixMillis) -> StoredStream {
        let (first_event_at, last_event_at, last_put_at) = (None, None, None);
        StoredStream { number, created_at, first_event_at, last_event_at, last_put_at }
    }
}

pub(crate) fn streams_of(
    snapshot: &Snapshot,
    group: u64,
    prefix: &str,
) -> Result<Vec<Stream>, LogsError> {
    let mut streams = Vec::new();
    for found in snapshot.scan(STREAMS, &stream_key(group, prefix))? {
        let (key, value) = found?;
        let name = key.get(8..).and_then(|name| std::str::from_utf8(name).ok());
        let name = name.and_then(|name| LogStreamName::new(name).ok()).ok_or(RecordError::Key)?;
        let stored: StoredStream = decode(&value)?;
        streams.push(Stream {
            name,
            created_at: stored.created_at,
            first_event_at: stored.first_event_at,
            last_event_at: stored.last_event_at,
            last_put_at: stored.last_put_at,
            number: stored.number,
        });
    }
    Ok(streams)
}

pub(crate) fn stream_in(
    present: &mut Present<'_>,
    group: u64,
    name: &LogStreamName,
) -> Result<Option<StoredStream>, LogsError> {
    let found = present.get(STREAMS, &stream_key(group, name.as_str()))?;
    Ok(found.map(|bytes| decode(&bytes)).transpose()?)
}

pub(crate) fn stored_stream(
    snapshot: &Snapshot,
    group: u64,
    name: &LogStreamName,
) -> Result<Option<StoredStream>, LogsError> {
    let found = snapshot.get(STREAMS, &stream_key(group, name.as_str()))?;
    Ok(found.map(|bytes| decode(&bytes)).transpose()?)
}
