//! Reads tables, their indexes and their streams as any client of the API does.

use serde_json::{Value, json};
use testkit::Caller;

use crate::house::INDEX;
use crate::tally::{Tally, count_once, text};

/// All items of a table, or all entries of its index.
pub(crate) fn scan(caller: &mut Caller, table: &str, is_index: bool) -> Vec<Value> {
    let mut items = Vec::new();
    let mut asked = json!({ "TableName": table });
    if is_index {
        asked["IndexName"] = json!(INDEX);
    }
    loop {
        let mut page = call(caller, "DynamoDB_20120810.Scan", &asked);
        let Value::Array(found) = page["Items"].take() else { panic!("a page has items") };
        items.extend(found);
        match page["LastEvaluatedKey"].take() {
            Value::Null => return items,
            last => asked["ExclusiveStartKey"] = last,
        }
    }
}

/// What a table or an index holds of each device, if it is whole.
pub(crate) fn tally(place: &str, items: &[Value]) -> Tally {
    let mut found: Vec<(&str, u64)> = items.iter().map(|item| read(place, item)).collect();
    found.sort_unstable();
    let mut tally = Tally::new();
    for (device, number) in found {
        count_once(&mut tally, place, device, number);
    }
    tally
}

/// The device and the number of an item that holds all that the message said.
pub(crate) fn read<'v>(place: &str, item: &'v Value) -> (&'v str, u64) {
    let device = item["device"]["S"].as_str().expect("a device");
    let number = item["number"]["N"].as_str().expect("a number").parse().expect("a number");
    let said = item.get("payload").map_or(item, |payload| &payload["M"]);
    assert_eq!(said["text"]["S"], text(device, number), "{place}");
    (device, number)
}

/// A stream, read from its beginning on. Its iterator outlives the server.
pub(crate) struct Stream {
    iterator: Value,
}

/// What became of an item.
pub(crate) struct Change {
    pub(crate) event: String,
    pub(crate) old: Value,
    pub(crate) new: Value,
}

impl Stream {
    pub(crate) fn of(caller: &mut Caller, table: &str) -> Stream {
        let described = json!({ "TableName": table });
        let table = call(caller, "DynamoDB_20120810.DescribeTable", &described);
        let arn = &table["Table"]["LatestStreamArn"];
        let asked = json!({ "StreamArn": arn });
        let stream = call(caller, "DynamoDBStreams_20120810.DescribeStream", &asked);
        let shards = stream["StreamDescription"]["Shards"].as_array().expect("shards");
        assert_eq!(shards.len(), 1, "{stream}");
        let asked = json!({
            "StreamArn": arn,
            "ShardId": shards[0]["ShardId"],
            "ShardIteratorType": "TRIM_HORIZON",
        });
        let mut got = call(caller, "DynamoDBStreams_20120810.GetShardIterator", &asked);
        Stream { iterator: got["ShardIterator"].take() }
    }

    /// What came since it was last asked.
    pub(crate) fn more(&mut self, caller: &mut Caller) -> Vec<Change> {
        let mut changes = Vec::new();
        loop {
            let asked = json!({ "ShardIterator": self.iterator });
            let mut page = call(caller, "DynamoDBStreams_20120810.GetRecords", &asked);
            self.iterator = page["NextShardIterator"].take();
            let Value::Array(records) = page["Records"].take() else { panic!("it has records") };
            if records.is_empty() {
                return changes;
            }
            changes.extend(records.into_iter().map(Change::of));
        }
    }
}

impl Change {
    fn of(mut record: Value) -> Change {
        let event = record["eventName"].as_str().expect("an event").to_owned();
        let told = &mut record["dynamodb"];
        Change { event, old: told["OldImage"].take(), new: told["NewImage"].take() }
    }
}

fn call(caller: &mut Caller, target: &str, body: &Value) -> Value {
    caller.call_target("dynamodb", target, &body.to_string()).expect("the server answers")
}
