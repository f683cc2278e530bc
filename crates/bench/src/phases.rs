//! The times that all workloads have in common, and what their messages carry.

use std::time::Duration;

pub(crate) const PAYLOAD_BYTES: usize = 64;

/// Load before the first mark, so that buffers have their size and sessions their state.
pub(crate) const WARM_UP: Duration = Duration::from_millis(700);

/// How long nothing may arrive before what is missing counts as lost.
pub(crate) const SETTLE: Duration = Duration::from_secs(10);

/// The longest wait of one turn of the load.
pub(crate) const TURN: Duration = Duration::from_millis(5);
