//! What may differ from one store to the next.

use std::sync::Arc;

use crate::herald::{Directly, Herald};

/// How a store is opened. The default is right for a server.
#[derive(Clone, Debug)]
pub struct Options {
    pub committer: Committer,
    /// Who tells the tasks of a group that they are done. Threads that wait are told at once.
    pub herald: Arc<dyn Herald>,
    /// A checkpoint starts when the overlay, or the journal behind it, has grown by this much.
    /// While one runs as much again may gather; then commits wait.
    pub checkpoint_bytes: u64,
    /// The size of one file of the journal. It is filled with zeros once and then used again and
    /// again, as overwriting syncs about three times as fast as appending.
    pub segment_bytes: u64,
    /// Memory for blocks of the settled tier that were read.
    pub cache_bytes: u64,
}

/// Who drives commits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Committer {
    /// A thread that commits and one that checkpoints.
    #[default]
    Threads,
    /// Nobody, until [`Store::pump`](crate::Store::pump) is called. For the simulator, where all
    /// that happens must happen in an order that its seed decides.
    Manual,
}

const MIB: u64 = 1024 * 1024;

impl Default for Options {
    fn default() -> Options {
        Options {
            committer: Committer::Threads,
            herald: Arc::new(Directly),
            checkpoint_bytes: 64 * MIB,
            segment_bytes: 8 * MIB,
            cache_bytes: 64 * MIB,
        }
    }
}

impl Options {
    /// Small enough that a test may open many stores, and deterministic if driven by hand.
    pub fn for_tests(committer: Committer) -> Options {
        Options {
            committer,
            herald: Arc::new(Directly),
            checkpoint_bytes: 8 * MIB,
            segment_bytes: MIB / 4,
            cache_bytes: MIB,
        }
    }
}
