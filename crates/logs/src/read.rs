//! The events of one stream, forward and backward.

use std::ops::Bound;

use kv::{Direction, Snapshot};
use model::{LogGroupName, LogStreamName};
use records::decode;
use stdx::clock::UnixMillis;

use crate::error::LogsError;
use crate::group::stored_group;
use crate::key::{EVENTS, Place, event_key, place_of};
use crate::logs::Logs;
use crate::put::{BATCH_BYTES_MAX, EVENT_BYTES, StoredEvent};
use crate::stream::stored_stream;

/// AWS's limit for one answer; its bytes are limited as those of a put.
pub const EVENTS_MAX: usize = 10_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub at: UnixMillis,
    pub put_at: UnixMillis,
    pub message: String,
}

/// Which events of a stream are asked for.
#[derive(Clone, Debug)]
pub struct EventQuery<'a> {
    pub group: &'a LogGroupName,
    pub stream: &'a LogStreamName,
    /// The first time, and the one behind the last.
    pub from: UnixMillis,
    pub until: Option<UnixMillis>,
    /// Where an answer before ended.
    pub token: Option<&'a str>,
    pub from_head: bool,
    pub limit: usize,
}

/// Events, oldest first, and where to go on. A token that is given back as it was has nothing behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventPage {
    pub events: Vec<Event>,
    pub forward: String,
    pub backward: String,
}

/// From where, and which way.
enum Start {
    Behind(Place),
    Before(Place),
}

impl Start {
    fn read(token: &str) -> Option<Start> {
        let (way, place) = token.split_once('/')?;
        let place = Place::from_hex(place)?;
        match way {
            "f" => Some(Start::Behind(place)),
            "b" => Some(Start::Before(place)),
            _ => None,
        }
    }
}

impl Logs {
    pub fn events(&self, query: &EventQuery<'_>) -> Result<EventPage, LogsError> {
        let snapshot = self.snapshot();
        let group = stored_group(&snapshot, query.group)?.ok_or(LogsError::NoGroup)?;
        let stream = stored_stream(&snapshot, group.number, query.stream)?;
        let stream = stream.ok_or(LogsError::NoStream)?;
        let first = Place::before(query.from);
        let end = Place::before(query.until.unwrap_or(u64::MAX));
        let start = match query.token {
            Some(token) => Start::read(token).ok_or(LogsError::Token)?,
            None if query.from_head => Start::Behind(first),
            None => Start::Before(end),
        };
        let key = |place: &Place| event_key(group.number, stream.number, place);
        let (lower, upper, direction) = match &start {
            Start::Behind(place) => (*place.max(&first), end, Direction::Forward),
            Start::Before(place) => (first, *place.min(&end), Direction::Backward),
        };
        let found = collect(&snapshot, &key(&lower), &key(&upper), direction, query.limit)?;
        // Where nothing is, the next question begins where this one did.
        let (ahead, behind) = match (found.first(), found.last()) {
            (Some((first, _)), Some((last, _))) => (*last, *first),
            _ => match start {
                Start::Behind(place) | Start::Before(place) => (place, place),
            },
        };
        Ok(EventPage {
            events: found.into_iter().map(|(_, event)| event).collect(),
            forward: format!("f/{}", ahead.hex()),
            backward: format!("b/{}", behind.hex()),
        })
    }
}

/// Events between two keys, neither included, oldest first.
fn collect(
    snapshot: &Snapshot,
    lower: &[u8],
    upper: &[u8],
    direction: Direction,
    limit: usize,
) -> Result<Vec<(Place, Event)>, LogsError> {
    let (mut found, mut bytes) = (Vec::new(), 0);
    let range = (Bound::Excluded(lower), Bound::Excluded(upper));
    for entry in snapshot.range(EVENTS, range, direction)? {
        let (key, value) = entry?;
        let event = event_of(&key, &value)?;
        bytes += event.1.message.len() + EVENT_BYTES;
        if found.len() >= limit || (bytes > BATCH_BYTES_MAX && !found.is_empty()) {
            break;
        }
        found.push(event);
    }
    if direction == Direction::Backward {
        found.reverse();
    }
    Ok(found)
}

pub(crate) fn event_of(key: &[u8], value: &[u8]) -> Result<(Place, Event), LogsError> {
    let place = place_of(key)?;
    let StoredEvent { put_at, message } = decode(value)?;
    Ok((place, Event { at: place.at(), put_at, message }))
}
