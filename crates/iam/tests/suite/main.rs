//! IAM on a store in memory.

mod assume;
mod authorize;
mod common;
mod console;
mod entity;
mod login;
mod policy;
