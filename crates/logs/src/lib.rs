//! Logs: groups of streams of events, as CloudWatch Logs keeps them.
//!
//! Every write is a decision at its commit, so it can join somebody else's batch
//! ([`Logs::put_into`]): a line that a rule or a function writes is on disk with what it tells of.
//! Reading walks over ranges of keys: events of a stream lie in the order of their times.
//!
//! What is deleted, and what is older than its group keeps it, is taken away by [`Logs::sweep`] in
//! bounded pieces; what is on disk alone says what is left.
//!
//! Not here: the names and shapes of AWS's operations (`aws`), and which lines are written (`actions`).
//!
//! | space | key | value |
//! | --- | --- | --- |
//! | `log-groups` | name | what is said of the group |
//! | `log-streams` | number of the group, name | what is said of the stream |
//! | `log-events` | numbers of group and stream, time, place in the history | the event |
//! | `log-bytes` | number of the group | how much is in it |
//! | `log-chores` | numbers of group and stream (0: all) | nothing: its events are to be taken away |
//! | `log-numbers` | `last` | the number given out last |

mod error;
mod filter;
mod group;
mod key;
mod logs;
mod pattern;
mod put;
mod read;
mod stream;
mod sweep;

pub use error::LogsError;
pub use filter::{FILTERED_MAX, FilterPage, Filtered, LogFilter};
pub use group::{Group, GroupFilter, RETENTION_DAYS};
pub use logs::Logs;
pub use pattern::{Pattern, UnfitPattern};
pub use put::{
    BATCH_BYTES_MAX, BATCH_EVENTS_MAX, EVENT_BYTES, NewEvent, PutOutcome, Rejected, UnfitEvents,
};
pub use read::{EVENTS_MAX, Event, EventPage, EventQuery};
pub use stream::{Stream, StreamOrder};
