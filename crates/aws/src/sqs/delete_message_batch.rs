//! DeleteMessageBatch

use std::sync::Arc;

use serde::Deserialize;

use super::batch::{Entry, Outcomes, check};
use super::words::QueueUrl;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DeleteMessageBatch;

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
}

impl Entry for EntryIn {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Operation for DeleteMessageBatch {
    const NAME: &'static str = "DeleteMessageBatch";

    type Input = Input;
    type Output = Outcomes;

    fn resource(input: &Input) -> String {
        input.queue_url.name().to_owned()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Outcomes, AwsError> {
        let queue = input.queue_url.queue(&state)?;
        check(&input.entries)?;
        let (ids, handles): (Vec<_>, Vec<_>) =
            input.entries.into_iter().map(|entry| (entry.id, entry.receipt_handle)).unzip();
        let outcomes = state.queues.delete_messages(&queue, handles).await?;
        Ok(Outcomes::of(ids, outcomes))
    }
}
