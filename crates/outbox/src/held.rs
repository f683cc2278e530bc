//! How much is in the outbox, promised or on disk: what bounds it.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A server that is down for an hour must not stop those who publish three messages a second.
pub const ENTRIES_PER_TARGET_MAX: usize = 10_000;
/// So that one target leaves room for others.
pub const BYTES_PER_TARGET_MAX: usize = 64 * 1024 * 1024;

pub const ENTRIES_MAX: usize = 100_000;
/// What a small machine's disk can spare.
pub const BYTES_MAX: usize = 512 * 1024 * 1024;

/// There is no room for another entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutboxFull {
    #[error("{ENTRIES_PER_TARGET_MAX} entries or {BYTES_PER_TARGET_MAX} bytes wait for it already")]
    Target,
    #[error("{ENTRIES_MAX} entries or {BYTES_MAX} bytes wait in the outbox already")]
    All,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    /// Promised, and on disk.
    entries: usize,
    bytes: usize,
    /// Those that are known to be on disk.
    kept: usize,
}

#[derive(Debug, Default)]
struct Counts {
    targets: BTreeMap<Box<str>, Count>,
    all: Count,
}

/// The counts of one outbox.
#[derive(Clone, Debug, Default)]
pub(crate) struct Held(Arc<Mutex<Counts>>);

/// Room for an entry of a batch that is under way. Given back when it is dropped, unless it was kept.
#[derive(Debug)]
#[must_use = "the room is given back when this is dropped"]
pub struct Reservation {
    held: Held,
    target: Box<str>,
    bytes: usize,
    is_kept: bool,
}

impl Reservation {
    /// What became of the batch: its entries are on disk, or none of it is.
    pub fn settle(mut self, is_kept: bool) {
        if is_kept {
            self.held.keep(&self.target);
            self.is_kept = true;
        }
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if !self.is_kept {
            self.held.give_back(&self.target, self.bytes, false);
        }
    }
}

impl Held {
    pub(crate) fn reserve(&self, target: &str, bytes: usize) -> Result<Reservation, OutboxFull> {
        let mut counts = self.lock();
        if counts.all.entries >= ENTRIES_MAX || counts.all.bytes + bytes > BYTES_MAX {
            return Err(OutboxFull::All);
        }
        let of_target = counts.targets.get(target).copied().unwrap_or_default();
        if of_target.entries >= ENTRIES_PER_TARGET_MAX
            || of_target.bytes + bytes > BYTES_PER_TARGET_MAX
        {
            return Err(OutboxFull::Target);
        }
        counts.add(target, bytes);
        Ok(Reservation { held: self.clone(), target: target.into(), bytes, is_kept: false })
    }

    /// An entry that is on disk.
    pub(crate) fn add_kept(&self, target: &str, bytes: usize) {
        self.lock().add(target, bytes);
        self.keep(target);
    }

    fn keep(&self, target: &str) {
        let mut counts = self.lock();
        counts.all.kept += 1;
        if let Some(count) = counts.targets.get_mut(target) {
            count.kept += 1;
        }
    }

    pub(crate) fn give_back(&self, target: &str, bytes: usize, is_kept: bool) {
        let mut counts = self.lock();
        counts.all.take(bytes, is_kept);
        let Some(count) = counts.targets.get_mut(target) else { return };
        count.take(bytes, is_kept);
        if count.entries == 0 {
            counts.targets.remove(target);
        }
    }

    /// Targets that something on disk waits for, from behind one on and around, so that each gets its
    /// turn.
    pub(crate) fn targets(
        &self,
        behind: &str,
        limit: usize,
        is_wanted: impl Fn(&str) -> bool,
    ) -> Vec<String> {
        let counts = self.lock();
        let later = counts.targets.range::<str, _>((Bound::Excluded(behind), Bound::Unbounded));
        let earlier = counts.targets.range::<str, _>((Bound::Unbounded, Bound::Included(behind)));
        let wanted = later.chain(earlier).filter(|(name, count)| count.kept > 0 && is_wanted(name));
        wanted.take(limit).map(|(name, _)| name.to_string()).collect()
    }

    /// How many entries wait.
    pub(crate) fn kept(&self) -> usize {
        self.lock().all.kept
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counts {
    fn add(&mut self, target: &str, bytes: usize) {
        let Counts { targets, all } = self;
        if !targets.contains_key(target) {
            targets.insert(target.into(), Count::default());
        }
        for count in targets.get_mut(target).into_iter().chain([all]) {
            count.entries += 1;
            count.bytes += bytes;
        }
    }
}

impl Count {
    fn take(&mut self, bytes: usize, is_kept: bool) {
        self.entries -= 1;
        self.bytes -= bytes;
        self.kept -= usize::from(is_kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_target_leaves_room_for_others_and_room_is_given_back() {
        let held = Held::default();
        let all: Vec<Reservation> = (0..ENTRIES_PER_TARGET_MAX)
            .map(|_| held.reserve("a", 1).expect("there is room"))
            .collect();
        assert_eq!(held.reserve("a", 1).expect_err("full"), OutboxFull::Target);
        held.reserve("b", 1).expect("another target").settle(true);
        drop(all);
        assert_eq!(held.targets("", 9, |_| true), ["b"]);
        assert_eq!(held.lock().all, Count { entries: 1, bytes: 1, kept: 1 });
        held.give_back("b", 1, true);
        assert_eq!(held.lock().all, Count::default());
    }

    #[test]
    fn bytes_are_bounded_for_each_target_and_in_all() {
        let held = Held::default();
        let one = BYTES_PER_TARGET_MAX;
        assert_eq!(held.reserve("a", one + 1).expect_err("large"), OutboxFull::Target);
        let names: Vec<String> = (0..BYTES_MAX / one).map(|name| name.to_string()).collect();
        let full: Vec<Reservation> =
            names.iter().map(|name| held.reserve(name, one).expect("there is room")).collect();
        assert_eq!(held.reserve("z", 1).expect_err("full"), OutboxFull::All);
        drop(full);
        held.reserve("z", 1).expect("there is room again").settle(false);
        assert_eq!(held.lock().all, Count::default());
    }

    #[test]
    fn each_target_gets_its_turn() {
        let held = Held::default();
        for name in ["a", "b", "c"] {
            held.add_kept(name, 1);
        }
        let _promised = held.reserve("d", 1).expect("room");
        assert_eq!(held.targets("a", 2, |_| true), ["b", "c"]);
        assert_eq!(held.targets("b", 9, |name| name != "c"), ["a", "b"]);
    }
}
