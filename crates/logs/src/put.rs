//! Events that are written.

use kv::{Batch, Declined, Present};
use model::{LogGroupName, LogStreamName};
use records::{Record, encode};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::error::LogsError;
use crate::group::{StoredGroup, add_bytes, group_in, stored_group};
use crate::key::{EVENTS, Place, STREAMS, event_key, stream_key};
use crate::logs::{DECISION_BYTES, Logs, next_number};
use crate::stream::{StoredStream, stream_in};

/// AWS's limits.
pub const BATCH_EVENTS_MAX: usize = 10_000;
pub const BATCH_BYTES_MAX: usize = 1_048_576;
/// What AWS counts for an event beside its message.
pub const EVENT_BYTES: usize = 26;

const DAY_MS: u64 = 24 * 3_600_000;
/// How far apart the events of a batch may be, ahead of the clock, and behind it.
const SPAN_MAX_MS: u64 = DAY_MS;
const AHEAD_MAX_MS: u64 = 2 * 3_600_000;
const BEHIND_MAX_MS: u64 = 14 * DAY_MS;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    pub at: UnixMillis,
    pub message: String,
}

/// Why events are not taken, all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnfitEvents {
    #[error("a batch has 1 to {BATCH_EVENTS_MAX} events")]
    Count,
    #[error("a log event has a message")]
    Empty,
    #[error("Upload too large: {bytes} bytes exceeds limit of {BATCH_BYTES_MAX}")]
    TooLarge { bytes: usize },
    #[error("Log events in a single PutLogEvents request must be in chronological order.")]
    Order,
    #[error(
        "The batch of log events in a single PutLogEvents request cannot span more than 24 hours."
    )]
    Span,
}

/// Which events of a batch were left out, by their places in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rejected {
    /// The first that is too far ahead of the clock.
    pub too_new_from: Option<usize>,
    /// Behind the last that is too old for anybody.
    pub too_old_until: Option<usize>,
    /// Behind the last that is too old for its group.
    pub expired_until: Option<usize>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PutOutcome {
    pub rejected: Rejected,
}

/// An event as it is stored; its time is in the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredEvent {
    pub(crate) put_at: UnixMillis,
    pub(crate) message: String,
}

impl Record for StoredEvent {
    const VERSION: u8 = 1;
}

impl Logs {
    /// Writes events to a stream that is there.
    pub async fn put_events(
        &self,
        group: &LogGroupName,
        stream: &LogStreamName,
        events: Vec<NewEvent>,
        now: UnixMillis,
    ) -> Result<PutOutcome, LogsError> {
        let bytes = check(&events)?;
        let (group, stream) = (group.clone(), stream.clone());
        self.decide(bytes, move |present| {
            let group = group_in(present, &group)?.ok_or(LogsError::NoGroup)?;
            stream_in(present, group.number, &stream)?.ok_or(LogsError::NoStream)?;
            write(present, &group, &stream, events, now)
        })
        .await
    }

    /// Adds events to somebody's batch; a stream that is not there is made with them. From then on they
    /// stand or fall with the batch: if the group is deleted before it is committed, they are left out,
    /// as if they had been written before that. What is told to be left out is so by the clock of now.
    pub fn put_into(
        &self,
        batch: &mut Batch,
        group: &LogGroupName,
        stream: &LogStreamName,
        events: Vec<NewEvent>,
        now: UnixMillis,
    ) -> Result<PutOutcome, LogsError> {
        let bytes = check(&events)?;
        let found = stored_group(&self.snapshot(), group)?.ok_or(LogsError::NoGroup)?;
        let rejected = rejected(&events, found.retention_days, now);
        let (group, stream) = (group.clone(), stream.clone());
        batch.decide_by(DECISION_BYTES + bytes, move |present| {
            let written = group_in(present, &group).and_then(|found| match found {
                Some(found) => write(present, &found, &stream, events, now).map(drop),
                None => Ok(()),
            });
            // What is left is a store that cannot be read.
            written.map_err(|_| Declined::ByChoice)
        });
        Ok(PutOutcome { rejected })
    }
}

/// About how many bytes the events take, if they may be written as one.
fn check(events: &[NewEvent]) -> Result<usize, UnfitEvents> {
    if !(1..=BATCH_EVENTS_MAX).contains(&events.len()) {
        return Err(UnfitEvents::Count);
    }
    if events.iter().any(|event| event.message.is_empty()) {
        return Err(UnfitEvents::Empty);
    }
    let bytes = events.iter().map(|event| event.message.len() + EVENT_BYTES).sum();
    if bytes > BATCH_BYTES_MAX {
        return Err(UnfitEvents::TooLarge { bytes });
    }
    if !events.is_sorted_by_key(|event| event.at) {
        return Err(UnfitEvents::Order);
    }
    let (first, last) = (&events[0], &events[events.len() - 1]);
    match last.at - first.at {
        0..=SPAN_MAX_MS => Ok(bytes),
        _ => Err(UnfitEvents::Span),
    }
}

fn write(
    present: &mut Present<'_>,
    group: &StoredGroup,
    name: &LogStreamName,
    events: Vec<NewEvent>,
    now: UnixMillis,
) -> Result<PutOutcome, LogsError> {
    let found = stream_in(present, group.number, name)?;
    let mut stream = match found {
        Some(stream) => stream,
        None => StoredStream::new(next_number(present)?, now),
    };
    let rejected = rejected(&events, group.retention_days, now);
    let until = rejected.too_old_until.max(rejected.expired_until).unwrap_or(0);
    let from = rejected.too_new_from.unwrap_or(events.len());
    let mut bytes = 0;
    for event in events.into_iter().take(from).skip(until) {
        bytes += i64::try_from(event.message.len() + EVENT_BYTES).unwrap_or(i64::MAX);
        let place = Place::new(event.at, present.sequence());
        stream.note(event.at, now);
        let stored = encode(&StoredEvent { put_at: now, message: event.message });
        present.put_new(EVENTS, event_key(group.number, stream.number, &place), stored);
    }
    present.put(STREAMS, stream_key(group.number, name.as_str()), encode(&stream));
    add_bytes(present, group.number, bytes)?;
    Ok(PutOutcome { rejected })
}

fn rejected(events: &[NewEvent], retention_days: Option<u32>, now: UnixMillis) -> Rejected {
    let behind = |millis: u64| {
        let oldest = now.saturating_sub(millis);
        let count = events.partition_point(|event| event.at < oldest);
        (count > 0).then_some(count)
    };
    let newest = now.saturating_add(AHEAD_MAX_MS);
    let too_new = events.partition_point(|event| event.at <= newest);
    Rejected {
        too_new_from: (too_new < events.len()).then_some(too_new),
        too_old_until: behind(BEHIND_MAX_MS),
        expired_until: retention_days.and_then(|days| behind(u64::from(days) * DAY_MS)),
    }
}

impl StoredStream {
    fn note(&mut self, at: UnixMillis, now: UnixMillis) {
        self.first_event_at = Some(self.first_event_at.map_or(at, |first| first.min(at)));
        self.last_event_at = self.last_event_at.max(Some(at));
        self.last_put_at = Some(now);
    }
}
