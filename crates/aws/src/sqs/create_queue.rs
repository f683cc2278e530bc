//! CreateQueue

use std::sync::Arc;

use std::collections::BTreeMap;

use model::QueueName;
use serde::Deserialize;

use super::policy::check;
use super::words::{QueueUrlOut, name_of, url};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct CreateQueue;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    queue_name: String,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
    #[serde(default, rename = "tags")]
    tags: BTreeMap<String, String>,
}

impl Operation for CreateQueue {
    const NAME: &'static str = "CreateQueue";

    type Input = Input;
    type Output = QueueUrlOut;

    fn resource(input: &Input) -> String {
        input.queue_name.clone()
    }

    async fn call(
        state: Arc<State>,
        caller: Caller,
        input: Input,
    ) -> Result<QueueUrlOut, AwsError> {
        check(&input.attributes)?;
        let name: QueueName = name_of(&input.queue_name)?;
        let queue = state.queues.create(&name, input.attributes, input.tags).await?;
        Ok(QueueUrlOut { queue_url: url(&state, &caller, queue.name.as_str()) })
    }
}
