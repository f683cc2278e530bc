//! `thingstead tail FILTER`: messages as they pass.

use anyhow::Result;
use serde_json::json;

use crate::client::Client;
use crate::commands::{say, say_json, text, when};
use crate::data::Data;

pub(crate) async fn run(
    data: &Data,
    as_json: bool,
    filter: &str,
    count: Option<u64>,
) -> Result<()> {
    let client = Client::new(data)?;
    let mut tap = None;
    let mut left = count.unwrap_or(u64::MAX);
    while left > 0 {
        let answer = client.own("Tail", &json!({ "filter": filter, "tap": tap })).await?;
        tap = answer["tap"].as_u64();
        for message in answer["messages"].as_array().into_iter().flatten() {
            if as_json {
                say_json(message)?;
            } else {
                say(line(message))?;
            }
            left -= 1;
            if left == 0 {
                break;
            }
        }
    }
    Ok(())
}

fn line(message: &serde_json::Value) -> String {
    let at = when(message["at"].as_u64().unwrap_or(0));
    let retained = if message["retain"] == json!(true) { " retained" } else { "" };
    let qos = &message["qos"];
    let topic = text(message, "topic");
    match message["payload"].as_str() {
        Some(payload) => format!("{at}  {topic}  qos {qos}{retained}  {payload}"),
        None => format!("{at}  {topic}  qos {qos}{retained}  ({} bytes)", message["bytes"]),
    }
}
