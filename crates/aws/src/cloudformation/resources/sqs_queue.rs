//! AWS::SQS::Queue

use serde_json::{Value, json};
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, made, said};
use crate::error::AwsError;

pub(crate) struct Queue;

impl Deed for Queue {
    const KIND: &'static str = "AWS::SQS::Queue";
    const CHANGED: &'static [&'static str] = &[
        "ContentBasedDeduplication",
        "DelaySeconds",
        "MaximumMessageSize",
        "MessageRetentionPeriod",
        "ReceiveMessageWaitTimeSeconds",
        "RedrivePolicy",
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
        let input = json!({ "QueueName": name, "Attributes": attributes });
        let answer = desk.ask("sqs", "CreateQueue", input).await?;
        let (url, arn) = (said(&answer, "/QueueUrl"), desk.arn("sqs", &name));
        let physical_id = url.as_str().unwrap_or_default().to_owned();
        let attributes =
            [("Arn", arn.into()), ("QueueName", name.into()), ("QueueUrl", url.clone())];
        Ok(made(physical_id, url, attributes))
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let input = json!({ "QueueUrl": made.physical_id, "Attributes": attributes(want) });
        desk.ask("sqs", "SetQueueAttributes", input).await?;
        Ok(made.clone())
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        desk.take("sqs", "DeleteQueue", json!({ "QueueUrl": made.physical_id })).await
    }
}

fn attributes(want: &Wanted<'_>) -> Value {
    let served = Queue::CHANGED.iter().filter_map(|name| {
        let value = want.properties.get(*name)?;
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        Some(((*name).to_owned(), Value::from(text)))
    });
    Value::Object(served.collect())
}
