//! The way of every write.

use kv::Present;

use crate::error::QueueError;
use crate::queues::Queues;

/// What a decision keeps and writes beside messages, about.
const DECISION_BYTES: usize = 1024;

impl Queues {
    pub(crate) async fn decide<T: Send + Sync + 'static>(
        &self,
        bytes: usize,
        decide: impl FnOnce(&mut Present<'_>) -> Result<T, QueueError> + Send + Sync + 'static,
    ) -> Result<T, QueueError> {
        records::decide(&self.store, DECISION_BYTES + bytes, decide).await
    }
}
