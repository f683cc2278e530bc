//! The writes of one item: put, update, delete.

use std::sync::{Arc, OnceLock};

use kv::{Batch, CommitError, Decision, Declined, Present};
use records::StoreError;

use crate::store::Tables;
use crate::write::{ItemWrite, Planned, WriteRefused, Written};

/// Where a decision leaves its answer.
pub(crate) type Answer<T, E> = Arc<OnceLock<Result<T, E>>>;

struct WriteOne {
    planned: Planned,
    answer: Answer<Written, WriteRefused>,
}

impl Tables {
    /// Writes one item if its condition holds. When it is done, it is on disk.
    pub async fn write_item(&self, write: ItemWrite) -> Result<Written, WriteRefused> {
        let planned = write.plan(self.clock().now())?;
        let has_stream = planned.table.definition().stream.is_some();
        let answer = Answer::default();
        let mut batch = Batch::new();
        batch.decide(WriteOne { planned, answer: Arc::clone(&answer) });
        let committed = self.store().commit(batch).await;
        if has_stream && committed.is_ok() {
            self.hook.tell();
        }
        answer_of(committed, answer)
    }
}

/// What a decision answered, if it was asked: a commit may fail for other reasons.
pub(crate) fn answer_of<T, E: From<StoreError>>(
    committed: Result<(), CommitError>,
    answer: Answer<T, E>,
) -> Result<T, E> {
    let answer = Arc::into_inner(answer).and_then(OnceLock::into_inner);
    match (committed, answer) {
        (Ok(()), Some(answer)) | (Err(CommitError::Declined), Some(answer)) => answer,
        (Err(error), _) => Err(StoreError::Commit(error).into()),
        (Ok(()), None) => Err(StoreError::Commit(CommitError::Closed).into()),
    }
}

impl Decision for WriteOne {
    fn bytes(&self) -> usize {
        self.planned.bytes()
    }

    fn decide(self: Box<Self>, present: &mut Present<'_>) -> Result<(), Declined> {
        let WriteOne { planned, answer } = *self;
        let written = planned.judge(present).and_then(|judged| judged.apply(present));
        let is_done = written.is_ok();
        // Set once, as a decision runs once.
        answer.set(written).ok();
        drop(answer);
        if is_done { Ok(()) } else { Err(Declined::ByChoice) }
    }
}
