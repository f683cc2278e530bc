//! ReceiveMessage

use std::sync::Arc;

use std::collections::BTreeMap;

use queues::{Receive, Received, digest_of_attributes, digest_of_body};
use serde::{Deserialize, Serialize};

use super::message::{AttributeOut, SYSTEM_ATTRIBUTES};
use super::words::{QueueUrl, invalid, unknown_attribute};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ReceiveMessage;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    queue_url: QueueUrl,
    #[serde(default)]
    attribute_names: Vec<String>,
    #[serde(default)]
    message_system_attribute_names: Vec<String>,
    #[serde(default)]
    message_attribute_names: Vec<String>,
    max_number_of_messages: Option<i64>,
    visibility_timeout: Option<i64>,
    wait_time_seconds: Option<i64>,
    receive_request_attempt_id: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    messages: Vec<Shown>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Shown {
    message_id: String,
    receipt_handle: String,
    #[serde(rename = "MD5OfBody")]
    body_digest: String,
    body: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    attributes: BTreeMap<&'static str, String>,
    #[serde(rename = "MD5OfMessageAttributes", skip_serializing_if = "Option::is_none")]
    attributes_digest: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    message_attributes: BTreeMap<String, AttributeOut>,
}

impl Operation for ReceiveMessage {
    const NAME: &'static str = "ReceiveMessage";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        input.queue_url.name().to_owned()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let queue = input.queue_url.queue(&state)?;
        let mut system = input.attribute_names;
        system.extend(input.message_system_attribute_names);
        let is_known =
            |name: &&String| *name == "All" || SYSTEM_ATTRIBUTES.contains(&name.as_str());
        if let Some(unknown) = system.iter().find(|name| !is_known(name)) {
            return Err(unknown_attribute(unknown));
        }
        let most = within("MaxNumberOfMessages", input.max_number_of_messages, 1, 10)?;
        let visibility_secs = within("VisibilityTimeout", input.visibility_timeout, 0, 43_200)?;
        let wait_secs = within("WaitTimeSeconds", input.wait_time_seconds, 0, 20)?;
        let most = most.unwrap_or(1) as usize;
        let receive = Receive { most, visibility_secs, wait_secs };
        let attempt = input.receive_request_attempt_id.as_deref();
        let received = state.queues.receive_as(&queue.name, receive, attempt).await?;
        let show = |received| shown(received, &system, &input.message_attribute_names);
        Ok(Output { messages: received.into_iter().map(show).collect() })
    }
}

fn within(name: &str, given: Option<i64>, least: u32, most: u32) -> Result<Option<u32>, AwsError> {
    let Some(given) = given else { return Ok(None) };
    match u32::try_from(given).ok().filter(|number| (least..=most).contains(number)) {
        Some(number) => Ok(Some(number)),
        None => Err(invalid(format!(
            "Value {given} for parameter {name} is invalid. Reason: Must be between {least} and \
             {most}, if provided."
        ))),
    }
}

fn shown(received: Received, system: &[String], wanted: &[String]) -> Shown {
    let mut named = received.attributes;
    named.retain(|name, _| wanted.iter().any(|wanted| is_meant(wanted, name)));
    let attributes_digest = digest_of_attributes(&named);
    let time = |millis: u64| Some(millis.to_string());
    let all = [
        ("SenderId", Some(received.sender)),
        ("SentTimestamp", time(received.sent_at)),
        ("ApproximateReceiveCount", Some(received.receive_count.to_string())),
        ("ApproximateFirstReceiveTimestamp", time(received.first_received_at)),
        ("SequenceNumber", received.sequence_number),
        ("MessageDeduplicationId", received.dedup),
        ("MessageGroupId", received.group),
        ("AWSTraceHeader", received.trace_header),
        ("DeadLetterQueueSourceArn", received.source_arn),
    ];
    let is_wanted = |name: &str| system.iter().any(|wanted| wanted == "All" || wanted == name);
    let attributes = all.into_iter().filter(|(name, _)| is_wanted(name));
    Shown {
        message_id: received.id.to_string(),
        receipt_handle: received.handle,
        body_digest: digest_of_body(&received.body),
        body: received.body,
        attributes: attributes.filter_map(|(name, value)| Some((name, value?))).collect(),
        attributes_digest,
        message_attributes: named
            .into_iter()
            .map(|(name, attribute)| (name, attribute.into()))
            .collect(),
    }
}

/// `All`, `.*`, `color.*`, `color`
fn is_meant(wanted: &str, name: &str) -> bool {
    match wanted.strip_suffix(".*") {
        Some(prefix) => name.starts_with(prefix),
        None => wanted == "All" || wanted == name,
    }
}
