//! ChangeMessageVisibilityBatch

use std::sync::Arc;

use serde::Deserialize;

use super::batch::{Entry, Failure, Outcomes, check};
use super::words::{QueueUrl, visibility};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ChangeMessageVisibilityBatch;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    queue_url: QueueUrl,
    entries: Vec<EntryIn>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct EntryIn {
    id: String,
    receipt_handle: String,
    /// AWS takes none for zero.
    #[serde(default)]
    visibility_timeout: i64,
}

impl Entry for EntryIn {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Operation for ChangeMessageVisibilityBatch {
    const NAME: &'static str = "ChangeMessageVisibilityBatch";

    type Input = Input;
    type Output = Outcomes;

    fn resource(input: &Input) -> String {
        input.queue_url.name().to_owned()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Outcomes, AwsError> {
        let queue = input.queue_url.queue(&state)?;
        check(&input.entries)?;
        let (mut ids, mut hidden, mut failed) = (Vec::new(), Vec::new(), Vec::new());
        for entry in input.entries {
            match visibility(entry.visibility_timeout) {
                Ok(secs) => {
                    hidden.push((entry.receipt_handle, secs));
                    ids.push(entry.id);
                }
                Err(error) => failed.push(Failure::of(entry.id, &error)),
            }
        }
        let outcomes = state.queues.hide_messages(&queue, hidden).await?;
        let mut outcomes = Outcomes::of(ids, outcomes);
        outcomes.failed.extend(failed);
        Ok(outcomes)
    }
}
