//! Who gets a message, and in what order: the machines behind routing.
//!
//! - [`Tree`] finds the subscriptions that a topic matches.
//! - [`Group`] picks the one member of a shared subscription that gets a message.
//! - [`Window`] numbers the messages of a session and knows which are on their way.
//! - [`Received`] remembers the QoS 2 messages that a client has not released yet.
//!
//! All are plain values without I/O, clocks or locks. What they route is not here: they know
//! sequence numbers and keys, never payloads. What is stored of a session is in `sessions`.

mod received;
mod share;
mod tree;
mod window;

pub use received::{Received, ReceivedFull};
pub use share::Group;
pub use tree::Tree;
pub use window::{Progress, Window};
