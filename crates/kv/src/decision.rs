//! Changes that depend on what is stored at the very moment of their commit.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::error::{CommitError, ReadError};
use crate::present::Present;

/// Decides at the moment of the commit, when nothing can come between what it reads and what it
/// changes. It runs once, on the one thread that commits: it must be quick and must wait for
/// nothing. What it wants to tell goes through a place that it shares with who made it, which is to
/// be looked at when the ticket says that the batch was committed or declined.
pub trait Decision: Send + Sync {
    /// About how many bytes it keeps in memory while it waits, and will write.
    fn bytes(&self) -> usize;

    /// Reads and changes what it likes. If it declines, or panics, nothing of the whole batch is
    /// changed.
    fn decide(self: Box<Self>, present: &mut Present<'_>) -> Result<(), Declined>;
}

/// Why a decision wants nothing of its batch to be committed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Declined {
    /// The decision's own reason, which it tells by its own ways.
    #[error("the decision declined")]
    ByChoice,
    #[error("what the decision asked for cannot be read")]
    Unreadable(#[from] ReadError),
}

/// A decision that was added behind the batch's first `after` changes.
pub(crate) struct Placed {
    pub(crate) after: usize,
    pub(crate) decision: Box<dyn Decision>,
}

/// A function with what it says of its size.
pub(crate) struct ByFunction<F> {
    pub(crate) bytes: usize,
    pub(crate) decide: F,
}

impl<F> Decision for ByFunction<F>
where
    F: FnOnce(&mut Present<'_>) -> Result<(), Declined> + Send + Sync,
{
    fn bytes(&self) -> usize {
        self.bytes
    }

    fn decide(self: Box<Self>, present: &mut Present<'_>) -> Result<(), Declined> {
        (self.decide)(present)
    }
}

pub(crate) fn run(
    decision: Box<dyn Decision>,
    present: &mut Present<'_>,
) -> Result<(), CommitError> {
    // Whatever a panic left half done is in the batch, which is thrown away.
    let outcome = catch_unwind(AssertUnwindSafe(|| decision.decide(present)));
    match outcome {
        Ok(Ok(())) => Ok(()),
        Ok(Err(Declined::ByChoice)) => Err(CommitError::Declined),
        Ok(Err(Declined::Unreadable(error))) => Err(error.into()),
        Err(_) => {
            tracing::error!("a decision panicked; its batch is not committed");
            Err(CommitError::DecisionPanicked)
        }
    }
}

impl fmt::Debug for Placed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Placed").field("after", &self.after).finish_non_exhaustive()
    }
}
