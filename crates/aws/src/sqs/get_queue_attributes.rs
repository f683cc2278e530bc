//! GetQueueAttributes

use std::sync::Arc;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::words::{QueueUrl, unknown_attribute};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetQueueAttributes;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    queue_url: QueueUrl,
    #[serde(default)]
    attribute_names: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    attributes: BTreeMap<&'static str, String>,
}

/// Names that a queue may have nothing for.
const MAY_BE_ABSENT: &[&str] = &[
    "ContentBasedDeduplication",
    "DeduplicationScope",
    "FifoQueue",
    "FifoThroughputLimit",
    "KmsDataKeyReusePeriodSeconds",
    "KmsMasterKeyId",
    "Policy",
    "RedriveAllowPolicy",
    "RedrivePolicy",
];

impl Operation for GetQueueAttributes {
    const NAME: &'static str = "GetQueueAttributes";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        input.queue_url.name().to_owned()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let queue = input.queue_url.queue(&state)?;
        let mut attributes = queue.attributes.shown(queue.is_fifo());
        let lengths = state.queues.lengths(&queue)?;
        attributes.extend([
            ("ApproximateNumberOfMessages", lengths.visible.to_string()),
            ("ApproximateNumberOfMessagesNotVisible", lengths.in_flight.to_string()),
            ("ApproximateNumberOfMessagesDelayed", lengths.delayed.to_string()),
            ("CreatedTimestamp", (queue.created_at / 1_000).to_string()),
            ("LastModifiedTimestamp", (queue.modified_at / 1_000).to_string()),
            ("QueueArn", state.queues.arn(queue.name.as_str())),
        ]);
        let wanted = input.attribute_names;
        let is_known = |name: &&String| {
            *name == "All"
                || attributes.contains_key(name.as_str())
                || MAY_BE_ABSENT.contains(&name.as_str())
        };
        if let Some(unknown) = wanted.iter().find(|name| !is_known(name)) {
            return Err(unknown_attribute(unknown));
        }
        if !wanted.iter().any(|name| name == "All") {
            attributes.retain(|name, _| wanted.iter().any(|wanted| wanted == name));
        }
        Ok(Output { attributes })
    }
}
