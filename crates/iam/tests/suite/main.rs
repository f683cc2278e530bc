//! IAM on a store in memory.

mod assume;
mod authorize;
mod common;
mod entity;
mod login;
mod policy;
