//! The events of several streams of a group, by time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Bound;

use bytes::Bytes;
use kv::{Direction, Range};
use model::{LogGroupName, LogStreamName};
use stdx::clock::UnixMillis;

use crate::error::LogsError;
use crate::group::stored_group;
use crate::key::{EVENTS, PLACE_BYTES, Place, event_key, place_of};
use crate::logs::Logs;
use crate::pattern::Pattern;
use crate::put::{BATCH_BYTES_MAX, EVENT_BYTES};
use crate::read::{Event, event_of};
use crate::stream::{Stream, streams_of};

/// AWS's limit for one answer.
pub const FILTERED_MAX: usize = 10_000;

/// How many events are looked at for one answer: a pattern that nothing matches must not read the
/// whole store at once.
const SEEN_MAX: usize = 50_000;

#[derive(Clone, Debug)]
pub struct LogFilter<'a> {
    pub group: &'a LogGroupName,
    /// Those, or all that begin so.
    pub streams: &'a [LogStreamName],
    pub prefix: &'a str,
    /// The first time and the last.
    pub from: UnixMillis,
    pub until: Option<UnixMillis>,
    pub pattern: &'a Pattern,
    pub token: Option<&'a str>,
    pub limit: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filtered {
    pub stream: LogStreamName,
    /// A number of 56 digits that no other event of the group has.
    pub id: String,
    pub event: Event,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterPage {
    pub events: Vec<Filtered>,
    /// Where to go on; nothing at the end.
    pub next: Option<String>,
}

/// Where an event stands among those of its group.
type Rank = (Place, u64);

/// The next entry of a stream.
struct Head {
    stream: usize,
    key: Bytes,
    value: Bytes,
}

impl Logs {
    pub fn filter(&self, filter: &LogFilter<'_>) -> Result<FilterPage, LogsError> {
        let snapshot = self.snapshot();
        let group = stored_group(&snapshot, filter.group)?.ok_or(LogsError::NoGroup)?;
        let mut streams = streams_of(&snapshot, group.number, filter.prefix)?;
        let is_known = |name: &LogStreamName| streams.iter().any(|it| it.name == *name);
        if !filter.streams.iter().all(is_known) {
            return Err(LogsError::NoStream);
        }
        streams.retain(|it| filter.streams.is_empty() || filter.streams.contains(&it.name));
        let behind = filter.token.map(|token| read_token(token).ok_or(LogsError::Token));
        let behind = behind.transpose()?;
        let first = Place::before(filter.from);
        let start = behind.map_or(first, |(place, _)| Place::before(place.at()).max(first));
        let end = Place::before(filter.until.map_or(u64::MAX, |until| until.saturating_add(1)));
        let mut ranges = Vec::with_capacity(streams.len());
        for stream in &streams {
            let key = |place: &Place| event_key(group.number, stream.number, place);
            let (lower, upper) = (key(&start), key(&end.max(start)));
            let range = (Bound::Included(&lower[..]), Bound::Excluded(&upper[..]));
            ranges.push(snapshot.range(EVENTS, range, Direction::Forward)?);
        }
        Merge::new(ranges, &streams)?.collect(filter, behind)
    }
}

/// Streams side by side, the oldest event first.
struct Merge<'s> {
    ranges: Vec<Range>,
    streams: &'s [Stream],
    heap: BinaryHeap<Reverse<(Rank, usize)>>,
    heads: Vec<Option<Head>>,
}

impl<'s> Merge<'s> {
    fn new(ranges: Vec<Range>, streams: &'s [Stream]) -> Result<Merge<'s>, LogsError> {
        let heads = streams.iter().map(|_| None).collect();
        let mut merge = Merge { ranges, streams, heap: BinaryHeap::new(), heads };
        for stream in 0..streams.len() {
            merge.advance(stream)?;
        }
        Ok(merge)
    }

    fn advance(&mut self, stream: usize) -> Result<(), LogsError> {
        let Some(entry) = self.ranges[stream].next() else { return Ok(()) };
        let (key, value) = entry?;
        let rank = (place_of(&key)?, self.streams[stream].number);
        self.heap.push(Reverse((rank, stream)));
        self.heads[stream] = Some(Head { stream, key, value });
        Ok(())
    }

    fn next(&mut self) -> Result<Option<(Rank, Head)>, LogsError> {
        let Some(Reverse((rank, stream))) = self.heap.pop() else { return Ok(None) };
        let head = self.heads[stream].take().expect("what is in the heap has a head");
        self.advance(stream)?;
        Ok(Some((rank, head)))
    }

    fn collect(
        mut self,
        filter: &LogFilter<'_>,
        behind: Option<Rank>,
    ) -> Result<FilterPage, LogsError> {
        let (mut events, mut bytes, mut seen) = (Vec::new(), 0, 0);
        let mut last = behind;
        while let Some((rank, head)) = self.next()? {
            if behind.is_some_and(|behind| rank <= behind) {
                continue;
            }
            let is_full = events.len() >= filter.limit || bytes > BATCH_BYTES_MAX;
            if is_full || seen >= SEEN_MAX {
                return Ok(FilterPage { events, next: last.map(|rank| token(&rank)) });
            }
            (seen, last) = (seen + 1, Some(rank));
            let (_, event) = event_of(&head.key, &head.value)?;
            if filter.pattern.matches(&event.message) {
                bytes += event.message.len() + EVENT_BYTES;
                let stream = self.streams[head.stream].name.clone();
                events.push(Filtered { stream, id: id(&rank), event });
            }
        }
        Ok(FilterPage { events, next: None })
    }
}

fn token((place, stream): &Rank) -> String {
    format!("{}{stream:016x}", place.hex())
}

fn read_token(token: &str) -> Option<Rank> {
    let (place, stream) = token.split_at_checked(2 * PLACE_BYTES)?;
    Some((Place::from_hex(place)?, u64::from_str_radix(stream, 16).ok()?))
}

fn id((place, stream): &Rank) -> String {
    let number = |from: usize, to: usize| {
        place.0[from..to].iter().fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte))
    };
    format!("{:014}{:010}{:020}{:012}", number(0, 8), stream, number(8, 16), number(16, 20))
}
