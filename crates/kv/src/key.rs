//! Keys as the overlay and its batches hold them.

use smallvec::SmallVec;

/// Most keys are an id and a number. Inline they cost no allocation, and comparing two of them
/// touches no other memory than the node of the tree that holds them.
const INLINE_BYTES: usize = 32;

/// An owned key.
pub type Key = SmallVec<[u8; INLINE_BYTES]>;
