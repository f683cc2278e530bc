//! The store of logs from outside.

mod common;
mod crash;
mod events;
mod groups;
