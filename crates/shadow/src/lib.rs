//! Device shadows: what a thing should be, what it says that it is, and the difference.
//!
//! A [`Shadow`] is a value. An [`Update`] is read from a device's or an application's JSON and
//! applied with [`Shadow::update`], which gives the new shadow and what is to be told of it:
//! [`Updated`]. Nothing here knows topics, stores or clocks; times are seconds that come in.
//!
//! The errors are AWS's, code and text: devices in the field compare them.

mod delta;
mod document;
mod merge;
mod reading;
mod rejection;
mod told;

pub use document::{Limits, Section, Shadow, State};
pub use reading::{Ask, Update};
pub use rejection::Rejection;
pub use told::Updated;

/// Seconds since the Unix epoch, as shadows count time.
pub type UnixSeconds = u64;

#[cfg(test)]
mod tests;
