//! Groups of FIFO queues: their order, and that only one receiver has messages of a group.

use kv::Present;
use records::{Record, decode, encode};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::error::QueueError;
use crate::key::{GROUPS, LINES, Place, WAITING, group_key, line_key, waiting_key};

/// The messages of a group that are still there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Group {
    pub(crate) count: u64,
    /// Nothing of its line stands before this.
    pub(crate) head: [u8; Place::BYTES],
    /// When its next may be handed out.
    pub(crate) available_at: UnixMillis,
    /// Messages that were handed out, and until when each is hidden.
    pub(crate) in_flight: Vec<([u8; Place::BYTES], UnixMillis)>,
}

impl Record for Group {
    const VERSION: u8 = 1;
}

/// A group while a decision changes it.
pub(crate) struct OpenGroup<'n> {
    queue: u64,
    name: &'n str,
    before: Option<UnixMillis>,
    pub(crate) group: Group,
}

impl<'n> OpenGroup<'n> {
    /// The group as it is, or a new one without messages that is available from a moment on.
    pub(crate) fn open(
        present: &mut Present<'_>,
        queue: u64,
        name: &'n str,
        at: UnixMillis,
    ) -> Result<OpenGroup<'n>, QueueError> {
        let stored = present.get(GROUPS, &group_key(queue, name))?;
        let stored: Option<Group> = stored.map(|bytes| decode(&bytes)).transpose()?;
        let before = stored.as_ref().map(|group| group.available_at);
        let fresh =
            || Group { count: 0, head: Place::FIRST.0, available_at: at, in_flight: Vec::new() };
        Ok(OpenGroup { queue, name, before, group: stored.unwrap_or_else(fresh) })
    }

    pub(crate) fn add(&mut self, present: &mut Present<'_>, place: Place) {
        present.put_new(LINES, line_key(self.queue, self.name, place), Vec::new());
        if self.group.count == 0 {
            self.group.head = place.0;
        }
        self.group.count += 1;
    }

    /// Takes a message out for good. The next may follow from a moment on, which was announced at the
    /// queue's desk.
    pub(crate) fn remove(&mut self, present: &mut Present<'_>, place: Place, at: UnixMillis) {
        present.delete(LINES, line_key(self.queue, self.name, place));
        let group = &mut self.group;
        group.count = group.count.saturating_sub(1);
        group.in_flight.retain(|(held, _)| *held != place.0);
        if group.in_flight.is_empty() {
            group.head = group.head.max(place.next().0);
            group.available_at = group.available_at.min(at);
        } else {
            self.wait_for_in_flight(at);
        }
    }

    /// Hides a message that is in flight until a moment.
    pub(crate) fn hide(&mut self, place: Place, until: UnixMillis) {
        for (held, visible_at) in &mut self.group.in_flight {
            if *held == place.0 {
                *visible_at = until;
            }
        }
        self.wait_for_in_flight(until);
    }

    /// While one message is hidden, those behind it are, too. No receiver looks for what is due before
    /// the moment that was announced.
    pub(crate) fn wait_for_in_flight(&mut self, at: UnixMillis) {
        let last = self.group.in_flight.iter().map(|(_, visible_at)| *visible_at).max();
        if let Some(last) = last {
            self.group.available_at = last.max(at);
        }
    }

    /// Writes what became of it.
    pub(crate) fn close(self, present: &mut Present<'_>) {
        let OpenGroup { queue, name, before, group } = self;
        let is_left = group.count > 0;
        let after = is_left.then_some(group.available_at);
        if before != after {
            let key = |at| waiting_key(queue, at, name.as_bytes());
            before.into_iter().for_each(|at| present.delete(WAITING, key(at)));
            after.into_iter().for_each(|at| present.put(WAITING, key(at), Vec::new()));
        }
        match is_left {
            true => present.put(GROUPS, group_key(queue, name), encode(&group)),
            false => present.delete(GROUPS, group_key(queue, name)),
        }
    }
}
