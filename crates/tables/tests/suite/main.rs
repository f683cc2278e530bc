//! Tables from outside: each use case, a model, crashes.

#![allow(clippy::unwrap_used, reason = "a test's helpers may panic like the test")]

mod checks;
mod common;
mod crash;
mod definitions;
mod items;
mod model;
mod reading;
mod streams;
mod sweeping;
mod transactions;
