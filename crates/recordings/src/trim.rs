//! Taking away what is too old or too much.

use kv::{Batch, Snapshot};
use records::{Decision, RecordError, StoreError};
use stdx::clock::UnixMillis;

use crate::definition::{ON, OVER, RECORDINGS, Recording};
use crate::mark::REPLAYED;
use crate::message::RecordedMessage;
use crate::place::{Place, RECORDED, prefix};
use crate::recordings::{Recordings, all, next_number};
use crate::size::Size;

/// Entries that go at once: a few milliseconds of the committer.
const TRIMMED_MAX: usize = 1_000;

impl Recordings {
    /// Does a bounded piece of what is due, and answers whether there is more. For one caller at a
    /// time: two would count what goes twice.
    pub async fn trim(&self, now: UnixMillis) -> Result<bool, StoreError> {
        let snapshot = self.snapshot();
        let (on, over) = (all(&snapshot, ON)?, all(&snapshot, OVER)?);
        let mut room = TRIMMED_MAX;
        for recording in &on {
            let size = Size::of(&snapshot, recording.number)?;
            let excess = size.bytes.saturating_sub(recording.limits.bytes());
            let too_old = recording.limits.oldest_at(now);
            self.take_away(&snapshot, recording, Due { too_old, excess }, &mut room).await?;
        }
        for recording in &over {
            let due = Due { too_old: UnixMillis::MAX, excess: u64::MAX };
            self.take_away(&snapshot, recording, due, &mut room).await?;
            if room > 0 {
                self.forget(recording).await?;
            }
        }
        self.forget_marks(on.iter().chain(&over), &mut room).await?;
        Ok(room == 0)
    }

    /// Takes away the first messages of a recording, as far as they are due.
    async fn take_away(
        &self,
        snapshot: &Snapshot,
        recording: &Recording,
        due: Due,
        room: &mut usize,
    ) -> Result<(), StoreError> {
        let number = recording.number;
        let mut gone = Size::default();
        let mut batch = Batch::new();
        for entry in snapshot.scan(RECORDED, &prefix(number))?.take(*room) {
            let (key, value) = entry?;
            // One that a clock had in the future stays until there are too many; so do those behind it.
            let is_excess = gone.bytes < due.excess;
            if !is_excess && RecordedMessage::decode(&value)?.at >= due.too_old {
                break;
            }
            gone.messages += 1;
            gone.bytes += (key.len() + value.len()) as u64;
            batch.delete(RECORDED, &key);
        }
        if batch.is_empty() {
            return Ok(());
        }
        *room -= batch.len();
        batch.decide_by(64, move |present| {
            Size::change(present, number, |size| {
                size.messages = size.messages.saturating_sub(gone.messages);
                size.bytes = size.bytes.saturating_sub(gone.bytes);
            })
        });
        self.records().store().commit(batch).await.map_err(StoreError::Commit)
    }

    /// Forgets a recording that is over and holds nothing any more. Nothing is added to it, since it
    /// was over before the snapshot that found it so.
    async fn forget(&self, recording: &Recording) -> Result<(), StoreError> {
        self.records()
            .mutate(|snapshot| {
                let (_, mut batch) = next_number(snapshot)?;
                batch.delete(RECORDINGS, recording.number.over_key());
                batch.delete(RECORDINGS, recording.number.size_key());
                Ok(Decision { batch, changes: Vec::new(), outcome: () })
            })
            .await
    }

    /// Forgets marks of messages that no recording holds any more: those before every message.
    async fn forget_marks(
        &self,
        recordings: impl Iterator<Item = &Recording>,
        room: &mut usize,
    ) -> Result<(), StoreError> {
        let snapshot = self.snapshot();
        let mut first: Option<Place> = None;
        for recording in recordings {
            if let Some(entry) = snapshot.scan(RECORDED, &prefix(recording.number))?.next() {
                let place = Place::from_key(&entry?.0).ok_or(RecordError::Key)?;
                first = Some(first.map_or(place, |first| first.min(place)));
            }
        }
        let mut batch = Batch::new();
        for entry in snapshot.scan(REPLAYED, b"")?.take(*room) {
            let (key, _) = entry?;
            if first.is_some_and(|first| *key >= first.0[..]) {
                break;
            }
            batch.delete(REPLAYED, &key);
        }
        if batch.is_empty() {
            return Ok(());
        }
        *room -= batch.len();
        self.records().store().commit(batch).await.map_err(StoreError::Commit)
    }
}

/// What is to go.
#[derive(Clone, Copy)]
struct Due {
    /// What came before.
    too_old: UnixMillis,
    /// At least so many bytes, if there are.
    excess: u64,
}
