//! AWS::SQS::Queue

use serde_json::{Value, json};
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, made};
use crate::cloudformation::resources::tags;
use crate::error::AwsError;

pub(crate) struct Queue;

/// Attributes, with their values where a template says nothing any more.
const ATTRIBUTES: &[(&str, &str)] = &[
    ("ContentBasedDeduplication", "false"),
    ("DelaySeconds", "0"),
    ("MaximumMessageSize", "262144"),
    ("MessageRetentionPeriod", "345600"),
    ("ReceiveMessageWaitTimeSeconds", "0"),
    ("RedriveAllowPolicy", ""),
    ("RedrivePolicy", ""),
    ("SqsManagedSseEnabled", "true"),
    ("VisibilityTimeout", "30"),
];

impl Deed for Queue {
    const KIND: &'static str = "AWS::SQS::Queue";
    const CHANGED: &'static [&'static str] = &[
        "ContentBasedDeduplication",
        "DelaySeconds",
        "MaximumMessageSize",
        "MessageRetentionPeriod",
        "ReceiveMessageWaitTimeSeconds",
        "RedriveAllowPolicy",
        "RedrivePolicy",
        "SqsManagedSseEnabled",
        "Tags",
        "VisibilityTimeout",
    ];
    const REPLACED: &'static [&'static str] = &["FifoQueue", "QueueName"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let is_fifo = want.text("FifoQueue").as_deref() == Some("true");
        let mut name = desk.name(want, "QueueName", 75);
        let mut attributes = attributes(want);
        if is_fifo {
            attributes["FifoQueue"] = json!("true");
            if !name.ends_with(".fifo") {
                name.push_str(".fifo");
            }
        }
        let input = json!({
            "QueueName": name, "Attributes": attributes, "tags": tags::object(&want.get("Tags")),
        });
        // One that is there already and the same would be taken for the new one.
        let look = ("GetQueueUrl", json!({ "QueueName": name }));
        desk.make_new(want, "sqs", look, ("CreateQueue", input)).await?;
        let account = &desk.state.fleet.registry().home().account;
        let url = format!("{}/{account}/{name}", desk.endpoint());
        let arn = desk.arn("sqs", &name);
        let attributes =
            [("Arn", arn.into()), ("QueueName", name.into()), ("QueueUrl", url.clone().into())];
        Ok(made(url.clone(), url, attributes))
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let mut changed = attributes(want);
        for (name, default) in ATTRIBUTES {
            if made.properties.contains_key(*name) && !want.properties.contains_key(*name) {
                changed[*name] = json!(default);
            }
        }
        let input = json!({ "QueueUrl": made.physical_id, "Attributes": changed });
        desk.ask("sqs", "SetQueueAttributes", input).await?;
        let whose = json!({ "QueueUrl": made.physical_id });
        tags::retag(desk, tags::QUEUE, whose, made, want).await?;
        Ok(made.clone())
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        desk.take("sqs", "DeleteQueue", json!({ "QueueUrl": made.physical_id })).await
    }
}

fn attributes(want: &Wanted<'_>) -> Value {
    let served = ATTRIBUTES.iter().filter_map(|(name, _)| {
        let value = want.properties.get(*name)?;
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        Some(((*name).to_owned(), Value::from(text)))
    });
    Value::Object(served.collect())
}
