//! Functions as they run: real processes behind the Runtime API.

mod common;
mod invoking;
mod misbehaving;
