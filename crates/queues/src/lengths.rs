//! How many messages a queue has, and how many of them are hidden.

use std::ops::Bound;

use kv::{Direction, Present};
use records::{RecordError, decode};
use stdx::clock::UnixMillis;

use crate::error::QueueError;
use crate::fifo::Group;
use crate::key::{
    GROUPS, LENGTHS, TAKES, WAITING, group_key, number_key, parts_of_waiting, waiting_key,
};
use crate::queue::Queue;
use crate::queues::Queues;

/// How many hidden messages are counted: a hundredth of a second's work. Beyond that the counts are
/// what SQS calls them, approximate.
const HIDDEN_MAX: usize = 120_000;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lengths {
    pub visible: u64,
    pub in_flight: u64,
    pub delayed: u64,
}

impl Queues {
    pub fn lengths(&self, queue: &Queue) -> Result<Lengths, QueueError> {
        let (snapshot, now) = (self.snapshot(), self.now());
        let all = snapshot.get(LENGTHS, &number_key(queue.number))?;
        let all = all.and_then(|bytes| bytes[..].try_into().ok()).map_or(0, i64::from_be_bytes);
        let lower = waiting_key(queue.number, now + 1, b"");
        let upper = waiting_key(queue.number + 1, 0, b"");
        let range = (Bound::Included(&lower[..]), Bound::Excluded(&upper[..]));
        let (mut in_flight, mut delayed) = (0, 0);
        for found in snapshot.range(WAITING, range, Direction::Forward)?.take(HIDDEN_MAX) {
            let (key, _) = found?;
            let (_, what) = parts_of_waiting(&key).ok_or(RecordError::Key)?;
            let taken = if queue.is_fifo() {
                let name = std::str::from_utf8(what).map_err(|_| RecordError::Key)?;
                let group = snapshot.get(GROUPS, &group_key(queue.number, name))?;
                let group: Option<Group> = group.map(|bytes| decode(&bytes)).transpose()?;
                group.map_or(0, |group| hidden(&group, now))
            } else {
                let take = [&number_key(queue.number)[..], what].concat();
                u64::from(snapshot.get(TAKES, &take)?.is_some())
            };
            in_flight += taken;
            delayed += u64::from(taken == 0);
        }
        let all = u64::try_from(all).unwrap_or(0);
        let visible = all.saturating_sub(in_flight + delayed);
        Ok(Lengths { visible, in_flight, delayed })
    }
}

fn hidden(group: &Group, now: UnixMillis) -> u64 {
    group.in_flight.iter().filter(|(_, until)| *until > now).count() as u64
}

pub(crate) fn add_length(present: &mut Present<'_>, queue: u64, by: i64) -> Result<(), QueueError> {
    let stored = present.get(LENGTHS, &number_key(queue))?;
    let length = stored.and_then(|bytes| bytes[..].try_into().ok()).map_or(0, i64::from_be_bytes);
    present.put(LENGTHS, number_key(queue), (length + by).to_be_bytes().to_vec());
    Ok(())
}
