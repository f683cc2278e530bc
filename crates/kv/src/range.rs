//! Entries in order, merged from all tiers.

use std::cmp::Ordering;
use std::fmt;
use std::iter::Peekable;
use std::ops::{Bound, RangeBounds};
use std::sync::Arc;

use bytes::Bytes;

use crate::cursor::Cursor;
use crate::error::ReadError;
use crate::key::Key;
use crate::overlay::{Overlay, Stretch, slice};
use crate::settled::SettledRange;
use crate::snapshot::Snapshot;
use crate::space::SpaceId;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    #[default]
    Forward,
    Backward,
}

/// Entries of one space as a snapshot sees them, read as they are asked for. Ends after an error.
pub struct Range {
    tiers: Option<Tiers>,
    direction: Direction,
    _snapshot: Snapshot,
}

/// Newest first: where two know a key, the earlier is right.
struct Tiers {
    overlays: Vec<Cursor>,
    settled: Peekable<SettledRange>,
}

impl Range {
    /// `None` for the space makes an empty range: nothing was ever written there.
    pub(crate) fn new(
        snapshot: Snapshot,
        space: Option<SpaceId>,
        stretch: &Stretch,
        direction: Direction,
    ) -> Result<Range, ReadError> {
        let space = space.filter(|_| !stretch.is_empty());
        let mut tiers = space.map(|space| Tiers::new(&snapshot, space, stretch, direction));
        if let Some(Some(Err(error))) = tiers.as_mut().map(|tiers| tiers.settled.peek()) {
            return Err(error.clone().into());
        }
        Ok(Range { tiers, direction, _snapshot: snapshot })
    }
}

impl Range {
    /// For a caller who knows how many entries it will take.
    pub fn expecting(mut self, count: usize) -> Range {
        let overlays = self.tiers.iter_mut().flat_map(|tiers| &mut tiers.overlays);
        overlays.for_each(|overlay| overlay.expect(count));
        self
    }

    /// The values without their keys.
    pub fn values(mut self) -> impl Iterator<Item = Result<Bytes, ReadError>> {
        std::iter::from_fn(move || Some(self.next_entry()?.map(|(_, value)| value)))
    }

    fn next_entry(&mut self) -> Option<Result<(Key, Bytes), ReadError>> {
        loop {
            let next = self.tiers.as_mut()?.next(self.direction);
            match next {
                Ok(Some((key, Some(value)))) => return Some(Ok((key, value))),
                Ok(Some((_, None))) => {}
                Ok(None) => self.tiers = None,
                Err(error) => {
                    self.tiers = None;
                    return Some(Err(error));
                }
            }
        }
    }
}

impl Iterator for Range {
    type Item = Result<(Bytes, Bytes), ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let entry = self.next_entry()?;
        Some(entry.map(|(key, value)| (Bytes::copy_from_slice(&key), value)))
    }
}

impl Tiers {
    fn new(snapshot: &Snapshot, space: SpaceId, stretch: &Stretch, direction: Direction) -> Tiers {
        let view = snapshot.view();
        let overlays = [Some(&view.active), view.frozen.as_ref()].into_iter().flatten();
        let cursor = |overlay: &Arc<Overlay>| {
            let overlay = Arc::clone(overlay);
            Cursor::new(overlay, snapshot.sequence(), space, stretch.clone(), direction)
        };
        let bounds = (slice(&stretch.lower), slice(&stretch.upper));
        let settled = view.settled.range(space, bounds, direction).peekable();
        Tiers { overlays: overlays.map(cursor).collect(), settled }
    }

    /// The first key of all tiers with what the newest tier says of it.
    fn next(&mut self, direction: Direction) -> Result<Option<(Key, Option<Bytes>)>, ReadError> {
        self.overlays.iter_mut().for_each(Cursor::advance);
        let Some(newest) = self.first(direction)? else { return Ok(None) };
        let (key, value) = match self.overlays.get_mut(newest) {
            Some(overlay) => overlay.take().expect("its key was just told"),
            None => {
                let (key, value) = self.settled.next().expect("its key was just told")?;
                return Ok(Some((key, Some(value))));
            }
        };
        for older in &mut self.overlays[newest + 1..] {
            if older.key() == Some(&key) {
                older.take();
            }
        }
        self.settled.next_if(|next| matches!(next, Ok((known, _)) if *known == key));
        Ok(Some((key, value)))
    }

    /// Which tier has the first key, and is the newest of those that have it. What is settled comes
    /// behind all overlays.
    fn first(&mut self, direction: Direction) -> Result<Option<usize>, ReadError> {
        let settled = match self.settled.peek() {
            None => None,
            Some(Ok((key, _))) => Some(key),
            Some(Err(error)) => return Err(error.clone().into()),
        };
        let mut first: Option<(usize, &Key)> = None;
        let keys = self.overlays.iter().map(Cursor::key).chain([settled]);
        for (tier, key) in keys.enumerate() {
            if let Some(key) = key
                && first.is_none_or(|(_, first)| comes_before(key, first, direction))
            {
                first = Some((tier, key));
            }
        }
        Ok(first.map(|(tier, _)| tier))
    }
}

fn comes_before(key: &Key, other: &Key, direction: Direction) -> bool {
    match direction {
        Direction::Forward => key.cmp(other) == Ordering::Less,
        Direction::Backward => key.cmp(other) == Ordering::Greater,
    }
}

impl Stretch {
    pub(crate) fn of<'k>(range: &impl RangeBounds<&'k [u8]>) -> Stretch {
        let owned = |bound: Bound<&&[u8]>| bound.map(|key| Key::from_slice(key));
        Stretch { lower: owned(range.start_bound()), upper: owned(range.end_bound()) }
    }

    /// All keys that begin with `prefix`.
    pub(crate) fn with_prefix(prefix: &[u8]) -> Stretch {
        let mut after = Key::from_slice(prefix);
        while after.last() == Some(&u8::MAX) {
            after.pop();
        }
        let upper = match after.last_mut() {
            None => Bound::Unbounded,
            Some(last) => {
                *last += 1;
                Bound::Excluded(after)
            }
        };
        Stretch { lower: Bound::Included(Key::from_slice(prefix)), upper }
    }

    /// Whether no key at all can lie in it. Maps panic when they are asked for such a range.
    pub(crate) fn is_empty(&self) -> bool {
        use Bound::{Excluded, Included, Unbounded};
        match (&self.lower, &self.upper) {
            (Unbounded, _) | (_, Unbounded) => false,
            (Included(lower), Included(upper)) => lower > upper,
            (Included(lower) | Excluded(lower), Included(upper) | Excluded(upper)) => {
                lower >= upper
            }
        }
    }
}

impl fmt::Debug for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Range").field("direction", &self.direction).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_ends_before_its_successor() {
        let upper = |prefix: &[u8]| Stretch::with_prefix(prefix).upper;
        assert_eq!(upper(b"ab"), Bound::Excluded(Key::from_slice(b"ac")));
        assert_eq!(upper(b"a\xff\xff"), Bound::Excluded(Key::from_slice(b"b")));
        assert_eq!(upper(b"\xff"), Bound::Unbounded);
        assert_eq!(upper(b""), Bound::Unbounded);
    }

    #[test]
    fn a_stretch_that_ends_before_it_begins_is_empty() {
        assert!(Stretch::of(&(b"b".as_slice()..b"a".as_slice())).is_empty());
        assert!(Stretch::of(&(b"a".as_slice()..b"a".as_slice())).is_empty());
        assert!(!Stretch::of(&(b"a".as_slice()..=b"a".as_slice())).is_empty());
    }
}
