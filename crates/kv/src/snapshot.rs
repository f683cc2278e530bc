//! The store as it was at one moment.

use std::fmt;
use std::ops::RangeBounds;
use std::sync::Arc;

use bytes::Bytes;

use crate::error::ReadError;
use crate::overlay::Stretch;
use crate::range::{Direction, Range};
use crate::space::{Space, SpaceId};
use crate::view::{Sight, View};

/// Sees every batch that was committed before it was taken and none committed later. It keeps what
/// it sees in memory or on disk, so hold it for a piece of work and not for ever.
#[derive(Clone)]
pub struct Snapshot(Arc<Pinned>);

struct Pinned {
    sight: Arc<Sight>,
    view: Arc<View>,
    sequence: u64,
}

impl Snapshot {
    pub fn get(&self, space: Space, key: &[u8]) -> Result<Option<Bytes>, ReadError> {
        self.0.view.as_of(self.0.sequence, space, key)
    }

    /// All entries whose keys begin with `prefix`, in ascending order.
    pub fn scan(&self, space: Space, prefix: &[u8]) -> Result<Range, ReadError> {
        self.stretch(space, &Stretch::with_prefix(prefix), Direction::Forward)
    }

    /// All entries whose keys lie in `range`.
    pub fn range<'k>(
        &self,
        space: Space,
        range: impl RangeBounds<&'k [u8]>,
        direction: Direction,
    ) -> Result<Range, ReadError> {
        self.stretch(space, &Stretch::of(&range), direction)
    }

    pub(crate) fn new(sight: Arc<Sight>, view: Arc<View>, sequence: u64) -> Snapshot {
        Snapshot(Arc::new(Pinned { sight, view, sequence }))
    }

    pub(crate) fn view(&self) -> &View {
        &self.0.view
    }

    pub(crate) fn sequence(&self) -> u64 {
        self.0.sequence
    }

    /// All entries of a space by its number, space 0 included.
    pub(crate) fn whole(&self, space: SpaceId) -> Result<Range, ReadError> {
        let all = Stretch::with_prefix(b"");
        Range::new(self.clone(), Some(space), &all, Direction::Forward)
    }

    fn stretch(
        &self,
        space: Space,
        stretch: &Stretch,
        direction: Direction,
    ) -> Result<Range, ReadError> {
        Range::new(self.clone(), self.0.view.spaces.id(space), stretch, direction)
    }
}

impl Drop for Pinned {
    fn drop(&mut self) {
        self.sight.unpin(self.sequence);
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot").field("sequence", &self.0.sequence).finish_non_exhaustive()
    }
}
