//! The tiers as they stand at one moment, and who looks at them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use bytes::Bytes;

use crate::error::ReadError;
use crate::overlay::{Overlay, Pins};
use crate::settled::SettledView;
use crate::snapshot::Snapshot;
use crate::space::{Space, Spaces};

/// One arrangement of the tiers. It changes when a checkpoint begins or ends and when a space is
/// written to for the first time; the overlay in it changes all the time.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) spaces: Arc<Spaces>,
    /// How many records were written before the journal began, which is when the store was restored
    /// from a backup.
    pub(crate) past: u64,
    pub(crate) active: Arc<Overlay>,
    /// What a checkpoint is writing down.
    pub(crate) frozen: Option<Arc<Overlay>>,
    /// As of the last checkpoint, so that a half-merged pair of tiers is never seen.
    pub(crate) settled: Arc<dyn SettledView>,
}

/// The present view, and the snapshots taken of it.
#[derive(Debug)]
pub(crate) struct Sight {
    view: RwLock<Arc<View>>,
    moment: Mutex<Moment>,
}

#[derive(Debug)]
pub(crate) struct Moment {
    /// The newest record whose changes readers may see.
    pub(crate) visible: u64,
    /// Where snapshots stand.
    pub(crate) pins: Pins,
}

impl View {
    pub(crate) fn newest(&self, space: Space, key: &[u8]) -> Result<Option<Bytes>, ReadError> {
        let Some(space) = self.spaces.id(space) else { return Ok(None) };
        if let Some(known) = self.active.newest(space, key) {
            return Ok(known);
        }
        if let Some(known) = self.frozen.as_ref().and_then(|frozen| frozen.newest(space, key)) {
            return Ok(known);
        }
        Ok(self.settled.get(space, key)?)
    }

    pub(crate) fn as_of(
        &self,
        sequence: u64,
        space: Space,
        key: &[u8],
    ) -> Result<Option<Bytes>, ReadError> {
        let Some(space) = self.spaces.id(space) else { return Ok(None) };
        for overlay in [Some(&self.active), self.frozen.as_ref()].into_iter().flatten() {
            if let Some(known) = overlay.as_of(sequence, space, key) {
                return Ok(known);
            }
        }
        Ok(self.settled.get(space, key)?)
    }
}

impl Sight {
    pub(crate) fn new(view: View, visible: u64) -> Sight {
        let moment = Mutex::new(Moment { visible, pins: Pins::new() });
        Sight { view: RwLock::new(Arc::new(view)), moment }
    }

    pub(crate) fn view(&self) -> Arc<View> {
        Arc::clone(&self.view.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Stops the committer from showing or freezing anything, and others from taking snapshots.
    pub(crate) fn moment(&self) -> MutexGuard<'_, Moment> {
        self.moment.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn snapshot(self: &Arc<Sight>) -> Snapshot {
        let mut moment = self.moment();
        let sequence = moment.visible;
        *moment.pins.entry(sequence).or_default() += 1;
        Snapshot::new(Arc::clone(self), self.view(), sequence)
    }

    pub(crate) fn unpin(&self, sequence: u64) {
        let mut moment = self.moment();
        if let Some(count) = moment.pins.get_mut(&sequence) {
            *count -= 1;
            if *count == 0 {
                moment.pins.remove(&sequence);
            }
        }
    }

    /// Rearranges the tiers.
    pub(crate) fn rearrange(&self, change: impl FnOnce(&mut View)) {
        let mut view = self.view.write().unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(&mut view));
    }
}
