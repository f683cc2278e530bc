//! What functions can see while they run.

use std::cell::Cell;

use crate::event::Event;
use crate::version::Version;

/// The largest text or document that an evaluation makes. A rule's output is a message, which has
/// 128 KiB; this leaves room on the way there.
pub(crate) const VALUE_BYTES_MAX: usize = 1024 * 1024;

#[derive(Debug)]
pub(crate) struct Scene<'v> {
    pub(crate) event: &'v Event<'v>,
    pub(crate) version: Version,
    throws: Cell<u64>,
}

impl<'v> Scene<'v> {
    /// `salt` tells apart the chances of what is evaluated for one event.
    pub(crate) fn new(event: &'v Event<'v>, version: Version, salt: u64) -> Scene<'v> {
        Scene { event, version, throws: Cell::new(event.seed ^ salt) }
    }

    /// The next of a row of numbers that follows from the seed (SplitMix64).
    pub(crate) fn throw(&self) -> u64 {
        let state = self.throws.get().wrapping_add(0x9E37_79B9_7F4A_7C15);
        self.throws.set(state);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}
