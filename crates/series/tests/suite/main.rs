//! Series from outside: each use case, a model, crashes.

#![allow(clippy::unwrap_used, reason = "a test's helpers may panic like the test")]

mod catalog;
mod common;
mod crash;
mod lines;
mod model;
mod settling;
mod sums;
mod writing;
