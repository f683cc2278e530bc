//! What may go wrong, one enum for each operation.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::key::Key;
use crate::settled::SettledError;
use crate::space::Space;

/// Why a key or range could not be read.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ReadError {
    #[error("the settled tier cannot be read")]
    Settled(#[from] SettledError),
}

/// Why a batch was not committed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CommitError {
    /// Nothing was changed.
    #[error("a precondition on a key of {space} does not hold")]
    PreconditionFailed { space: Space, key: Key },
    /// Nothing was changed. The decision tells the reason by its own ways.
    #[error("a decision of the batch declined")]
    Declined,
    /// Nothing was changed. Other batches are none the worse.
    #[error("a decision of the batch panicked")]
    DecisionPanicked,
    /// Nothing was changed. Commits work again as soon as there is space.
    #[error("the disk is full")]
    DiskFull,
    /// A sync failed, so nobody knows what is on disk: this batch may or may not be there after a
    /// restart. The store takes no more commits; restart the program once the disk is sound.
    #[error("the journal failed and takes no more commits")]
    Poisoned(#[source] Arc<io::Error>),
    /// Nothing was changed: the journal could not get another file.
    #[error("the journal cannot grow")]
    Journal(#[source] Arc<io::Error>),
    /// Nothing was changed: the settled tier takes no writes and the overlay is full.
    #[error("the settled tier takes no writes")]
    Settled(#[source] SettledError),
    /// Nothing was changed: a precondition could not be checked or a decision could not read.
    #[error("what the batch depends on cannot be read")]
    Read(#[from] ReadError),
    #[error("a key of {bytes} bytes is longer than {most}")]
    KeyTooLong { bytes: usize, most: usize },
    #[error("a batch of {bytes} bytes is larger than {most}")]
    BatchTooLarge { bytes: usize, most: usize },
    #[error("{space} is one space more than can be numbered")]
    TooManySpaces { space: Space },
    #[error("the store is closed")]
    Closed,
}

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("{} is in use{}", dir.display(), by_process(*pid))]
    Locked { dir: PathBuf, pid: Option<u32> },
    #[error("the journal is damaged: {file} at byte {offset}")]
    JournalDamaged { file: String, offset: u64 },
    /// The settled tier was written by a later life of the store than the journal, or the journal
    /// lost its identity: files were mixed or removed.
    #[error("the journal does not belong to the settled tier: {what}")]
    JournalForeign { what: &'static str },
    #[error("the table of spaces is damaged")]
    SpacesDamaged,
    #[error("{what}")]
    Io {
        what: String,
        #[source]
        source: io::Error,
    },
    #[error("the settled tier cannot be opened")]
    Settled(#[from] SettledError),
    #[error("the store cannot be read")]
    Read(#[from] ReadError),
}

/// Why a backup was not written. No file is left behind.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("{} cannot be written", path.display())]
    Write {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("the store cannot be read")]
    Read(#[from] ReadError),
}

/// Why a backup was not restored.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    #[error("{} cannot be read", path.display())]
    Backup {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("{} is not a backup of this program", path.display())]
    NotABackup { path: PathBuf },
    #[error("the backup is damaged at byte {offset}")]
    Damaged { offset: u64 },
    #[error("{} is not an empty directory", dir.display())]
    NotEmpty { dir: PathBuf },
    #[error("{} cannot be written", dir.display())]
    Write {
        dir: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("the settled tier takes no writes")]
    Settled(#[from] SettledError),
}

fn by_process(pid: Option<u32>) -> String {
    pid.map_or_else(String::new, |pid| format!(" by process {pid}"))
}
