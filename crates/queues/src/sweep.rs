//! What is taken away: messages of queues that are no more, messages that are too old, and what is
//! known of deduplication ids.

use kv::{Snapshot, Space};
use records::{RecordError, decode};
use stdx::clock::UnixMillis;

use crate::error::QueueError;
use crate::fifo::OpenGroup;
use crate::key::{
    CHORES, DEDUP, DEDUP_ENDS, GROUPS, LENGTHS, LINES, MESSAGES, Place, QUEUES, TAKES, WAITING,
    message_key, number_key, waiting_key,
};
use crate::lengths::add_length;
use crate::message::{StoredMessage, Take};
use crate::queue::StoredQueue;
use crate::queues::Queues;

/// Entries that one commit takes away.
const PIECE: usize = 1_000;

/// What the names of queues end with that keep order.
const FIFO: &[u8] = b".fifo";

/// All that begins with the number of a queue.
const OF_A_QUEUE: [Space; 5] = [MESSAGES, TAKES, WAITING, GROUPS, LINES];

impl Queues {
    /// Does a bounded piece of what is due, and answers whether there may be more.
    pub async fn sweep(&self) -> Result<bool, QueueError> {
        let (snapshot, now) = (self.snapshot(), self.now());
        if let Some(found) = snapshot.scan(CHORES, b"")?.next() {
            let (key, _) = found?;
            self.work_off(&snapshot, key.to_vec()).await?;
            return Ok(true);
        }
        if self.forget_ids(&snapshot, now).await? {
            return Ok(true);
        }
        for found in snapshot.scan(QUEUES, b"")? {
            let (name, value) = found?;
            let queue: StoredQueue = decode(&value)?;
            let is_fifo = name.ends_with(FIFO);
            if self.trim(&snapshot, &queue, is_fifo, now).await? {
                return Ok(true);
            }
        }
        self.move_some(&snapshot, now).await
    }

    /// Takes away some of what a queue has left; with the last of it the chore goes.
    async fn work_off(&self, snapshot: &Snapshot, number: Vec<u8>) -> Result<(), QueueError> {
        let mut keys = Vec::new();
        for space in OF_A_QUEUE {
            for found in snapshot.scan(space, &number)?.take(PIECE - keys.len()) {
                keys.push((space, found?.0));
            }
        }
        let is_last = keys.len() < PIECE;
        self.decide(keys.len() * 64, move |present| {
            for (space, key) in &keys {
                present.delete(*space, key);
            }
            if is_last {
                present.delete(CHORES, &number);
                present.delete(LENGTHS, &number);
            }
            Ok(())
        })
        .await
    }

    async fn forget_ids(&self, snapshot: &Snapshot, now: UnixMillis) -> Result<bool, QueueError> {
        let mut ended = Vec::new();
        for found in snapshot.scan(DEDUP_ENDS, b"")?.take(PIECE) {
            let (key, _) = found?;
            let (at, _) = key.split_first_chunk::<8>().ok_or(RecordError::Key)?;
            if UnixMillis::from_be_bytes(*at) > now {
                break;
            }
            ended.push(key);
        }
        if ended.is_empty() {
            return Ok(false);
        }
        self.decide(ended.len() * 64, move |present| {
            for key in &ended {
                // One that was sent again since has another end, and then this is gone.
                if present.get(DEDUP_ENDS, key)?.is_some() {
                    present.delete(DEDUP_ENDS, key);
                    present.delete(DEDUP, &key[8..]);
                }
            }
            Ok(())
        })
        .await?;
        Ok(true)
    }

    /// Takes away some messages that were kept as long as their queue keeps any; answers whether there
    /// were any.
    async fn trim(
        &self,
        snapshot: &Snapshot,
        queue: &StoredQueue,
        is_fifo: bool,
        now: UnixMillis,
    ) -> Result<bool, QueueError> {
        let number = queue.number;
        let oldest = now.saturating_sub(u64::from(queue.attributes.retention_secs) * 1_000);
        let mut old = Vec::new();
        for found in snapshot.scan(MESSAGES, &number_key(number))?.take(PIECE) {
            let (key, value) = found?;
            let message: StoredMessage = decode(&value)?;
            // Dead letters came here later than others that were sent before them.
            if message.sent_at > oldest && message.source_arn.is_none() {
                break;
            }
            let place = Place::from_end_of(&key).ok_or(RecordError::Key)?;
            if message.sent_at <= oldest {
                old.push((place, message.visible_at, message.group));
            }
        }
        if old.is_empty() {
            return Ok(false);
        }
        let coming = self.desks.of(number).announce(now);
        let _coming = self
            .decide(old.len() * 256, move |present| {
                for (place, visible_at, group) in &old {
                    let key = message_key(number, *place);
                    if present.get(MESSAGES, &key)?.is_none() {
                        continue;
                    }
                    let take: Option<Take> =
                        present.get(TAKES, &key)?.map(|bytes| decode(&bytes)).transpose()?;
                    if let Some(name) = group.as_deref().filter(|_| is_fifo) {
                        let mut group = OpenGroup::open(present, number, name, now)?;
                        group.remove(present, *place, coming.at);
                        group.close(present);
                    }
                    let at = take.map_or(*visible_at, |take| take.visible_at);
                    present.delete(WAITING, waiting_key(number, at, &place.0));
                    present.delete(MESSAGES, &key);
                    present.delete(TAKES, &key);
                    add_length(present, number, -1)?;
                }
                Ok(coming)
            })
            .await?;
        Ok(true)
    }
}
