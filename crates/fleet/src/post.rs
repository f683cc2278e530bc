//! The way out of the house for what the fleet has to tell. The roof joins it to the broker.

use std::fmt;
use std::pin::Pin;

use bytes::Bytes;
use kv::{Batch, CommitError};
use model::{Message, Qos, Topic};

/// The outcome of a [`Post::commit`], to be awaited.
pub type Posted = Pin<Box<dyn Future<Output = Result<(), CommitError>> + Send>>;

/// Commits a change and publishes the messages that tell of it, as one: both or neither. Done when
/// both are on disk.
pub trait Post: Send + Sync + fmt::Debug + 'static {
    fn commit(&self, batch: Batch, messages: Vec<Message>) -> Posted {
        self.commit_after(batch, messages, 0)
    }

    /// The same, where so many messages are between these and what a client sent: what follows from them
    /// is bounded by it.
    fn commit_after(&self, batch: Batch, messages: Vec<Message>, hops: u8) -> Posted;

    /// Whether anybody would get a message of this topic now: if not, it need not be made.
    fn is_wanted(&self, topic: &Topic) -> bool;
}

/// A message of the house, as all of them are.
pub(crate) fn message(topic: Topic, payload: String) -> Message {
    let payload = Bytes::from(payload);
    Message { topic, payload, qos: Qos::AtLeastOnce, retain: false, properties: None }
}
