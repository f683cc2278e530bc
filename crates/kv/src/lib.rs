//! Ordered bytes with transactions: everything in the product that outlives a restart is here.
//!
//! A caller puts its changes into a [`Batch`] and gives it to [`Store::commit`]; the [`Ticket`]
//! that comes back resolves when the whole batch is on disk, or says why none of it is. One
//! committer takes all batches that wait, writes them as one record of the journal, syncs once, and
//! only then shows them to readers. So the price of a sync is shared by all who waited for it.
//!
//! What may be done only if something holds is a precondition of its batch, or a [`Decision`]: the
//! committer runs it when nothing can come between what it reads and what it changes.
//!
//! A write lives in one of three places, newest first: the *overlay* (memory, backed by the
//! *journal*), the overlay that a checkpoint is writing down, and the *settled* tier (an LSM tree).
//! What is written with [`Batch::put_new`] and deleted before the next checkpoint never settles.
//!
//! Not here: what the bytes mean. Types, versions and migrations belong to the crates above.

mod ahead;
mod backup;
mod batch;
mod checkpoint;
mod committer;
mod cursor;
mod decision;
mod directory;
mod disk;
mod error;
mod herald;
mod journal;
mod judge;
mod key;
mod options;
mod overlay;
mod places;
mod present;
mod queue;
mod range;
mod recovery;
mod restore;
mod rider;
mod settled;
mod snapshot;
mod space;
mod stats;
mod store;
mod ticket;
mod view;

pub use backup::BackupReport;
pub use batch::{Batch, Durability, Expect};
pub use decision::{Decision, Declined};
pub use disk::{Disk, DiskFile, Files, SimDisk, Survival};
pub use error::{BackupError, CommitError, OpenError, ReadError, RestoreError};
pub use herald::{Directly, Herald};
pub use key::Key;
pub use options::{Committer, Options};
pub use present::{Present, Sequence};
pub use range::{Direction, Range};
pub use restore::{RestoreReport, restore};
pub use rider::{Rider, Riding};
pub use settled::{MemorySettled, Settled, SettledEntry, SettledError, SettledRange, SettledView};
pub use snapshot::Snapshot;
pub use space::Space;
pub use stats::Stats;
pub use store::Store;
pub use ticket::Ticket;
