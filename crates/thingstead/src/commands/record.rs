//! `thingstead record`: messages that are kept, so that rules can be tried on them and replayed.

use anyhow::Result;
use serde_json::{Value, json};

use crate::cli::RecordCommand;
use crate::client::Client;
use crate::commands::{say, say_json, text, when};
use crate::data::Data;

pub(crate) async fn run(data: &Data, as_json: bool, command: RecordCommand) -> Result<()> {
    let client = Client::new(data)?;
    match command {
        RecordCommand::On { filter, days, megabytes } => {
            let asked = json!({ "filter": filter, "days": days, "megabytes": megabytes });
            let started = client.own("StartRecording", &asked).await?;
            if as_json {
                return say_json(&started);
            }
            say(format!("messages of {filter} are kept for {}", limits(&started)))
        }
        RecordCommand::Off { filter } => {
            let stopped = client.own("StopRecording", &json!({ "filter": filter })).await?;
            if as_json {
                return say_json(&stopped);
            }
            say(format!("messages of {filter} are kept no longer, and those that were are gone"))
        }
        RecordCommand::List => {
            let listed = client.own("ListRecordings", &json!({})).await?;
            if as_json {
                return say_json(&listed["recordings"]);
            }
            list(&listed)
        }
    }
}

fn list(listed: &Value) -> Result<()> {
    let recordings: Vec<&Value> = listed["recordings"].as_array().into_iter().flatten().collect();
    if recordings.is_empty() {
        return say("nothing is recorded; begin with: thingstead record on FILTER");
    }
    for recording in recordings {
        let span = match (recording["firstAt"].as_u64(), recording["lastAt"].as_u64()) {
            (Some(first), Some(last)) => format!(", from {} to {}", when(first), when(last)),
            _ => String::new(),
        };
        say(format!(
            "{}  {} messages, {} bytes{span}; kept for {}",
            text(recording, "filter"),
            recording["messages"],
            recording["bytes"],
            limits(recording),
        ))?;
    }
    Ok(())
}

fn limits(recording: &Value) -> String {
    format!("{} days, up to {} megabytes", recording["days"], recording["megabytes"])
}
