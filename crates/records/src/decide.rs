//! Changes that are decided at their commit, and answer.

use std::sync::{Arc, OnceLock};

use kv::{Batch, CommitError, Declined, Present, Store};

use crate::mutate::StoreError;

/// Decides at the commit, when nothing can come between what is read and what is changed, and answers
/// when that is on disk. What fails changes nothing. `bytes` is about what it keeps and writes.
pub async fn decide<T, E>(
    store: &Store,
    bytes: usize,
    decide: impl FnOnce(&mut Present<'_>) -> Result<T, E> + Send + Sync + 'static,
) -> Result<T, E>
where
    T: Send + Sync + 'static,
    E: From<StoreError> + Send + Sync + 'static,
{
    let answer: Arc<OnceLock<Result<T, E>>> = Arc::default();
    let told = Arc::clone(&answer);
    let mut batch = Batch::new();
    batch.decide_by(bytes, move |present| {
        let decided = decide(present);
        let is_done = decided.is_ok();
        // Set once, as a decision runs once.
        told.set(decided).ok();
        if is_done { Ok(()) } else { Err(Declined::ByChoice) }
    });
    let committed = store.commit(batch).await;
    let answer = Arc::into_inner(answer).and_then(OnceLock::into_inner);
    match (committed, answer) {
        (Ok(()) | Err(CommitError::Declined), Some(answer)) => answer,
        (Err(error), _) => Err(StoreError::Commit(error).into()),
        (Ok(()), None) => Err(StoreError::Commit(CommitError::Closed).into()),
    }
}
