//! Named keyspaces and the one-byte numbers that stand for them on disk.

use std::fmt;

/// A keyspace, named once in the crate that owns it:
///
/// `pub const THINGS: Space = Space::new("things");`
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Space(&'static str);

impl Space {
    /// A name may be 1 to 64 bytes long; it is written to disk, so it must never change.
    pub const fn new(name: &'static str) -> Space {
        assert!(!name.is_empty() && name.len() <= 64, "a space's name has 1 to 64 bytes");
        Space(name)
    }

    pub const fn name(self) -> &'static str {
        self.0
    }

    /// Faster than comparing names, and may answer no where those are equal.
    pub(crate) fn is_same_as(self, other: Space) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl fmt::Debug for Space {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Space({})", self.0)
    }
}

impl fmt::Display for Space {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// What stands for a space in the journal and in the settled tier.
pub(crate) type SpaceId = u8;

/// Space 0 is ours: its keys are the names of the other spaces, its values their numbers.
pub(crate) const NAMES: SpaceId = 0;

/// In the space of names, and no name: the number of records that were written before the store was
/// restored from a backup.
pub(crate) const PAST_KEY: &[u8] = b"\0";

/// One byte less the space of names.
pub(crate) const MOST_SPACES: usize = 255;

/// The numbers of the spaces that were ever written to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spaces {
    /// The space numbered `index + 1`. There are a few dozen, so a search beats a hash.
    names: Vec<Box<str>>,
}

/// Every number is taken: a space beyond the 255th was written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooManySpaces;

impl Spaces {
    /// Rebuilds the table from space 0; `None` if its numbers are not exactly 1, 2, 3...
    pub(crate) fn from_stored(stored: impl Iterator<Item = (String, SpaceId)>) -> Option<Spaces> {
        let mut pairs: Vec<(String, SpaceId)> = stored.collect();
        pairs.sort_by_key(|(_, id)| *id);
        let in_order = pairs.iter().enumerate().all(|(at, (_, id))| usize::from(*id) == at + 1);
        in_order.then(|| Spaces { names: pairs.into_iter().map(|(name, _)| name.into()).collect() })
    }

    pub(crate) fn id(&self, space: Space) -> Option<SpaceId> {
        let at = self.names.iter().position(|name| **name == *space.0)?;
        Some(SpaceId::try_from(at + 1).expect("add() keeps the table within a byte"))
    }

    pub(crate) fn add(&mut self, space: Space) -> Result<SpaceId, TooManySpaces> {
        if self.names.len() == MOST_SPACES {
            return Err(TooManySpaces);
        }
        self.names.push(space.0.into());
        Ok(self.highest())
    }

    /// The number given out last; 0, that of the space of names, before any other.
    pub(crate) fn highest(&self) -> SpaceId {
        SpaceId::try_from(self.names.len()).expect("add() keeps the table within a byte")
    }

    /// Names and numbers of what was added since `before`.
    pub(crate) fn after(&self, before: &Spaces) -> impl Iterator<Item = (&[u8], SpaceId)> {
        let known = before.names.len();
        let names = self.names.iter().zip(1..=SpaceId::MAX).skip(known);
        names.map(|(name, number)| (name.as_bytes(), number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_are_numbered_from_one_and_found_by_name() {
        let mut spaces = Spaces::default();
        assert_eq!(spaces.add(Space::new("things")), Ok(1));
        assert_eq!(spaces.add(Space::new("jobs")), Ok(2));
        assert_eq!(spaces.id(Space::new("jobs")), Some(2));
        assert_eq!(spaces.id(Space::new("absent")), None);
    }

    #[test]
    fn a_table_with_a_gap_is_refused() {
        let stored = [("things".to_owned(), 1), ("jobs".to_owned(), 3)];
        assert!(Spaces::from_stored(stored.into_iter()).is_none());
    }

    #[test]
    fn the_table_is_bounded() {
        let mut spaces = Spaces::default();
        for _ in 0..MOST_SPACES {
            spaces.add(Space::new("same")).expect("there is room");
        }
        assert_eq!(spaces.add(Space::new("one more")), Err(TooManySpaces));
    }
}
