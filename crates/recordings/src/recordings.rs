//! The handle of all recordings: which there are, and how they begin and end.

use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;
use kv::{Batch, Expect, Snapshot, Store};
use model::TopicFilter;
use records::{Decision, RecordError, Records, StoreError, decode, encode};
use stdx::clock::UnixMillis;

use crate::definition::{
    COUNTER, DAYS_MAX, Limits, MEGABYTES_MAX, ON, OVER, RECORDINGS, RECORDINGS_MAX, Recording,
    RecordingNumber,
};
use crate::message::RecordedMessage;
use crate::place::{RECORDED, prefix};
use crate::size::Size;

/// Cheap to clone; every clone is the same.
#[derive(Clone, Debug)]
pub struct Recordings {
    records: Records<()>,
    kept: Arc<RwLock<Option<Kept>>>,
}

/// The recordings that go on, as of an epoch.
#[derive(Debug)]
struct Kept {
    epoch: u64,
    recordings: Arc<[Recording]>,
}

/// A recording and what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub recording: Recording,
    pub size: Size,
    /// When its first and its last message came.
    pub span: Option<(UnixMillis, UnixMillis)>,
}

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("a shared subscription cannot be recorded: name the filter itself")]
    Shared,
    #[error("from 1 to {DAYS_MAX} days and from 1 to {MEGABYTES_MAX} megabytes can be kept")]
    Limits,
    #[error("at most {RECORDINGS_MAX} recordings go on at a time")]
    TooMany,
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Debug, thiserror::Error)]
pub enum StopError {
    #[error("there is no recording of {filter}")]
    NotFound { filter: TopicFilter },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Recordings {
    pub fn new(store: Store) -> Recordings {
        Recordings { records: Records::new(store), kept: Arc::default() }
    }

    /// Rises when recordings begin or end.
    pub fn epoch(&self) -> u64 {
        self.records.epoch()
    }

    /// Keeps the messages of these topics from now on. If they are kept already, with these limits.
    pub async fn start(
        &self,
        filter: &TopicFilter,
        limits: Limits,
        now: UnixMillis,
    ) -> Result<Recording, StartError> {
        if filter.share_name().is_some() {
            return Err(StartError::Shared);
        }
        if !limits.are_allowed() {
            return Err(StartError::Limits);
        }
        self.records
            .mutate(|snapshot| {
                let (number, mut batch) = next_number(snapshot)?;
                let known = all(snapshot, ON)?;
                let same = known.iter().find(|recording| recording.filter == *filter);
                let recording = match same {
                    Some(same) => Recording { limits, ..same.clone() },
                    None if known.len() >= RECORDINGS_MAX => return Err(StartError::TooMany),
                    None => Recording { number, filter: filter.clone(), limits, started_at: now },
                };
                batch.put(RECORDINGS, recording.number.on_key(), encode(&recording));
                Ok(Decision { batch, changes: vec![()], outcome: recording })
            })
            .await
    }

    /// Ends a recording; all that it kept goes.
    pub async fn stop(&self, filter: &TopicFilter) -> Result<(), StopError> {
        self.records
            .mutate(|snapshot| {
                let (_, mut batch) = next_number(snapshot)?;
                let known = all(snapshot, ON)?;
                let missing = || StopError::NotFound { filter: filter.clone() };
                let found = known.iter().find(|recording| recording.filter == *filter);
                let found = found.ok_or_else(missing)?;
                batch.delete(RECORDINGS, found.number.on_key());
                batch.put(RECORDINGS, found.number.over_key(), encode(found));
                Ok(Decision { batch, changes: vec![()], outcome: () })
            })
            .await
    }

    /// Those that go on, with what they hold.
    pub fn list(&self) -> Result<Vec<Listed>, StoreError> {
        let snapshot = self.records.snapshot();
        let listed = |recording: Recording| {
            let size = Size::of(&snapshot, recording.number)?;
            let span = span(&snapshot, recording.number)?;
            Ok(Listed { recording, size, span })
        };
        all(&snapshot, ON)?.into_iter().map(listed).collect()
    }

    /// Those that keep messages of a topic.
    pub fn of_topic(&self, topic: &str) -> Result<Vec<RecordingNumber>, StoreError> {
        let recordings = self.going_on()?;
        let keeping = recordings.iter().filter(|recording| recording.filter.matches(topic));
        Ok(keeping.map(|recording| recording.number).collect())
    }

    fn going_on(&self) -> Result<Arc<[Recording]>, StoreError> {
        // Taken before reading, so what is read is as new as it says.
        let epoch = self.epoch();
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = kept.as_ref().filter(|kept| kept.epoch == epoch) {
            return Ok(Arc::clone(&kept.recordings));
        }
        drop(kept);
        let recordings: Arc<[Recording]> = all(&self.records.snapshot(), ON)?.into();
        let newest = Kept { epoch, recordings: Arc::clone(&recordings) };
        *self.kept.write().unwrap_or_else(PoisonError::into_inner) = Some(newest);
        Ok(recordings)
    }

    pub(crate) fn records(&self) -> &Records<()> {
        &self.records
    }
}

/// The next number, and a batch that fails if another change of recordings comes first.
pub(crate) fn next_number(snapshot: &Snapshot) -> Result<(RecordingNumber, Batch), StoreError> {
    let stored = snapshot.get(RECORDINGS, COUNTER)?;
    let last = match &stored {
        None => 0,
        Some(bytes) => u32::from_be_bytes((&**bytes).try_into().map_err(|_| RecordError::Key)?),
    };
    let mut batch = Batch::new();
    let expected = stored.map_or(Expect::Absent, Expect::Value);
    batch.require(RECORDINGS, COUNTER, expected);
    let next = last + 1;
    batch.put(RECORDINGS, COUNTER, Bytes::copy_from_slice(&next.to_be_bytes()));
    Ok((RecordingNumber(next), batch))
}

/// All that go on, or all that are over, oldest first.
pub(crate) fn all(snapshot: &Snapshot, kind: u8) -> Result<Vec<Recording>, StoreError> {
    debug_assert!(matches!(kind, ON | OVER));
    let entries = snapshot.scan(RECORDINGS, &[kind])?;
    entries.map(|entry| Ok(decode(&entry?.1)?)).collect()
}

fn span(
    snapshot: &Snapshot,
    number: RecordingNumber,
) -> Result<Option<(UnixMillis, UnixMillis)>, StoreError> {
    let at = |entry: Option<Result<(Bytes, Bytes), kv::ReadError>>| match entry {
        None => Ok(None),
        Some(entry) => Ok::<_, StoreError>(Some(RecordedMessage::decode(&entry?.1)?.at)),
    };
    let first = at(snapshot.scan(RECORDED, &prefix(number))?.next())?;
    let after = prefix(RecordingNumber(number.0.saturating_add(1)));
    let whole = &prefix(number)[..]..&after[..];
    let last = at(snapshot.range(RECORDED, whole, kv::Direction::Backward)?.next())?;
    Ok(first.zip(last))
}
