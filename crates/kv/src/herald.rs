//! Who wakes those that wait for their commits.

use std::fmt;
use std::task::Waker;

/// Wakes the waiters of a group that was committed. Woken by the committer's thread, each costs a
/// system call, and often a switch to another thread; by a thread of their own runtime, nearly
/// nothing. So a program with a runtime gives the store a herald that carries the news there.
pub trait Herald: fmt::Debug + Send + Sync {
    /// Sees to it that each of them is woken soon, whatever becomes of the others. What they wait for
    /// is known already. Called by the thread that commits, which must not be held up.
    fn tell(&self, waiters: Vec<Waker>);
}

/// Wakes each at once, on the thread that commits.
#[derive(Clone, Copy, Debug, Default)]
pub struct Directly;

impl Herald for Directly {
    fn tell(&self, waiters: Vec<Waker>) {
        waiters.into_iter().for_each(Waker::wake);
    }
}
