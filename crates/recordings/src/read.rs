//! Reading what is recorded, in order, a piece at a time.

use std::iter::Peekable;
use std::ops::Bound;

use bytes::Bytes;
use kv::{Direction, Range, ReadError, Snapshot};
use model::TopicFilter;
use records::{RecordError, StoreError};
use stdx::clock::UnixMillis;

use crate::definition::{ON, RecordingNumber};
use crate::message::RecordedMessage;
use crate::place::{Place, RECORDED};
use crate::recordings::{Recordings, all};

/// How many messages are looked at for one piece: some ten milliseconds.
const PASSED_MAX: usize = 10_000;

/// Payloads, and what is said of them, in one piece.
const PIECE_BYTES: usize = 8 * 1024 * 1024;

/// Which messages are wanted.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// From this time on.
    pub since: UnixMillis,
    /// Before this time.
    pub until: Option<UnixMillis>,
    /// Of topics that it matches.
    pub topic: Option<TopicFilter>,
    /// Behind this place.
    pub after: Option<Place>,
}

/// Some of them.
#[derive(Debug, Default)]
pub struct Piece {
    pub messages: Vec<(Place, RecordedMessage)>,
    /// Where the next piece begins: what to ask for as `after`. Nothing at the end.
    pub next: Option<Place>,
}

impl Recordings {
    /// The next messages that are wanted, at most so many, each once. There may be none and still a
    /// next piece.
    ///
    /// Times are looked at one by one: clocks are set, so they need not rise with places.
    pub fn read(&self, asked: &Asked, limit: usize) -> Result<Piece, StoreError> {
        let snapshot = self.records().snapshot();
        let mut sources = Vec::new();
        for recording in all(&snapshot, ON)? {
            sources.push(source(&snapshot, recording.number, asked.after)?.peekable());
        }
        let mut piece = Piece::default();
        let (mut passed, mut bytes) = (0, 0);
        while let Some((place, value)) = take_first(&mut sources)? {
            let message = RecordedMessage::decode(&value)?;
            if asked.wants(&message) {
                bytes += value.len();
                piece.messages.push((place, message));
            }
            passed += 1;
            if piece.messages.len() >= limit || passed >= PASSED_MAX || bytes >= PIECE_BYTES {
                piece.next = Some(place);
                break;
            }
        }
        Ok(piece)
    }
}

impl Asked {
    fn wants(&self, recorded: &RecordedMessage) -> bool {
        let RecordedMessage { message, at, .. } = recorded;
        *at >= self.since
            && self.until.is_none_or(|until| *at < until)
            && self.topic.as_ref().is_none_or(|filter| filter.matches(message.topic.as_str()))
    }
}

fn source(
    snapshot: &Snapshot,
    number: RecordingNumber,
    after: Option<Place>,
) -> Result<Range, StoreError> {
    let (first, last) = (Place([0; 12]).key(number), Place([u8::MAX; 12]).key(number));
    let after = after.map(|place| place.key(number));
    let lower = match &after {
        Some(key) => Bound::Excluded(&key[..]),
        None => Bound::Included(&first[..]),
    };
    let whole = (lower, Bound::Included(&last[..]));
    Ok(snapshot.range(RECORDED, whole, Direction::Forward)?)
}

/// The first message of all sources, taken from each that has it.
fn take_first(
    sources: &mut [Peekable<impl Iterator<Item = Result<(Bytes, Bytes), ReadError>>>],
) -> Result<Option<(Place, Bytes)>, StoreError> {
    let mut first: Option<Place> = None;
    for source in &mut *sources {
        if let Some(place) = place_of_next(source)? {
            first = Some(first.map_or(place, |first| first.min(place)));
        }
    }
    let Some(first) = first else { return Ok(None) };
    let mut found = None;
    for source in sources {
        if place_of_next(source)? == Some(first) {
            found = source.next().transpose()?;
        }
    }
    Ok(found.map(|(_, value)| (first, value)))
}

fn place_of_next(
    source: &mut Peekable<impl Iterator<Item = Result<(Bytes, Bytes), ReadError>>>,
) -> Result<Option<Place>, StoreError> {
    match source.peek() {
        None => Ok(None),
        Some(Ok((key, _))) => Ok(Some(Place::from_key(key).ok_or(RecordError::Key)?)),
        Some(Err(error)) => Err(error.clone().into()),
    }
}
