//! A walk over one overlay that holds its lock only for a few entries at a time.

use std::ops::Bound;
use std::sync::Arc;

use bytes::Bytes;

use crate::key::Key;
use crate::overlay::{Overlay, Stretch};
use crate::range::Direction;
use crate::space::SpaceId;

/// Many ranges end after their first entry, so a walk begins with few...
const FIRST_CHUNK: usize = 8;

/// ...and goes on with more, up to what a writer can wait for.
const MOST_CHUNK: usize = 256;

#[derive(Debug)]
pub(crate) struct Cursor {
    overlay: Arc<Overlay>,
    sequence: u64,
    space: SpaceId,
    stretch: Stretch,
    direction: Direction,
    /// The next entry is the last.
    ahead: Vec<(Key, Option<Bytes>)>,
    chunk: usize,
    ended: bool,
}

impl Cursor {
    pub(crate) fn new(
        overlay: Arc<Overlay>,
        sequence: u64,
        space: SpaceId,
        stretch: Stretch,
        direction: Direction,
    ) -> Cursor {
        let (ahead, chunk, ended) = (Vec::new(), FIRST_CHUNK, false);
        Cursor { overlay, sequence, space, stretch, direction, ahead, chunk, ended }
    }

    /// Looks at so many at first, as so many will be taken.
    pub(crate) fn expect(&mut self, count: usize) {
        self.chunk = count.clamp(1, MOST_CHUNK);
    }

    /// Gets the next entry into sight, unless the walk is at its end.
    pub(crate) fn advance(&mut self) {
        while self.ahead.is_empty() && !self.ended {
            self.look_ahead();
        }
    }

    /// The key of the entry that is in sight.
    pub(crate) fn key(&self) -> Option<&Key> {
        self.ahead.last().map(|(key, _)| key)
    }

    /// Takes the entry that is in sight. No value means that it was deleted.
    pub(crate) fn take(&mut self) -> Option<(Key, Option<Bytes>)> {
        self.ahead.pop()
    }

    fn look_ahead(&mut self) {
        let Cursor { overlay, sequence, space, stretch, direction, ahead, chunk, .. } = self;
        ahead.reserve(*chunk);
        match overlay.look(*sequence, *space, stretch, *direction, *chunk, ahead) {
            None => self.ended = true,
            Some(key) => match direction {
                Direction::Forward => stretch.lower = Bound::Excluded(key),
                Direction::Backward => stretch.upper = Bound::Excluded(key),
            },
        }
        self.ended |= self.stretch.is_empty();
        self.ahead.reverse();
        self.chunk = (self.chunk * 2).min(MOST_CHUNK);
    }
}
