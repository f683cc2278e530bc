//! Reading change streams. A stream is one shard, in the order of commits.

use std::fmt;
use std::ops::Bound;
use std::str::FromStr;

use kv::{Direction, Sequence, Snapshot};
use model::TableName;
use records::StoreError;
use stdx::clock::UnixMillis;

use crate::change_record::{ChangeRecord, RECORDS, record_key, sequence_of, stream_prefix};
use crate::key;
use crate::store::Tables;
use crate::stored_item::ItemDamaged;
use crate::stream::{self, StreamInfo};

/// AWS keeps records for a day, and iterators for a quarter of an hour.
pub const RECORD_MILLIS: u64 = 24 * 60 * 60 * 1_000;
pub const ITERATOR_MILLIS: u64 = 15 * 60 * 1_000;

/// AWS's limits of one answer.
pub const RECORDS_MAX: usize = 1_000;
const RECORDS_BYTES_MAX: usize = 1_024 * 1_024;

/// A sequence number as clients see it: of one length, so that texts sort as numbers do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SequenceNumber(pub Sequence);

/// Where reading goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShardIterator {
    pub(crate) stream: u32,
    /// The first record that is wanted, if it is there.
    from: Sequence,
    issued_at: UnixMillis,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartAt {
    TrimHorizon,
    Latest,
    Sequence(SequenceNumber),
    AfterSequence(SequenceNumber),
}

#[derive(Clone, Debug)]
pub struct ChangePage {
    pub records: Vec<ChangeRecord>,
    /// Nothing where the stream ended and all of it was read.
    pub next: Option<ShardIterator>,
}

/// The ends of what is kept of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamEnds {
    pub first: Option<SequenceNumber>,
    pub last: Option<SequenceNumber>,
}

#[derive(Debug, thiserror::Error)]
pub enum StreamRefused {
    #[error("Requested resource not found: Stream not found")]
    NotFound,
    #[error("The iterator is older than fifteen minutes")]
    IteratorExpired,
    #[error("Attempt to access a record that is beyond the trim horizon")]
    Trimmed,
    #[error(transparent)]
    Damaged(#[from] ItemDamaged),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A text that was never given out as an iterator or a sequence number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an iterator or sequence number of a stream")]
pub struct NotOfAStream;

impl From<kv::ReadError> for StreamRefused {
    fn from(error: kv::ReadError) -> StreamRefused {
        StreamRefused::Store(error.into())
    }
}

impl Tables {
    /// Calls this when there may be something new in a stream. It is a hint: a restart in between
    /// tells nobody, so who follows also looks now and then.
    pub fn follow(&self, follower: impl Fn() + Send + Sync + 'static) {
        self.hook.follow(Box::new(follower));
    }

    /// Streams of one table or of all, those that ended among them, in the order in which they began.
    pub fn streams(&self, table: Option<&TableName>) -> Result<Vec<StreamInfo>, StoreError> {
        let mut streams = stream::all(&self.store().snapshot())?;
        streams.retain(|stream| table.is_none_or(|table| stream.table == *table));
        Ok(streams)
    }

    pub fn stream(&self, table: &TableName, label: &str) -> Result<Option<StreamInfo>, StoreError> {
        Ok(self.streams(Some(table))?.into_iter().find(|stream| stream.label == label))
    }

    /// The first and last record that are kept.
    pub fn stream_ends(&self, stream: &StreamInfo) -> Result<StreamEnds, StreamRefused> {
        let snapshot = self.store().snapshot();
        let first = end(&snapshot, stream.number, Direction::Forward)?.map(SequenceNumber);
        let last = end(&snapshot, stream.number, Direction::Backward)?.map(SequenceNumber);
        Ok(StreamEnds { first, last })
    }

    pub fn shard_iterator(
        &self,
        stream: &StreamInfo,
        start: StartAt,
    ) -> Result<ShardIterator, StreamRefused> {
        let snapshot = self.store().snapshot();
        let first = || end(&snapshot, stream.number, Direction::Forward);
        let from = match start {
            StartAt::TrimHorizon => NOWHERE,
            StartAt::Latest => {
                end(&snapshot, stream.number, Direction::Backward)?.map_or(NOWHERE, after)
            }
            StartAt::Sequence(SequenceNumber(at)) => {
                if first()?.is_some_and(|first| at < first) {
                    return Err(StreamRefused::Trimmed);
                }
                at
            }
            StartAt::AfterSequence(SequenceNumber(at)) => {
                if first()?.is_some_and(|first| after(at) < first) && self.was_trimmed(stream)? {
                    return Err(StreamRefused::Trimmed);
                }
                after(at)
            }
        };
        Ok(ShardIterator { stream: stream.number, from, issued_at: self.clock().now() })
    }

    /// The stream that an iterator reads: who may use it is asked of the stream.
    pub fn stream_of(&self, iterator: ShardIterator) -> Result<Option<StreamInfo>, StoreError> {
        stream::find(&self.store().snapshot(), iterator.stream)
    }

    /// The next records of a stream.
    pub fn records(
        &self,
        iterator: ShardIterator,
        limit: usize,
    ) -> Result<ChangePage, StreamRefused> {
        let now = self.clock().now();
        if iterator.issued_at.saturating_add(ITERATOR_MILLIS) < now {
            return Err(StreamRefused::IteratorExpired);
        }
        let snapshot = self.store().snapshot();
        let stream = stream::find(&snapshot, iterator.stream)?.ok_or(StreamRefused::NotFound)?;
        let (mut records, mut bytes, mut from) = (Vec::new(), 0, iterator.from);
        let mut is_end = true;
        let (lower, upper) = bounds(iterator.stream, from);
        let range = (Bound::Included(&lower[..]), upper.as_ref().map(Vec::as_slice));
        for entry in snapshot.range(RECORDS, range, Direction::Forward)? {
            let (key, value) = entry?;
            bytes += value.len();
            if records.len() >= limit.min(RECORDS_MAX)
                || (bytes > RECORDS_BYTES_MAX && !records.is_empty())
            {
                is_end = false;
                break;
            }
            let sequence = sequence_of(&key).ok_or(ItemDamaged)?;
            records.push(ChangeRecord::decode(sequence, value)?);
            from = after(sequence);
        }
        let next = ShardIterator { stream: iterator.stream, from, issued_at: now };
        let is_over = is_end && stream.ended.is_some();
        Ok(ChangePage { records, next: (!is_over).then_some(next) })
    }

    /// Whether the stream is so old that records of it may be gone.
    fn was_trimmed(&self, stream: &StreamInfo) -> Result<bool, StreamRefused> {
        Ok(stream.created_at + RECORD_MILLIS < self.clock().now())
    }
}

const NOWHERE: Sequence = Sequence { record: 0, position: 0 };

fn after(Sequence { record, position }: Sequence) -> Sequence {
    match position.checked_add(1) {
        Some(position) => Sequence { record, position },
        None => Sequence { record: record + 1, position: 0 },
    }
}

fn bounds(stream: u32, from: Sequence) -> (Vec<u8>, Bound<Vec<u8>>) {
    let upper = key::behind(&stream_prefix(stream));
    (record_key(stream, from).to_vec(), upper.map_or(Bound::Unbounded, Bound::Excluded))
}

fn end(
    snapshot: &Snapshot,
    stream: u32,
    direction: Direction,
) -> Result<Option<Sequence>, StreamRefused> {
    let (lower, upper) = bounds(stream, NOWHERE);
    let range = (Bound::Included(&lower[..]), upper.as_ref().map(Vec::as_slice));
    let Some(entry) = snapshot.range(RECORDS, range, direction)?.next() else { return Ok(None) };
    Ok(sequence_of(&entry?.0))
}

impl fmt::Display for SequenceNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Sequence { record, position } = self.0;
        write!(f, "1{record:020}{position:010}")
    }
}

impl FromStr for SequenceNumber {
    type Err = NotOfAStream;

    fn from_str(text: &str) -> Result<SequenceNumber, NotOfAStream> {
        let digits = text.strip_prefix('1').filter(|digits| {
            digits.len() == 30 && digits.bytes().all(|digit| digit.is_ascii_digit())
        });
        let (record, position) = digits.ok_or(NotOfAStream)?.split_at(20);
        let record = record.parse().map_err(|_| NotOfAStream)?;
        let position = position.parse().map_err(|_| NotOfAStream)?;
        Ok(SequenceNumber(Sequence { record, position }))
    }
}

impl fmt::Display for ShardIterator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.stream, SequenceNumber(self.from), self.issued_at)
    }
}

impl FromStr for ShardIterator {
    type Err = NotOfAStream;

    fn from_str(text: &str) -> Result<ShardIterator, NotOfAStream> {
        let mut parts = text.split('.');
        let mut next = || parts.next().ok_or(NotOfAStream);
        let stream = next()?.parse().map_err(|_| NotOfAStream)?;
        let SequenceNumber(from) = next()?.parse()?;
        let issued_at = next()?.parse().map_err(|_| NotOfAStream)?;
        match parts.next() {
            None => Ok(ShardIterator { stream, from, issued_at }),
            Some(_) => Err(NotOfAStream),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iterators_and_sequence_numbers_are_texts() {
        let sequence = Sequence { record: 12, position: 3 };
        let number = SequenceNumber(sequence);
        assert_eq!(number.to_string().len(), 31);
        assert_eq!(number.to_string().parse(), Ok(number));
        let later = SequenceNumber(Sequence { record: 100, position: 0 });
        assert!(later.to_string() > number.to_string());
        let iterator = ShardIterator { stream: 4, from: sequence, issued_at: 99 };
        assert_eq!(iterator.to_string().parse(), Ok(iterator));
        for text in ["", "12", "1.2.3", "4.x.99", "1234567890123456789012345678901x"] {
            assert!(text.parse::<ShardIterator>().is_err(), "{text}");
            assert!(text.parse::<SequenceNumber>().is_err(), "{text}");
        }
    }
}
