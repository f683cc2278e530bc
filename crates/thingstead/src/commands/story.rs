//! `thingstead story`: what rules made of messages, and what became of it.

use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};

use crate::cli::StoryArgs;
use crate::client::Client;
use crate::commands::{say, say_json, text, when};
use crate::data::Data;

/// How often a follower asks.
const INTERVAL: Duration = Duration::from_millis(500);

pub(crate) async fn run(data: &Data, as_json: bool, args: &StoryArgs) -> Result<()> {
    let client = Client::new(data)?;
    let mut after = None;
    loop {
        let asked = json!({ "story": args.story, "topic": args.topic, "after": after });
        let answer = client.own("Stories", &asked).await?;
        let mut stories: Vec<&Value> = answer["stories"].as_array().into_iter().flatten().collect();
        stories.reverse();
        after = stories.last().and_then(|story| story["id"].as_u64()).or(after);
        if as_json && !args.follow {
            return say_json(&answer["stories"]);
        }
        for story in &stories {
            match as_json {
                true => say_json(story)?,
                false => say(told(story, args.story.is_some()))?,
            }
        }
        if !args.follow {
            return if stories.is_empty() { say(nothing(args)) } else { Ok(()) };
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

fn nothing(args: &StoryArgs) -> String {
    let of = args.topic.as_deref().map(|topic| format!(" of {topic}")).unwrap_or_default();
    format!(
        "no rule was asked about a message{of} since the server started; \
         see which topics rules listen to: aws iot list-topic-rules"
    )
}

/// A story; in full with every clause, else with those that say why a rule did not match.
fn told(story: &Value, in_full: bool) -> String {
    let mut lines = vec![format!(
        "{:>4}  {}  {}  from {}  {}",
        story["id"],
        when(story["at"].as_u64().unwrap_or(0)),
        text(story, "topic"),
        story["clientId"].as_str().unwrap_or_else(|| text(story, "principal")),
        match text(story, "fate") {
            "kept" => "all that follows is on disk",
            "lost" => "NOT STORED: the sender was not acknowledged",
            _ => "under way",
        },
    )];
    if in_full {
        lines.push(format!("      trace     {}", text(story, "traceId")));
        lines.push(format!("      principal {}", text(story, "principal")));
        let payload = story["payload"].as_str().map(str::to_owned);
        let bytes = || format!("(base64) {}", text(story, "payloadBase64"));
        lines.push(format!("      payload   {}", payload.unwrap_or_else(bytes)));
    }
    if let Some(name) = story["unknownRule"].as_str() {
        lines.push(format!("      there is no rule {name} that is switched on"));
    }
    for rule in story["rules"].as_array().into_iter().flatten() {
        lines.extend(rule_lines(rule, in_full));
    }
    lines.join("\n")
}

fn rule_lines(rule: &Value, in_full: bool) -> Vec<String> {
    let mut lines = vec![format!("      rule {}: {}", text(rule, "rule"), verdict(rule))];
    if in_full {
        lines.push(format!("        {}", text(rule, "sql")));
    }
    lines.extend(outcome_lines(rule, in_full));
    lines
}

fn verdict(outcome: &Value) -> String {
    if let Some(deferred) = outcome["deferred"].as_str() {
        return deferred.to_owned();
    }
    match (outcome["matched"].as_bool(), outcome["failure"].as_str()) {
        (_, Some(failure)) => format!("failed: {failure}"),
        (Some(true), None) => format!("matched: {}", text(outcome, "output")),
        _ => "did not match".to_owned(),
    }
}

/// Whether the statement or an action could not be done.
pub(crate) fn has_failed(outcome: &Value) -> bool {
    let actions = outcome["actions"].as_array().into_iter().flatten();
    outcome["failure"].is_string() || actions.into_iter().any(|it| it["failure"].is_string())
}

/// What stands behind a verdict: clauses and actions.
pub(crate) fn outcome_lines(outcome: &Value, in_full: bool) -> Vec<String> {
    let has_matched = outcome["matched"].as_bool() == Some(true);
    let clauses = outcome["clauses"].as_array().into_iter().flatten();
    let is_deferred = outcome["deferred"].is_string();
    let is_told = |clause: &&Value| {
        in_full
            || (!has_matched && !is_deferred && clause["value"] != "true")
            || clause["why"].is_string()
    };
    let mut lines: Vec<String> = clauses.filter(is_told).map(clause_line).collect();
    let error_action = outcome.get("errorAction").filter(|action| !action.is_null());
    let actions = outcome["actions"].as_array().into_iter().flatten();
    lines.extend(actions.map(|action| action_line("action", action)));
    lines.extend(error_action.map(|action| action_line("error action", action)));
    lines
}

fn clause_line(clause: &Value) -> String {
    let why = clause["why"].as_str().map(|why| format!(": {why}")).unwrap_or_default();
    let (part, written) = (text(clause, "clause"), text(clause, "text"));
    let value = text(clause, "value");
    let verb = if value.starts_with("failed: ") { "" } else { "was " };
    format!("        {part} `{written}` {verb}{value}{why}")
}

fn action_line(what: &str, action: &Value) -> String {
    let outcome = match action["failure"].as_str() {
        None => errands(action).unwrap_or_else(|| "done".to_owned()),
        Some(failure) => format!("FAILED: {failure}"),
    };
    format!("        {what} {} {outcome}", text(action, "action"))
}

/// What became of what was to go out of the house.
fn errands(action: &Value) -> Option<String> {
    let told: Vec<&str> = action["errands"].as_array()?.iter().filter_map(Value::as_str).collect();
    Some(told.join("; "))
}

/// What a rule would make of a message.
pub(crate) fn trial(answer: &Value) -> String {
    let mut lines = vec![verdict(answer)];
    if answer["listens"].as_bool() == Some(false) {
        lines.insert(0, "the rule does not listen to this topic; if it did:".to_owned());
    }
    lines.extend(outcome_lines(answer, true));
    let would = answer["would"].as_array().into_iter().flatten().filter_map(Value::as_str);
    lines.extend(would.map(|what| format!("  would {what}")));
    lines.join("\n")
}
