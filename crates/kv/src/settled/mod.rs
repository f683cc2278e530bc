//! The settled tier: where checkpoints put what the journal held.

use std::error::Error;
use std::fmt;
use std::io;
use std::ops::Bound;
use std::sync::Arc;

use bytes::Bytes;

use crate::key::Key;
use crate::range::Direction;

mod lsm;
mod memory;

pub(crate) use lsm::Lsm;
pub use memory::MemorySettled;

/// Ordered bytes that change only by checkpoints.
pub trait Settled: Send + Sync + fmt::Debug {
    /// The newest journal record whose effects are all here; 0 before the first checkpoint.
    fn mark(&self) -> Result<u64, SettledError>;

    /// Applies `entries`, which ascend by space and key, together with the mark. When this returns
    /// all of it is durable; when it fails, or power fails in it, all of it happened or nothing.
    fn settle(
        &self,
        entries: &mut dyn Iterator<Item = Result<SettledEntry, SettledError>>,
        mark: u64,
    ) -> Result<(), SettledError>;

    /// The state as of now, untouched by later checkpoints.
    fn view(&self) -> Arc<dyn SettledView>;
}

/// One moment of the settled tier.
pub trait SettledView: Send + Sync + fmt::Debug {
    fn get(&self, space: u8, key: &[u8]) -> Result<Option<Bytes>, SettledError>;

    fn range(
        &self,
        space: u8,
        bounds: (Bound<&[u8]>, Bound<&[u8]>),
        direction: Direction,
    ) -> SettledRange;
}

/// Entries of one space, without its number. Ends after an error.
pub type SettledRange = Box<dyn Iterator<Item = Result<(Key, Bytes), SettledError>> + Send>;

/// What a checkpoint writes for one key; no value deletes it.
#[derive(Clone, Debug)]
pub struct SettledEntry {
    pub space: u8,
    pub key: Key,
    pub value: Option<Bytes>,
}

/// Why the settled tier failed. Cheap to clone, as one failure is told to many.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SettledError {
    #[error("the disk is full")]
    Full,
    #[error("the settled tier is in use")]
    InUse,
    #[error("checkpoints have stopped")]
    Stopped,
    #[error("the settled tier is damaged: {what}")]
    Damaged { what: &'static str },
    #[error("the storage engine failed")]
    Engine(#[source] Arc<dyn Error + Send + Sync>),
}

impl SettledError {
    /// Tells a full disk from everything else, however deep the engine wrapped it.
    pub(crate) fn from_engine(error: impl Error + Send + Sync + 'static) -> SettledError {
        let mut cause: Option<&(dyn Error + 'static)> = Some(&error);
        while let Some(inner) = cause {
            let kind = inner.downcast_ref::<io::Error>().map(io::Error::kind);
            if kind.is_some_and(is_full) {
                return SettledError::Full;
            }
            cause = inner.source();
        }
        SettledError::Engine(Arc::new(error))
    }
}

/// A quota is a full disk to the one who meets it.
pub(crate) fn is_full(kind: io::ErrorKind) -> bool {
    matches!(kind, io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}
