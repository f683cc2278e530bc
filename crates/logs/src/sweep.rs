//! What is taken away: events of what was deleted, and those that are too old for their group.

use std::ops::Bound;

use kv::{Direction, Snapshot, Space};
use records::{StoreError, decode};
use stdx::clock::UnixMillis;

use crate::error::LogsError;
use crate::group::{StoredGroup, add_bytes};
use crate::key::{
    BYTES, CHORES, EVENTS, GROUPS, Place, STREAMS, event_key, events_prefix, numbers_of,
};
use crate::logs::Logs;
use crate::put::{EVENT_BYTES, StoredEvent};
use crate::stream::streams_of;

/// Entries that one commit takes away.
const PIECE: usize = 1_000;

const DAY_MS: u64 = 24 * 3_600_000;

impl Logs {
    /// Does a bounded piece of what is due, and answers whether there may be more.
    pub async fn sweep(&self, now: UnixMillis) -> Result<bool, LogsError> {
        let snapshot = self.snapshot();
        if let Some(found) = snapshot.scan(CHORES, b"")?.next() {
            let (key, _) = found?;
            self.work_off(&snapshot, &key).await?;
            return Ok(true);
        }
        for found in snapshot.scan(GROUPS, b"")? {
            let (_, value) = found?;
            let group: StoredGroup = decode(&value)?;
            let Some(days) = group.retention_days else { continue };
            let oldest = now.saturating_sub(u64::from(days) * DAY_MS);
            if self.trim(&snapshot, group.number, oldest).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Takes away some of what a deleted group or stream has left; with the last of it the chore goes.
    async fn work_off(&self, snapshot: &Snapshot, chore: &[u8]) -> Result<(), LogsError> {
        let (group, stream) = numbers_of(chore)?;
        let prefix = match stream {
            0 => group.to_be_bytes().to_vec(),
            stream => events_prefix(group, stream),
        };
        let (mut keys, mut bytes) = (Vec::new(), 0);
        for found in snapshot.scan(EVENTS, &prefix)?.take(PIECE) {
            let (key, value) = found?;
            bytes += size(&value)?;
            keys.push((EVENTS, key));
        }
        if stream == 0 && keys.len() < PIECE {
            for found in snapshot.scan(STREAMS, &prefix)?.take(PIECE - keys.len()) {
                keys.push((STREAMS, found?.0));
            }
        }
        let is_last = keys.len() < PIECE;
        let chore = chore.to_vec();
        self.take_away(keys, move |present| {
            if stream != 0 {
                add_bytes(present, group, -bytes)?;
            }
            if is_last {
                present.delete(CHORES, chore);
            }
            if is_last && stream == 0 {
                present.delete(BYTES, group.to_be_bytes());
            }
            Ok(())
        })
        .await
    }

    /// Takes away some events that are older than this; answers whether there were any.
    async fn trim(
        &self,
        snapshot: &Snapshot,
        group: u64,
        oldest: UnixMillis,
    ) -> Result<bool, LogsError> {
        for stream in streams_of(snapshot, group, "")? {
            let lower = events_prefix(group, stream.number);
            let upper = event_key(group, stream.number, &Place::before(oldest));
            let range = (Bound::Included(&lower[..]), Bound::Excluded(&upper[..]));
            let (mut keys, mut bytes) = (Vec::new(), 0);
            for found in snapshot.range(EVENTS, range, Direction::Forward)?.take(PIECE) {
                let (key, value) = found?;
                bytes += size(&value)?;
                keys.push((EVENTS, key));
            }
            if !keys.is_empty() {
                self.take_away(keys, move |present| add_bytes(present, group, -bytes)).await?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn take_away(
        &self,
        keys: Vec<(Space, bytes::Bytes)>,
        and: impl FnOnce(&mut kv::Present<'_>) -> Result<(), LogsError> + Send + Sync + 'static,
    ) -> Result<(), LogsError> {
        let bytes = keys.iter().map(|(_, key)| key.len()).sum();
        self.decide(bytes, move |present| {
            for (space, key) in &keys {
                present.delete(*space, key);
            }
            and(present)
        })
        .await
    }
}

fn size(value: &[u8]) -> Result<i64, StoreError> {
    let stored: StoredEvent = decode(value)?;
    Ok(i64::try_from(stored.message.len() + EVENT_BYTES).unwrap_or(i64::MAX))
}
