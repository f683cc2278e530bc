//! AWS::SQS::QueuePolicy, for several queues, and AWS::SQS::QueueInlinePolicy, for one.

use serde_json::{Value, json};
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, made, or_undone};
use crate::error::AwsError;

pub(crate) struct QueuePolicy;

pub(crate) struct QueueInlinePolicy;

impl Deed for QueuePolicy {
    const KIND: &'static str = "AWS::SQS::QueuePolicy";
    const CHANGED: &'static [&'static str] = &["PolicyDocument", "Queues"];
    const REPLACED: &'static [&'static str] = &[];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = desk.name(want, "", 128);
        let id = name.clone().into();
        let rest = put(desk, &want.get("Queues"), want).await;
        let rest = rest.map(|()| made(name.clone(), name.clone(), [("Id", id)]));
        or_undone::<QueuePolicy>(desk, want, &name, rest).await
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let old = made.properties.get("Queues").cloned().unwrap_or_default();
        clear(desk, &old, &want.get("Queues")).await?;
        put(desk, &want.get("Queues"), want).await?;
        Ok(made.clone())
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        let old = made.properties.get("Queues").cloned().unwrap_or_default();
        clear(desk, &old, &Value::Null).await
    }
}

impl Deed for QueueInlinePolicy {
    const KIND: &'static str = "AWS::SQS::QueueInlinePolicy";
    const CHANGED: &'static [&'static str] = &["PolicyDocument"];
    const REPLACED: &'static [&'static str] = &["Queue"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let queue = want.need("Queue")?;
        put(desk, &json!([queue]), want).await?;
        Ok(made(queue.clone(), queue, []))
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        put(desk, &json!([made.physical_id]), want).await?;
        Ok(made.clone())
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        clear(desk, &json!([made.physical_id]), &Value::Null).await
    }
}

async fn put(desk: &Desk, queues: &Value, want: &Wanted<'_>) -> Result<(), AwsError> {
    for queue in queues.as_array().into_iter().flatten() {
        let attributes = json!({ "Policy": want.document("PolicyDocument") });
        let input = json!({ "QueueUrl": queue, "Attributes": attributes });
        desk.ask("sqs", "SetQueueAttributes", input).await?;
    }
    Ok(())
}

async fn clear(desk: &Desk, queues: &Value, kept: &Value) -> Result<(), AwsError> {
    let kept = kept.as_array().cloned().unwrap_or_default();
    let gone = queues.as_array().into_iter().flatten().filter(|queue| !kept.contains(queue));
    for queue in gone {
        let input = json!({ "QueueUrl": queue, "Attributes": { "Policy": "" } });
        desk.take("sqs", "SetQueueAttributes", input).await?;
    }
    Ok(())
}
