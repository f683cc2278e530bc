//! SendMessageBatch

use std::sync::Arc;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::batch::{Entry, Failure, check};
use super::message::{AttributeIn, BATCH_BYTES_MAX, Outgoing};
use super::words::{QueueUrl, refused};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct SendMessageBatch;

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
    successful: Vec<Done>,
    failed: Vec<Failure>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Done {
    id: String,
    message_id: String,
    #[serde(rename = "MD5OfMessageBody")]
    body_digest: String,
    #[serde(rename = "MD5OfMessageAttributes", skip_serializing_if = "Option::is_none")]
    attributes_digest: Option<String>,
    #[serde(rename = "MD5OfMessageSystemAttributes", skip_serializing_if = "Option::is_none")]
    system_attributes_digest: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sequence_number: Option<String>,
}

impl Entry for EntryIn {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Operation for SendMessageBatch {
    const NAME: &'static str = "SendMessageBatch";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        input.queue_url.name().to_owned()
    }

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Output, AwsError> {
        let queue = input.queue_url.queue(&state)?;
        check(&input.entries)?;
        let (mut successful, mut failed) = (Vec::new(), Vec::new());
        let (mut messages, mut accepted, mut bytes) = (Vec::new(), Vec::new(), 0);
        for entry in input.entries {
            let outgoing = Outgoing {
                body: entry.message_body,
                delay: entry.delay_seconds,
                attributes: entry.message_attributes,
                system_attributes: entry.message_system_attributes,
                dedup: entry.message_deduplication_id,
                group: entry.message_group_id,
            };
            match outgoing.read(&caller) {
                Ok((message, digests)) => {
                    bytes += message.bytes();
                    messages.push(message);
                    accepted.push((entry.id, digests));
                }
                Err(error) => failed.push(Failure::of(entry.id, &error)),
            }
        }
        if bytes > BATCH_BYTES_MAX {
            let message = format!(
                "Batch requests cannot be longer than {BATCH_BYTES_MAX} bytes. You have sent {bytes} \
                 bytes."
            );
            let codes = ("BatchRequestTooLong", "AWS.SimpleQueueService.BatchRequestTooLong");
            return Err(refused(codes, message));
        }
        let sent = state.queues.send(&queue, messages).await?;
        for (sent, (id, digests)) in sent.into_iter().zip(accepted) {
            match sent {
                Ok(sent) => successful.push(Done {
                    id,
                    message_id: sent.id.to_string(),
                    body_digest: digests.body,
                    attributes_digest: digests.attributes,
                    system_attributes_digest: digests.system_attributes,
                    sequence_number: sent.sequence_number,
                }),
                Err(error) => failed.push(Failure::of(id, &error.into())),
            }
        }
        Ok(Output { successful, failed })
    }
}
