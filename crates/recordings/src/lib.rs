//! Recordings: messages that are kept, so that a rule can be tried on them, and done for them later.
//!
//! A [`Recording`] is a topic filter with limits. [`Recordings::record_into`] adds a message to the
//! batch of its other effects, so who is acknowledged is recorded. Its place follows from the order of
//! commits ([`Place`]) and is the same in each recording that keeps it, so that it is told once
//! ([`Recordings::read`]) however many do.
//!
//! What a rule made of a recorded message is remembered by a mark, in the batch of those effects
//! ([`Recordings::mark_into`]): nothing is done twice. What is too old or too much is taken away by
//! [`Recordings::trim`], and the marks with it.
//!
//! Not here: what rules are, and what a replay is (`fleet`).

mod definition;
mod mark;
mod message;
mod place;
mod read;
mod record_into;
mod recordings;
mod size;
mod trim;

pub use definition::{
    DAYS, DAYS_MAX, Limits, MEGABYTES, MEGABYTES_MAX, RECORDINGS_MAX, Recording, RecordingNumber,
};
pub use message::{RecordedMessage, RuleReading};
pub use place::Place;
pub use read::{Asked, Piece};
pub use recordings::{Listed, Recordings, StartError, StopError};
pub use size::Size;
