//! `thingstead logs NAME`: what a function wrote, or any other group of logs.

use std::collections::HashSet;
use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};
use stdx::clock::Clock;

use crate::cli::LogsArgs;
use crate::client::{Call, Client};
use crate::commands::{moment, say, say_json, text, when};
use crate::data::Data;

/// How often a follower asks.
const INTERVAL: Duration = Duration::from_millis(500);
/// What is shown of the past unless it is said.
const SINCE: &str = "10m";
/// Events of several workers come into the logs a little after each other, so a follower looks back so far.
const BEHIND_MILLIS: u64 = 10_000;

pub(crate) async fn run(data: &Data, as_json: bool, args: &LogsArgs) -> Result<()> {
    let client = Client::new(data)?;
    let group = match args.name.starts_with('/') {
        true => args.name.clone(),
        false => format!("/aws/lambda/{}", args.name),
    };
    let mut from = moment::read(args.since.as_deref().unwrap_or(SINCE), Clock::system().now())?;
    let mut shown: HashSet<String> = HashSet::new();
    loop {
        let mut seen = HashSet::new();
        for event in events(&client, &group, from, args.follow).await? {
            let id = text(&event, "eventId").to_owned();
            if !shown.contains(&id) {
                match as_json {
                    true => say_json(&event)?,
                    false => say(line(&event))?,
                }
            }
            seen.insert(id);
        }
        if !args.follow {
            return Ok(());
        }
        // Those that will be looked at again, and no more.
        shown = seen;
        from = from.max(Clock::system().now().saturating_sub(BEHIND_MILLIS));
        tokio::time::sleep(INTERVAL).await;
    }
}

/// All events since a time. A group that is not there yet has none, for who waits for it.
async fn events(client: &Client, group: &str, from: u64, waits: bool) -> Result<Vec<Value>> {
    let (mut events, mut token) = (Vec::new(), Value::Null);
    loop {
        let mut body = json!({ "logGroupName": group, "startTime": from });
        if !token.is_null() {
            body["nextToken"] = token;
        }
        let headers = [
            ("content-type", "application/x-amz-json-1.1"),
            ("x-amz-target", "Logs_20140328.FilterLogEvents"),
        ];
        let call = Call {
            service: "logs",
            method: "POST",
            path: "/",
            query: "",
            headers: &headers,
            body: Some(&body),
        };
        let answer = match client.call(&call).await {
            Err(error) if waits && format!("{error}").contains("does not exist") => {
                return Ok(Vec::new());
            }
            answer => answer?,
        };
        events.extend(answer["events"].as_array().into_iter().flatten().cloned());
        token = answer["nextToken"].clone();
        if token.is_null() {
            return Ok(events);
        }
    }
}

fn line(event: &Value) -> String {
    let at = when(event["timestamp"].as_u64().unwrap_or(0));
    // One event is one line; a carriage return stands between those that belong together.
    let message = text(event, "message").trim_end().replace('\r', "\n    ");
    format!("{at}  {message}")
}
