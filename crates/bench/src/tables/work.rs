//! What is asked of a table, and how.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use testkit::{Caller, Request};

use crate::fleet::parallel::{Work, done, in_parallel, numbers};
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

/// An operation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    /// Given a number that never comes twice.
    request: fn(&Readings, u64) -> Request,
    check: fn(&Value) -> Result<()>,
}

pub(crate) const PUT: &str = "PutItem";
pub(crate) const GET: &str = "GetItem";
pub(crate) const QUERY: &str = "Query, the newest ten";
pub(crate) const BATCH_WRITE: &str = "BatchWriteItem, 25 items";

/// The operations, in the order in which they are measured.
pub(crate) const OPERATIONS: &[Operation] = &[
    Operation { name: PUT, request: Readings::put, check: done },
    Operation { name: GET, request: Readings::get, check: has_item },
    Operation { name: QUERY, request: Readings::query, check: has_newest },
    Operation { name: BATCH_WRITE, request: Readings::write_batch, check: has_written },
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
        let request = |batch| self.write_batch(batch);
        let work = Work { request, check: has_written };
        in_parallel(callers, || server.caller(), numbers(batches), &work)
    }

    pub(crate) fn put(&self, n: u64) -> Request {
        let asked = json!({ "TableName": self.table, "Item": self.item(self.scattered(n)) });
        request("PutItem", &asked)
    }

    fn get(&self, n: u64) -> Request {
        let asked = json!({ "TableName": self.table, "Key": self.key(self.scattered(n)) });
        request("GetItem", &asked)
    }

    fn query(&self, n: u64) -> Request {
        let asked = json!({
            "TableName": self.table,
            "KeyConditionExpression": "device = :device",
            "ExpressionAttributeValues": { ":device": { "S": self.device(self.scattered(n)) } },
            "ScanIndexForward": false,
            "Limit": NEWEST,
        });
        request("Query", &asked)
    }

    fn write_batch(&self, n: u64) -> Request {
        let put = |n| json!({ "PutRequest": { "Item": self.item(n) } });
        let requests: Vec<Value> = (n * BATCH..(n + 1) * BATCH).map(put).collect();
        request("BatchWriteItem", &json!({ "RequestItems": { self.table: requests } }))
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

fn has_item(answer: &Value) -> Result<()> {
    ensure!(answer["Item"]["text"]["S"].is_string(), "an item is missing: {answer}");
    Ok(())
}

fn has_newest(answer: &Value) -> Result<()> {
    ensure!(answer["Count"] == NEWEST, "items are missing: {answer}");
    Ok(())
}

fn has_written(answer: &Value) -> Result<()> {
    let left = answer["UnprocessedItems"].as_object().is_some_and(|left| !left.is_empty());
    ensure!(!left, "items were not written: {answer}");
    Ok(())
}

fn request(operation: &str, body: &Value) -> Request {
    let target = format!("DynamoDB_20120810.{operation}");
    Request::by_target("dynamodb", &target, body.to_string())
}

fn call(caller: &mut Caller, operation: &str, body: &Value) -> Result<Value> {
    let request = request(operation, body);
    caller.send(&request)?;
    Ok(caller.receive(&request)?)
}

/// Asks once.
pub(crate) fn ask_once(server: &Server, readings: &Readings, operation: &Operation) -> Result<()> {
    let (mut caller, request) = (server.caller(), (operation.request)(readings, 1));
    caller.send(&request)?;
    (operation.check)(&caller.receive(&request)?)
}

/// Asks from so many connections for so long.
pub(crate) fn measure(
    server: &Server,
    readings: &Readings,
    operation: &Operation,
    callers: usize,
    time: Duration,
) -> Result<Cost> {
    let asked = AtomicU64::new(0);
    let end = now() + time;
    let next = || (now() < end).then(|| asked.fetch_add(1, Ordering::Relaxed));
    let request = |number| (operation.request)(readings, number);
    let work = Work { request, check: operation.check };
    let before = server.mark(0)?;
    in_parallel(callers, || server.caller(), next, &work)?;
    let span = before.until(server.mark(asked.load(Ordering::Relaxed))?);
    Ok(Cost { cpu_micros: span.cpu_micros_per_unit, per_sec: span.units_per_sec })
}
