//! Events of sources as functions are given them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use items::EncodedItem;
use queues::{AttributeValue, MessageAttribute, Received, digest_of_attributes, digest_of_body};
use serde::Serialize;
use serde_json::{Map, Value, json};
use tables::{ChangeKind, ChangeRecord, SequenceNumber, StoredItem, StreamView};

/// `{"Records": […]}` of messages.
pub(super) fn of_messages(messages: &[Received], source_arn: &str, region: &str) -> String {
    let records: Vec<Value> =
        messages.iter().map(|message| of_message(message, source_arn, region)).collect();
    json!({ "Records": records }).to_string()
}

pub(super) fn of_message(message: &Received, source_arn: &str, region: &str) -> Value {
    let mut attributes = Map::new();
    let mut add = |name: &str, value: Option<String>| {
        attributes.extend(value.map(|value| (name.to_owned(), Value::String(value))));
    };
    add("ApproximateReceiveCount", Some(message.receive_count.to_string()));
    add("SentTimestamp", Some(message.sent_at.to_string()));
    add("SenderId", Some(message.sender.clone()));
    add("ApproximateFirstReceiveTimestamp", Some(message.first_received_at.to_string()));
    add("MessageGroupId", message.group.clone());
    add("MessageDeduplicationId", message.dedup.clone());
    add("SequenceNumber", message.sequence_number.clone());
    add("AWSTraceHeader", message.trace_header.clone());
    add("DeadLetterQueueSourceArn", message.source_arn.clone());
    let own: Map<String, Value> =
        message.attributes.iter().map(|(name, it)| (name.clone(), attribute(it))).collect();
    let mut record = json!({
        "messageId": message.id.to_string(),
        "receiptHandle": message.handle,
        "body": message.body,
        "attributes": attributes,
        "messageAttributes": own,
        "md5OfBody": digest_of_body(&message.body),
        "eventSource": "aws:sqs",
        "eventSourceARN": source_arn,
        "awsRegion": region,
    });
    if let Some(digest) = digest_of_attributes(&message.attributes) {
        record["md5OfMessageAttributes"] = json!(digest);
    }
    record
}

fn attribute(attribute: &MessageAttribute) -> Value {
    let mut shown = json!({
        "stringListValues": [],
        "binaryListValues": [],
        "dataType": attribute.kind,
    });
    match &attribute.value {
        AttributeValue::Text(text) => shown["stringValue"] = json!(text),
        AttributeValue::Binary(bytes) => shown["binaryValue"] = json!(STANDARD.encode(bytes)),
    }
    shown
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Change<'a> {
    #[serde(rename = "eventID")]
    event_id: String,
    event_name: &'static str,
    event_version: &'static str,
    event_source: &'static str,
    aws_region: &'a str,
    dynamodb: Images<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_identity: Option<Value>,
    #[serde(rename = "eventSourceARN")]
    source_arn: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Images<'a> {
    approximate_creation_date_time: f64,
    keys: EncodedItem<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_image: Option<EncodedItem<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    old_image: Option<EncodedItem<'a>>,
    sequence_number: String,
    size_bytes: usize,
    stream_view_type: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Records<'a> {
    records: Vec<Change<'a>>,
}

/// `{"Records": […]}` of changes of a table.
pub(super) fn of_changes(
    records: &[ChangeRecord],
    view: StreamView,
    source_arn: &str,
    region: &str,
) -> serde_json::Result<String> {
    let records = records.iter().map(|record| of_change(record, view, source_arn, region));
    serde_json::to_string(&Records { records: records.collect() })
}

pub(super) fn of_change<'a>(
    record: &'a ChangeRecord,
    view: StreamView,
    source_arn: &'a str,
    region: &'a str,
) -> Change<'a> {
    let ChangeRecord { sequence, kind, by_service, at, key, new_image, old_image } = record;
    let sequence_number = SequenceNumber(*sequence).to_string();
    let images = [Some(key), new_image.as_ref(), old_image.as_ref()];
    Change {
        // No two records of a stream have one place in the history.
        event_id: format!("{:016x}{:08x}", sequence.record, sequence.position),
        event_name: match kind {
            ChangeKind::Insert => "INSERT",
            ChangeKind::Modify => "MODIFY",
            ChangeKind::Remove => "REMOVE",
        },
        event_version: "1.1",
        event_source: "aws:dynamodb",
        aws_region: region,
        dynamodb: Images {
            approximate_creation_date_time: (*at / 1_000) as f64,
            keys: key.encoded(),
            new_image: new_image.as_ref().map(StoredItem::encoded),
            old_image: old_image.as_ref().map(StoredItem::encoded),
            sequence_number,
            size_bytes: images.into_iter().flatten().map(StoredItem::item_bytes).sum(),
            stream_view_type: match view {
                StreamView::KeysOnly => "KEYS_ONLY",
                StreamView::NewImage => "NEW_IMAGE",
                StreamView::OldImage => "OLD_IMAGE",
                StreamView::NewAndOldImages => "NEW_AND_OLD_IMAGES",
            },
        },
        user_identity: by_service
            .then(|| json!({ "principalId": "dynamodb.amazonaws.com", "type": "Service" })),
        source_arn,
    }
}
