//! `thingstead rule test`: what a rule would make of a message.

use std::fs;
use std::io::{Read, stdin};

use anyhow::{Context, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use stdx::clock::Clock;

use crate::cli::{RuleCommand, RuleTestArgs};
use crate::client::Client;
use crate::commands::recorded::{SHOWN, ask_all, passage, say_trials, verdicts};
use crate::commands::{say, say_json, story};
use crate::data::Data;

/// The topic of a message that is tried without one.
const TOPIC: &str = "test";

pub(crate) async fn run(data: &Data, as_json: bool, command: RuleCommand) -> Result<()> {
    let RuleCommand::Test(args) = command;
    let client = Client::new(data)?;
    if let Some(filter) = &args.live {
        return try_live(&client, as_json, &args, filter).await;
    }
    if args.passage.since.is_some() || args.passage.until.is_some() {
        return try_recorded(&client, as_json, &args).await;
    }
    let payload = payload(&args)?;
    let topic = args.passage.topic.as_deref().unwrap_or(TOPIC);
    try_one(&client, as_json, &args, topic, &payload).await
}

/// Tries the rule on each message that passes, until interrupted.
async fn try_live(client: &Client, as_json: bool, args: &RuleTestArgs, filter: &str) -> Result<()> {
    let mut tap = None;
    let mut left = args.count.unwrap_or(u64::MAX);
    while left > 0 {
        let answer = client.own("Tail", &json!({ "filter": filter, "tap": tap })).await?;
        tap = answer["tap"].as_u64();
        for message in answer["messages"].as_array().into_iter().flatten() {
            let topic = message["topic"].as_str().unwrap_or_default();
            match message["payload"].as_str() {
                Some(payload) => {
                    say(format!("{topic} {payload}"))?;
                    try_one(client, as_json, args, topic, payload.as_bytes()).await?;
                }
                None => say(format!("{topic}: no text, so it was not tried"))?,
            }
            left -= 1;
            if left == 0 {
                break;
            }
        }
    }
    Ok(())
}

/// Tries the rule on the messages that were recorded.
async fn try_recorded(client: &Client, as_json: bool, args: &RuleTestArgs) -> Result<()> {
    let mut asked = passage(&args.passage, Clock::system().now())?;
    if let Value::Object(choice) = choice(args)? {
        asked.extend(choice);
    }
    asked.insert("show".to_owned(), json!(SHOWN));
    let answer = ask_all(client, "TestRuleOnRecorded", asked, "shown").await?;
    if as_json {
        return say_json(&answer);
    }
    say_trials(&answer)?;
    say(format!("of the recorded messages: {}", verdicts(&answer)))
}

/// The rule that is tried.
fn choice(args: &RuleTestArgs) -> Result<Value> {
    let actions: Option<Value> = match &args.actions {
        Some(text) => Some(serde_json::from_str(text).context("--actions is no JSON")?),
        None => None,
    };
    Ok(json!({
        "rule": args.rule,
        "sql": args.sql,
        "awsIotSqlVersion": args.sql.as_ref().map(|_| &args.sql_version),
        "actions": actions,
    }))
}

async fn try_one(
    client: &Client,
    as_json: bool,
    args: &RuleTestArgs,
    topic: &str,
    payload: &[u8],
) -> Result<()> {
    let mut asked = choice(args)?;
    asked["topic"] = json!(topic);
    asked["payloadBase64"] = json!(STANDARD.encode(payload));
    asked["clientId"] = json!(args.client_id);
    let answer = client.own("TestRule", &asked).await?;
    if as_json { say_json(&answer) } else { say(story::trial(&answer)) }
}

/// From the argument, a file, or standard input.
fn payload(args: &RuleTestArgs) -> Result<Vec<u8>> {
    match (&args.payload, &args.payload_file) {
        (Some(text), _) => Ok(text.as_bytes().to_vec()),
        (None, Some(file)) => {
            fs::read(file).with_context(|| format!("{} cannot be read", file.display()))
        }
        (None, None) => {
            let mut bytes = Vec::new();
            stdin().read_to_end(&mut bytes).context("standard input cannot be read")?;
            Ok(bytes)
        }
    }
}
