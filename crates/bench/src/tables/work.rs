//! What is asked of a table, and how.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use testkit::Caller;

use crate::fleet::parallel::in_parallel;
use crate::fleet::server::Server;
use crate::meter::now;

/// Devices, which are partitions of the table.
pub(crate) const DEVICES: u64 = 100;

/// What one BatchWriteItem takes at most.
pub(crate) const BATCH: u64 = 25;

/// What one query wants.
const NEWEST: usize = 10;

/// A table of readings, with so many from each of so many devices.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Readings {
    pub(crate) table: &'static str,
    pub(crate) devices: u64,
    pub(crate) each: u64,
}

/// What an operation cost its server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    pub(crate) cpu_micros: f64,
    pub(crate) per_sec: f64,
}

/// An operation, given a number that never comes twice.
pub(crate) type Ask = fn(&Readings, &mut Caller, u64) -> Result<()>;

pub(crate) const PUT: &str = "PutItem";
pub(crate) const GET: &str = "GetItem";
pub(crate) const QUERY: &str = "Query, the newest ten";
pub(crate) const BATCH_WRITE: &str = "BatchWriteItem, 25 items";

/// The operations, in the order in which they are measured.
pub(crate) const OPERATIONS: &[(&str, Ask)] = &[
    (PUT, |readings, caller, n| readings.put(caller, n)),
    (GET, |readings, caller, n| readings.get(caller, n)),
    (QUERY, |readings, caller, n| readings.query(caller, n)),
    (BATCH_WRITE, |readings, caller, n| readings.write_batch(caller, n)),
];

impl Readings {
    pub(crate) fn create(&self, caller: &mut Caller) -> Result<()> {
        let table = json!({
            "TableName": self.table,
            "AttributeDefinitions": [
                { "AttributeName": "device", "AttributeType": "S" },
                { "AttributeName": "at", "AttributeType": "N" },
            ],
            "KeySchema": [
                { "AttributeName": "device", "KeyType": "HASH" },
                { "AttributeName": "at", "KeyType": "RANGE" },
            ],
            "BillingMode": "PAY_PER_REQUEST",
        });
        call(caller, "CreateTable", &table)?;
        let described = json!({ "TableName": self.table });
        while call(caller, "DescribeTable", &described)?["Table"]["TableStatus"] != "ACTIVE" {
            std::thread::yield_now();
        }
        Ok(())
    }

    /// Writes every item once.
    pub(crate) fn fill(&self, server: &Server, callers: usize) -> Result<()> {
        let batches = usize::try_from(self.devices * self.each / BATCH)?;
        in_parallel(
            callers,
            || server.caller(),
            batches,
            |caller, batch| self.write_batch(caller, batch as u64),
        )
    }

    pub(crate) fn put(&self, caller: &mut Caller, n: u64) -> Result<()> {
        let asked = json!({ "TableName": self.table, "Item": self.item(self.scattered(n)) });
        call(caller, "PutItem", &asked).map(drop)
    }

    fn get(&self, caller: &mut Caller, n: u64) -> Result<()> {
        let asked = json!({ "TableName": self.table, "Key": self.key(self.scattered(n)) });
        let answer = call(caller, "GetItem", &asked)?;
        ensure!(answer["Item"]["text"]["S"].is_string(), "an item is missing: {answer}");
        Ok(())
    }

    fn query(&self, caller: &mut Caller, n: u64) -> Result<()> {
        let asked = json!({
            "TableName": self.table,
            "KeyConditionExpression": "device = :device",
            "ExpressionAttributeValues": { ":device": { "S": self.device(self.scattered(n)) } },
            "ScanIndexForward": false,
            "Limit": NEWEST,
        });
        let answer = call(caller, "Query", &asked)?;
        ensure!(answer["Count"] == NEWEST, "items are missing: {answer}");
        Ok(())
    }

    fn write_batch(&self, caller: &mut Caller, n: u64) -> Result<()> {
        let put = |n| json!({ "PutRequest": { "Item": self.item(n) } });
        let requests: Vec<Value> = (n * BATCH..(n + 1) * BATCH).map(put).collect();
        let asked = json!({ "RequestItems": { self.table: requests } });
        let answer = call(caller, "BatchWriteItem", &asked)?;
        let left = answer["UnprocessedItems"].as_object().is_some_and(|left| !left.is_empty());
        ensure!(!left, "items were not written: {answer}");
        Ok(())
    }

    /// Any of the items.
    fn scattered(&self, n: u64) -> u64 {
        n.wrapping_mul(7_919) % (self.devices * self.each)
    }

    fn device(&self, n: u64) -> String {
        format!("device-{:05}", n % self.devices)
    }

    fn key(&self, n: u64) -> Value {
        let at = n / self.devices % self.each;
        json!({ "device": { "S": self.device(n) }, "at": { "N": at.to_string() } })
    }

    /// 250 bytes, as they are stored.
    fn item(&self, n: u64) -> Value {
        let mut item = self.key(n);
        item["room"] = json!({ "S": format!("room-{}", n % 1_000) });
        item["temperature"] = json!({ "N": "21.5" });
        item["online"] = json!({ "BOOL": true });
        item["text"] = json!({ "S": "x".repeat(190) });
        item
    }
}

fn call(caller: &mut Caller, operation: &str, body: &Value) -> Result<Value> {
    let target = format!("DynamoDB_20120810.{operation}");
    Ok(caller.call_target("dynamodb", &target, &body.to_string())?)
}

/// Asks from so many connections for so long.
pub(crate) fn measure(
    server: &Server,
    readings: &Readings,
    ask: Ask,
    callers: usize,
    time: Duration,
) -> Result<Cost> {
    let next = AtomicU64::new(0);
    let end = now() + time;
    let before = server.mark(0)?;
    in_parallel(
        callers,
        || server.caller(),
        callers,
        |caller, _| {
            while now() < end {
                ask(readings, caller, next.fetch_add(1, Ordering::Relaxed))?;
            }
            Ok(())
        },
    )?;
    let span = before.until(server.mark(next.load(Ordering::Relaxed))?);
    Ok(Cost { cpu_micros: span.cpu_micros_per_unit, per_sec: span.units_per_sec })
}
