//! `thingstead replay`: what a rule missed is done for the messages that were recorded.

use anyhow::Result;
use serde_json::{Map, Value, json};
use stdx::clock::Clock;

use crate::cli::ReplayArgs;
use crate::client::Client;
use crate::commands::recorded::{SHOWN, ask_all, message_line, passage, say_trials, verdicts};
use crate::commands::{say, say_json, text};
use crate::data::Data;

pub(crate) async fn run(data: &Data, as_json: bool, args: &ReplayArgs) -> Result<()> {
    let client = Client::new(data)?;
    let mut asked = passage(&args.passage, Clock::system().now())?;
    asked.insert("rule".to_owned(), json!(args.rule));
    let mut trial = asked.clone();
    trial.insert("show".to_owned(), json!(SHOWN));
    trial.insert("leaveOutDone".to_owned(), json!(true));
    let tried = ask_all(&client, "TestRuleOnRecorded", trial, "shown").await?;
    if args.yes {
        asked.insert("digest".to_owned(), tried["digest"].clone());
        return replay(&client, as_json, asked, args, &tried).await;
    }
    if as_json {
        return say_json(&tried);
    }
    say_trials(&tried)?;
    say(format!("{} of the recorded messages: {}", args.rule, verdicts(&tried)))?;
    say("nothing was done; to do it: the same again with --yes")
}

async fn replay(
    client: &Client,
    as_json: bool,
    asked: Map<String, Value>,
    args: &ReplayArgs,
    tried: &Value,
) -> Result<()> {
    if !as_json {
        say(format!("{} of the recorded messages: {}", args.rule, verdicts(tried)))?;
    }
    let replayed = ask_all(client, "ReplayRule", asked, "failures").await?;
    if as_json {
        return say_json(&replayed);
    }
    let failures: Vec<&Value> = replayed["failures"].as_array().into_iter().flatten().collect();
    for failed in failures.iter().take(usize::try_from(SHOWN).unwrap_or(usize::MAX)) {
        say(message_line(&failed["message"]))?;
        say(format!("  failed: {}", text(failed, "failure")))?;
    }
    say(format!("replayed: {}", verdicts(&replayed)))?;
    if !failures.is_empty() {
        say("of those that failed nothing was done; when the cause is gone, replay again")?;
    }
    Ok(())
}
