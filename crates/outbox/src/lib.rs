//! What is to go out of the house: durable entries, in order for each target.
//!
//! An effect that cannot be an entry of a message's own commit (a request to somebody's server, a letter
//! to the house itself, a change that may turn out impossible, a rule that asks a function) becomes an entry here, which is: [`Outbox::put`] adds it to the message's batch.
//! So the message is acknowledged when all that follows from it is on disk, and what goes out goes out
//! at least once, whatever happens.
//!
//! The number of an entry is given at its commit, so a target's entries go out in the order in which
//! their messages were committed. The outbox is bounded: what it has promised and what waits is counted
//! in memory, and when it is full a put is refused, and the rule's error action hears of it.
//!
//! Not here: how something goes out, how often that is tried, and what happens when it does not work
//! (`fleet`).
//!
//! | space | key | value |
//! | --- | --- | --- |
//! | `outbox` | target, 0, place in the history | [`Entry`] |

mod entry;
mod held;
mod outbox;
mod run;

pub use entry::{Delivery, Entry, ErrorAction, HttpRequest, ItemUpdate, Letter, Origin, Signing};
pub use held::{
    BYTES_MAX, BYTES_PER_TARGET_MAX, ENTRIES_MAX, ENTRIES_PER_TARGET_MAX, OutboxFull, Reservation,
};
pub use outbox::{Outbox, PutError, Waiting};
pub use run::Run;
