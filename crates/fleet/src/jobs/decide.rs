//! The way of every change of jobs: look, decide, and commit it with the messages that tell of it.

use kv::{Batch, CommitError};
use model::Message;
use registry::{JobDraft, JobView, StoreError};
use stdx::clock::UnixMillis;

use crate::fleet::Fleet;
use crate::jobs::event::Event;
use crate::jobs::notice::notices;

/// How often a change is decided anew when others came first.
const ATTEMPTS_MAX: usize = 32;

/// What is to be committed and told, and the answer.
pub(super) struct Decided<T> {
    pub(super) batch: Batch,
    pub(super) messages: Vec<Message>,
    pub(super) outcome: T,
}

impl<T> Decided<T> {
    pub(super) fn nothing(outcome: T) -> Decided<T> {
        Decided { batch: Batch::new(), messages: Vec::new(), outcome }
    }
}

impl Fleet {
    /// Lets a change look and decide until its preconditions hold at the commit.
    pub(super) async fn decide_jobs<T, E: From<StoreError>>(
        &self,
        decide: impl Fn(&JobView) -> Result<Decided<T>, E>,
    ) -> Result<T, E> {
        for _ in 0..ATTEMPTS_MAX {
            let decided = decide(&self.registry().jobs())?;
            if let Some(outcome) = self.commit_jobs(decided).await? {
                return Ok(outcome);
            }
        }
        Err(StoreError::Contended.into())
    }

    /// Commits it and wakes the driver. Nothing if another came first.
    pub(super) async fn commit_jobs<T>(
        &self,
        decided: Decided<T>,
    ) -> Result<Option<T>, StoreError> {
        let Decided { batch, messages, outcome } = decided;
        if batch.is_empty() && messages.is_empty() {
            return Ok(Some(outcome));
        }
        match self.0.post.commit(batch, messages).await {
            Ok(()) => {
                self.0.jobs.ring();
                Ok(Some(outcome))
            }
            Err(CommitError::PreconditionFailed { .. }) => Ok(None),
            Err(error) => Err(StoreError::Commit(error)),
        }
    }

    /// A draft with the messages that tell of it.
    pub(super) fn decided<T>(
        &self,
        view: &JobView,
        draft: JobDraft<'_>,
        events: &[Event],
        outcome: T,
        now: UnixMillis,
    ) -> Result<Decided<T>, StoreError> {
        let mut messages = notices(view, &draft, now, &*self.0.post)?;
        for event in events {
            messages.extend(self.job_event(event, now)?);
        }
        Ok(Decided { batch: draft.into_batch(), messages, outcome })
    }
}
