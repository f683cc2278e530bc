//! Asking about recorded messages, answer after answer, and telling what came of it.

use anyhow::Result;
use serde_json::{Map, Value, json};

use crate::cli::PassageArgs;
use crate::client::Client;
use crate::commands::{moment, say, story, text, when};

/// Messages of each verdict that are told in full.
pub(crate) const SHOWN: u64 = 3;

const VERDICTS: [(&str, &str); 4] = [
    ("matched", "matched"),
    ("unmatched", "did not match"),
    ("failed", "failed"),
    ("doneBefore", "done before"),
];

/// What the arguments say of the messages. Its end is fixed now, or a rule that publishes would be
/// asked about its own messages for ever.
pub(crate) fn passage(args: &PassageArgs, now: u64) -> Result<Map<String, Value>> {
    let since = args.since.as_deref().map(|since| moment::read(since, now)).transpose()?;
    let until = args.until.as_deref().map(|until| moment::read(until, now)).transpose()?;
    let mut asked = Map::new();
    asked.insert("since".to_owned(), json!(since.unwrap_or(0)));
    asked.insert("until".to_owned(), json!(until.unwrap_or(now + 1)));
    asked.insert("topic".to_owned(), json!(args.topic));
    Ok(asked)
}

/// Asks until all messages were looked at. Counts are summed; `list` is the field of each answer whose
/// items are joined.
pub(crate) async fn ask_all(
    client: &Client,
    operation: &str,
    mut asked: Map<String, Value>,
    list: &str,
) -> Result<Value> {
    let mut counts = [0; VERDICTS.len()];
    let mut joined: Vec<Value> = Vec::new();
    let mut answer;
    loop {
        answer = client.own(operation, &Value::Object(asked.clone())).await?;
        for (count, (field, _)) in counts.iter_mut().zip(VERDICTS) {
            *count += answer[field].as_u64().unwrap_or(0);
        }
        if let Value::Array(items) = answer[list].take() {
            joined.extend(items);
        }
        // What is told in full is told once for each verdict, not once for each answer.
        let is_enough = counts[..3].iter().all(|count| *count >= SHOWN);
        if asked.contains_key("show") && is_enough {
            asked.insert("show".to_owned(), json!(0));
        }
        match answer["next"].as_str() {
            Some(next) => asked.insert("after".to_owned(), json!(next)),
            None => break,
        };
    }
    for (count, (field, _)) in counts.iter().zip(VERDICTS) {
        answer[field] = json!(count);
    }
    answer[list] = Value::Array(joined);
    Ok(answer)
}

/// `2 matched, 1 did not match`
pub(crate) fn verdicts(answer: &Value) -> String {
    let told = VERDICTS.iter().filter_map(|(field, words)| {
        let count = answer[*field].as_u64().unwrap_or(0);
        let is_always_told = *field == "matched";
        (count > 0 || is_always_told).then(|| format!("{count} {words}"))
    });
    told.collect::<Vec<_>>().join(", ")
}

/// The first messages of each verdict, and what the rule makes of them.
pub(crate) fn say_trials(answer: &Value) -> Result<()> {
    let mut told = [0; 3];
    for trial in answer["shown"].as_array().into_iter().flatten() {
        let kind = if story::has_failed(trial) {
            2
        } else {
            let is_met = trial["matched"].as_bool() == Some(true) || trial["deferred"].is_string();
            usize::from(!is_met)
        };
        told[kind] += 1;
        if told[kind] <= SHOWN {
            say(message_line(&trial["message"]))?;
            say(story::trial(trial))?;
        }
    }
    Ok(())
}

pub(crate) fn message_line(message: &Value) -> String {
    let base64 = || format!("(base64) {}", text(message, "payloadBase64"));
    let payload = message["payload"].as_str().map_or_else(base64, str::to_owned);
    format!("{}  {}  {payload}", when(message["at"].as_u64().unwrap_or(0)), text(message, "topic"))
}
