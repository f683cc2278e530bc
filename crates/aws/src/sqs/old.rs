//! The query protocol, which SDKs spoke before 2023: the same operations, with forms that come in and XML that
//! goes out. Its lists stand flat in whatever holds them, under names of their own.

use serde_json::{Map, Value, json};

use crate::error::AwsError;
use crate::head::Head;
use crate::query::{self, Form};
use crate::service::{Protocol, Service};
use crate::sqs::SERVICE;

pub(crate) const NAMESPACE: &str = "http://queue.amazonaws.com/doc/2012-11-05/";

pub(crate) const OLD_SERVICE: Service =
    Service { protocol: Protocol::Query { namespace: NAMESPACE }, ..SERVICE };

/// Lists by the names of their items, and the fields that they are now.
const LISTS_IN: [(&str, &str); 9] = [
    ("AWSAccountId", "AWSAccountIds"),
    ("ActionName", "Actions"),
    ("AttributeName", "AttributeNames"),
    ("ChangeMessageVisibilityBatchRequestEntry", "Entries"),
    ("DeleteMessageBatchRequestEntry", "Entries"),
    ("MessageAttributeName", "MessageAttributeNames"),
    ("MessageSystemAttributeName", "MessageSystemAttributeNames"),
    ("SendMessageBatchRequestEntry", "Entries"),
    ("TagKey", "TagKeys"),
];

/// Maps by the names of their entries, the fields that they are now, and what their keys are called.
const MAPS: [(&str, &str, &str); 4] = [
    ("Attribute", "Attributes", "Name"),
    ("MessageAttribute", "MessageAttributes", "Name"),
    ("MessageSystemAttribute", "MessageSystemAttributes", "Name"),
    ("Tag", "Tags", "Key"),
];

const LISTS_OUT: [(&str, &str); 5] = [
    ("Failed", "BatchResultErrorEntry"),
    ("Messages", "Message"),
    ("QueueUrls", "QueueUrl"),
    ("Results", "ListMessageMoveTasksResultEntry"),
    ("queueUrls", "QueueUrl"),
];

const NUMBERS: [&str; 6] = [
    "DelaySeconds",
    "MaxNumberOfMessages",
    "MaxNumberOfMessagesPerSecond",
    "MaxResults",
    "VisibilityTimeout",
    "WaitTimeSeconds",
];

/// The input that a form spells. The queue may stand in the path alone.
pub(crate) fn input(form: &Form, head: &Head<'_>) -> Result<Value, AwsError> {
    let mut fields = match query::input(form)? {
        Value::Object(fields) => read(fields),
        other => return Ok(other),
    };
    // One operation has its tags under a name of its own.
    if query::action(form) == Some("CreateQueue")
        && let Some(tags) = fields.remove("Tags")
    {
        fields.insert("tags".to_owned(), tags);
    }
    if head.path.len() > 1 && !fields.contains_key("QueueUrl") {
        fields.insert("QueueUrl".to_owned(), Value::from(format!("http://queue{}", head.path)));
    }
    Ok(Value::Object(fields))
}

fn read(fields: Map<String, Value>) -> Map<String, Value> {
    let mut now = Map::new();
    for (name, value) in fields {
        if let Some((_, list)) = LISTS_IN.iter().find(|(item, _)| *item == name) {
            now.insert((*list).to_owned(), items(value).into_iter().map(read_value).collect());
        } else if let Some((_, map, key)) = MAPS.iter().find(|(entry, ..)| *entry == name) {
            let entries = items(value).into_iter().filter_map(|entry| {
                let name = entry.get(*key)?.as_str()?.to_owned();
                Some((name, entry.get("Value").cloned().unwrap_or_default()))
            });
            now.insert((*map).to_owned(), Value::Object(entries.collect()));
        } else if NUMBERS.contains(&name.as_str()) {
            let number = value.as_str().and_then(|text| text.parse::<i64>().ok());
            now.insert(name, number.map_or(value, Value::from));
        } else {
            now.insert(name, value);
        }
    }
    now
}

fn read_value(value: Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(read(fields)),
        other => other,
    }
}

/// What is alone stands without a number, or is an empty list.
fn items(value: Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items,
        Value::String(text) if text.is_empty() => Vec::new(),
        one => vec![one],
    }
}

/// An output with its lists and maps as this protocol has them; what is a list is to be written flat.
pub(crate) fn shown(operation: &str, output: Value) -> Value {
    let Value::Object(fields) = output else { return output };
    let mut now = Map::new();
    for (name, value) in fields {
        let list = LISTS_OUT.iter().find(|(list, _)| *list == name).map(|(_, item)| *item);
        let map = MAPS.iter().find(|(_, map, _)| *map == name);
        match (list, map, value) {
            (Some(item), _, Value::Array(items)) => {
                let items = items.into_iter().map(|item| shown(operation, item)).collect();
                now.insert(item.to_owned(), items);
            }
            (_, Some((entry, _, key)), Value::Object(entries)) => {
                let entries = entries
                    .into_iter()
                    .map(|(name, value)| json!({ (*key): name, "Value": value }));
                now.insert((*entry).to_owned(), entries.collect());
            }
            (_, _, value) if name == "Successful" => {
                now.insert(format!("{operation}ResultEntry"), value);
            }
            (_, _, value) => {
                now.insert(name, value);
            }
        }
    }
    Value::Object(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_form(text: &str) -> Value {
        let form = query::parse_form(text).expect("a form");
        let Value::Object(fields) = query::input(&form).expect("an input") else {
            panic!("{text}")
        };
        Value::Object(read(fields))
    }

    #[test]
    fn forms_spell_lists_and_maps_flat() {
        let found = read_form(
            "Action=SendMessageBatch&QueueUrl=u&SendMessageBatchRequestEntry.1.Id=a&\
             SendMessageBatchRequestEntry.1.MessageBody=b&SendMessageBatchRequestEntry.1.DelaySeconds=3&\
             SendMessageBatchRequestEntry.1.MessageAttribute.1.Name=n&\
             SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.DataType=String&\
             SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.StringValue=v",
        );
        let attribute = json!({ "n": { "DataType": "String", "StringValue": "v" } });
        let entry = json!({ "Id": "a", "MessageBody": "b", "DelaySeconds": 3, "MessageAttributes": attribute });
        assert_eq!(found, json!({ "QueueUrl": "u", "Entries": [entry] }));
        let found = read_form("Attribute.Name=DelaySeconds&Attribute.Value=7&AttributeName.1=All");
        assert_eq!(
            found,
            json!({ "Attributes": { "DelaySeconds": "7" }, "AttributeNames": ["All"] })
        );
    }

    #[test]
    fn outputs_are_written_flat() {
        let output = json!({ "Messages": [{ "Body": "b", "Attributes": { "SenderId": "x" } }] });
        let expected = json!({ "Message": [{ "Attribute": [{ "Name": "SenderId", "Value": "x" }], "Body": "b" }] });
        assert_eq!(shown("ReceiveMessage", output), expected);
        let output = json!({ "Successful": [{ "Id": "a" }], "Failed": [] });
        let expected = json!({ "DeleteMessageBatchResultEntry": [{ "Id": "a" }], "BatchResultErrorEntry": [] });
        assert_eq!(shown("DeleteMessageBatch", output), expected);
    }
}
