//! Typed, versioned records in `kv`, and the way that they change.
//!
//! A mutation reads a snapshot, decides, and commits one [`kv::Batch`] that holds the records, their
//! indexes and the preconditions under which the decision is right; if another came first, it
//! decides anew ([`Records::mutate`]). What others keep in caches is told when it changes, also if
//! the caller has gone away while the change was committed.
//!
//! Not here: any noun. Each crate of floor 2 that keeps nouns defines its records and its errors.

mod change;
mod decide;
mod edge;
mod mutate;
mod page;
mod record;

pub use decide::decide;
pub use edge::{EdgeKind, forget_end, mark, require_no_newer};
pub use mutate::{Decision, Found, Records, StoreError, find};
pub use page::{PAGE_ITEMS_MAX, Page, page, page_where};
pub use record::{Record, RecordError, decode, encode, parse};
