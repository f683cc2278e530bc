//! The work that nobody waits for: what is left of queues that are no more, messages that are too old,
//! ids that are forgotten, dead letters that are moved. Driven from outside, a bounded piece at a time.

use std::collections::BTreeMap;
use std::ops::Bound;

use kv::{Direction, Present, Snapshot, Space};
use records::{RecordError, decode};
use stdx::clock::UnixMillis;

use crate::desk::Coming;
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

/// Entries that one step looks at or takes away.
const PIECE: usize = 1_000;

/// How often all queues are looked through for messages that are too old. Nobody receives those any
/// more: what waits is their room on the disk.
const ROUND_MILLIS: u64 = 60_000;

/// What the names of queues end with that keep order.
const FIFO: &[u8] = b".fifo";

/// All that begins with the number of a queue.
const OF_A_QUEUE: [Space; 5] = [MESSAGES, TAKES, WAITING, GROUPS, LINES];

/// Works off what is due.
#[derive(Debug)]
pub struct Sweeper {
    queues: Queues,
    round: Option<Round>,
    next_round_at: UnixMillis,
}

/// Where a round goes on.
#[derive(Debug)]
struct Round {
    /// Of the queue.
    name: Vec<u8>,
    /// In that queue; later ones are looked at from their beginning.
    place: Place,
}

/// A message that is to go.
struct Old {
    queue: u64,
    place: Place,
    visible_at: UnixMillis,
    /// In a queue that keeps order.
    group: Option<String>,
}

impl Sweeper {
    pub fn new(queues: Queues) -> Sweeper {
        Sweeper { queues, round: None, next_round_at: 0 }
    }

    /// Does a piece of what is due, and answers whether there may be more.
    pub async fn step(&mut self) -> Result<bool, QueueError> {
        let queues = self.queues.clone();
        let (snapshot, now) = (queues.snapshot(), queues.now());
        if let Some(found) = snapshot.scan(CHORES, b"")?.next() {
            let (key, _) = found?;
            queues.work_off(&snapshot, key.to_vec()).await?;
            return Ok(true);
        }
        Ok(queues.forget_ids(&snapshot, now).await?
            || self.trim(&snapshot, now).await?
            || queues.move_some(&snapshot, now).await?)
    }

    /// Goes on with a round, or begins one that is due; answers whether it is still under way.
    async fn trim(&mut self, snapshot: &Snapshot, now: UnixMillis) -> Result<bool, QueueError> {
        if self.round.is_none() && now >= self.next_round_at {
            self.round = Some(Round { name: Vec::new(), place: Place::FIRST });
            self.next_round_at = now + ROUND_MILLIS;
        }
        let Some(round) = &self.round else { return Ok(false) };
        let (old, next) = round.look(snapshot, now)?;
        if !old.is_empty() {
            self.queues.take_away(old, now).await?;
        }
        self.round = next;
        Ok(self.round.is_some())
    }
}

impl Round {
    /// What is too old among the next messages, and where to go on.
    fn look(
        &self,
        snapshot: &Snapshot,
        now: UnixMillis,
    ) -> Result<(Vec<Old>, Option<Round>), QueueError> {
        let (mut old, mut looks) = (Vec::new(), 0);
        let names = (Bound::Included(&self.name[..]), Bound::Unbounded);
        for found in snapshot.range(QUEUES, names, Direction::Forward)? {
            let (name, value) = found?;
            let queue: StoredQueue = decode(&value)?;
            let place = if name[..] == self.name[..] { self.place } else { Place::FIRST };
            let oldest = now.saturating_sub(u64::from(queue.attributes.retention_secs) * 1_000);
            let (lower, upper) = (message_key(queue.number, place), number_key(queue.number + 1));
            let messages = (Bound::Included(&lower[..]), Bound::Excluded(&upper[..]));
            for found in snapshot.range(MESSAGES, messages, Direction::Forward)? {
                let (key, value) = found?;
                let place = Place::from_end_of(&key).ok_or(RecordError::Key)?;
                if looks == PIECE {
                    return Ok((old, Some(Round { name: name.to_vec(), place })));
                }
                looks += 1;
                let message: StoredMessage = decode(&value)?;
                if message.sent_at <= oldest {
                    let group = message.group.filter(|_| name.ends_with(FIFO));
                    let visible_at = message.visible_at;
                    old.push(Old { queue: queue.number, place, visible_at, group });
                } else if message.source_arn.is_none() {
                    break;
                }
                // Dead letters came here later than others that were sent before them.
            }
            looks += 1;
            if looks >= PIECE {
                let name = [&name[..], &[0]].concat();
                return Ok((old, Some(Round { name, place: Place::FIRST })));
            }
        }
        Ok((old, None))
    }
}

impl Queues {
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

    async fn take_away(&self, old: Vec<Old>, now: UnixMillis) -> Result<(), QueueError> {
        let mut comings: BTreeMap<u64, Coming> = BTreeMap::new();
        for one in &old {
            let announce = || self.desks.of(one.queue).announce(now);
            comings.entry(one.queue).or_insert_with(announce);
        }
        let _comings = self
            .decide(old.len() * 256, move |present| {
                for one in &old {
                    take_one_away(present, one, now, comings[&one.queue].at)?;
                }
                Ok(comings)
            })
            .await?;
        Ok(())
    }
}

fn take_one_away(
    present: &mut Present<'_>,
    old: &Old,
    now: UnixMillis,
    coming_at: UnixMillis,
) -> Result<(), QueueError> {
    let Old { queue, place, visible_at, group } = old;
    let key = message_key(*queue, *place);
    if present.get(MESSAGES, &key)?.is_none() {
        return Ok(());
    }
    let take: Option<Take> = present.get(TAKES, &key)?.map(|bytes| decode(&bytes)).transpose()?;
    if let Some(name) = group {
        let mut group = OpenGroup::open(present, *queue, name, now)?;
        group.remove(present, *place, coming_at);
        group.close(present);
    }
    let at = take.map_or(*visible_at, |take| take.visible_at);
    present.delete(WAITING, waiting_key(*queue, at, &place.0));
    present.delete(MESSAGES, &key);
    present.delete(TAKES, &key);
    add_length(present, *queue, -1)
}
