//! A settled tier in memory, as durable as the simulated disk that it stands on.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use super::{Settled, SettledEntry, SettledError, SettledRange, SettledView};
use crate::disk::SimDisk;
use crate::key::Key;
use crate::range::Direction;

type Content = BTreeMap<(u8, Key), Bytes>;

/// Survives what its disk survives. Every clone is the same one.
#[derive(Clone, Debug)]
pub struct MemorySettled {
    disk: SimDisk,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    content: Arc<Content>,
    mark: u64,
}

#[derive(Debug)]
struct Moment(Arc<Content>);

impl MemorySettled {
    /// Each checkpoint is one operation of `disk`, so that power can fail before and after it.
    pub fn new(disk: &SimDisk) -> MemorySettled {
        MemorySettled { disk: disk.clone(), state: Arc::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Settled for MemorySettled {
    fn mark(&self) -> Result<u64, SettledError> {
        Ok(self.state().mark)
    }

    fn settle(
        &self,
        entries: &mut dyn Iterator<Item = Result<SettledEntry, SettledError>>,
        mark: u64,
    ) -> Result<(), SettledError> {
        let entries = entries.collect::<Result<Vec<_>, _>>()?;
        self.disk.step().map_err(SettledError::from_engine)?;
        let mut state = self.state();
        let content = Arc::make_mut(&mut state.content);
        for SettledEntry { space, key, value } in entries {
            match value {
                Some(value) => content.insert((space, key), value),
                None => content.remove(&(space, key)),
            };
        }
        state.mark = mark;
        Ok(())
    }

    fn view(&self) -> Arc<dyn SettledView> {
        Arc::new(Moment(Arc::clone(&self.state().content)))
    }
}

impl SettledView for Moment {
    fn get(&self, space: u8, key: &[u8]) -> Result<Option<Bytes>, SettledError> {
        Ok(self.0.get(&(space, Key::from_slice(key))).cloned())
    }

    fn range(
        &self,
        space: u8,
        (lower, upper): (Bound<&[u8]>, Bound<&[u8]>),
        direction: Direction,
    ) -> SettledRange {
        let lower = match lower {
            Bound::Unbounded => Bound::Included((space, Key::new())),
            bound => bound.map(|key| (space, Key::from_slice(key))),
        };
        let upper = match upper {
            Bound::Unbounded if space == u8::MAX => Bound::Unbounded,
            Bound::Unbounded => Bound::Excluded((space + 1, Key::new())),
            bound => bound.map(|key| (space, Key::from_slice(key))),
        };
        Box::new(MomentRange { content: Arc::clone(&self.0), lower, upper, direction })
    }
}

/// Seeks anew for each entry: an iterator that borrows from the map could not outlive this view.
struct MomentRange {
    content: Arc<Content>,
    lower: Bound<(u8, Key)>,
    upper: Bound<(u8, Key)>,
    direction: Direction,
}

impl Iterator for MomentRange {
    type Item = Result<(Key, Bytes), SettledError>;

    fn next(&mut self) -> Option<Self::Item> {
        if is_empty(&self.lower, &self.upper) {
            return None;
        }
        let mut left = self.content.range((self.lower.clone(), self.upper.clone()));
        let (at, value) = match self.direction {
            Direction::Forward => left.next()?,
            Direction::Backward => left.next_back()?,
        };
        match self.direction {
            Direction::Forward => self.lower = Bound::Excluded(at.clone()),
            Direction::Backward => self.upper = Bound::Excluded(at.clone()),
        }
        Some(Ok((at.1.clone(), value.clone())))
    }
}

/// `BTreeMap::range` panics where these bounds hold nothing.
fn is_empty(lower: &Bound<(u8, Key)>, upper: &Bound<(u8, Key)>) -> bool {
    match (lower, upper) {
        (Bound::Unbounded, _) | (_, Bound::Unbounded) => false,
        (Bound::Included(lower), Bound::Included(upper)) => lower > upper,
        (
            Bound::Included(lower) | Bound::Excluded(lower),
            Bound::Included(upper) | Bound::Excluded(upper),
        ) => lower >= upper,
    }
}
