//! The store from outside: one suite that every backend passes, a model, crashes and failures.

#![allow(clippy::unwrap_used, reason = "a test's helpers may panic like the test")]

mod backup;
mod crash;
mod decisions;
mod faults;
mod model;
mod place;
mod suite;
