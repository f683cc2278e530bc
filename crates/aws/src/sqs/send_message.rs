//! SendMessage

use std::sync::Arc;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::message::{AttributeIn, Outgoing};
use super::words::QueueUrl;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct SendMessage;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    queue_url: QueueUrl,
    message_body: String,
    delay_seconds: Option<i64>,
    #[serde(default)]
    message_attributes: BTreeMap<String, AttributeIn>,
    #[serde(default)]
    message_system_attributes: BTreeMap<String, AttributeIn>,
    message_deduplication_id: Option<String>,
    message_group_id: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    #[serde(rename = "MD5OfMessageBody")]
    body_digest: String,
    #[serde(rename = "MD5OfMessageAttributes", skip_serializing_if = "Option::is_none")]
    attributes_digest: Option<String>,
    #[serde(rename = "MD5OfMessageSystemAttributes", skip_serializing_if = "Option::is_none")]
    system_attributes_digest: Option<String>,
    message_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sequence_number: Option<String>,
}

impl Operation for SendMessage {
    const NAME: &'static str = "SendMessage";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        input.queue_url.name().to_owned()
    }

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Output, AwsError> {
        let queue = input.queue_url.queue(&state)?;
        let outgoing = Outgoing {
            body: input.message_body,
            delay: input.delay_seconds,
            attributes: input.message_attributes,
            system_attributes: input.message_system_attributes,
            dedup: input.message_deduplication_id,
            group: input.message_group_id,
        };
        let (message, digests) = outgoing.read(&caller)?;
        let mut sent = state.queues.send(&queue, vec![message]).await?;
        let sent = sent.pop().ok_or_else(|| AwsError::internal("nothing was sent"))??;
        Ok(Output {
            body_digest: digests.body,
            attributes_digest: digests.attributes,
            system_attributes_digest: digests.system_attributes,
            message_id: sent.id.to_string(),
            sequence_number: sent.sequence_number,
        })
    }
}
