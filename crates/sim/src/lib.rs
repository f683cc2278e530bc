//! The real broker on simulated time and a simulated disk, with clients that come and go.
//!
//! One seed decides everything that happens: how long a sync takes, when connections break, when the
//! power fails and what of unsynced writes it leaves. Between two failures of power the broker, its
//! store and all clients run on one thread of paused tokio time, on pipes instead of sockets. At the
//! end the [`Ledger`] compares what was acknowledged with what arrived.
//!
//! `run(seed)` is a test of one seed; a failure prints it, and the same seed fails again.

mod client;
mod dice;
mod ledger;
mod world;

pub use crate::ledger::Ledger;
pub use crate::world::{Plan, run};
