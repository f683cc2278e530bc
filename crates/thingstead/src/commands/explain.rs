//! `thingstead explain [EVENT]`: why something was refused.

use anyhow::Result;
use serde_json::{Value, json};

use crate::client::Client;
use crate::commands::{say, say_json, text, when};
use crate::data::Data;

pub(crate) async fn run(data: &Data, as_json: bool, event: Option<u64>) -> Result<()> {
    let client = Client::new(data)?;
    let answer = client.own("Explain", &json!({ "event": event })).await?;
    if as_json {
        return say_json(&answer["refusals"]);
    }
    let refusals: Vec<&Value> = answer["refusals"].as_array().into_iter().flatten().collect();
    if refusals.is_empty() {
        return say("nothing was refused since the server started");
    }
    for refusal in &refusals {
        match event {
            Some(_) => say(in_full(refusal))?,
            None => say(in_short(refusal))?,
        }
    }
    if event.is_none() {
        say("one in full: thingstead explain NUMBER")?;
    }
    Ok(())
}

fn in_short(refusal: &Value) -> String {
    let times = match refusal["count"].as_u64() {
        Some(count) if count > 1 => format!(" ({count} times)"),
        _ => String::new(),
    };
    let reason = text(refusal, "reason");
    // A near miss says what to change in the same breath.
    let advice = refusal["advice"].as_str().filter(|advice| !reason.ends_with(advice));
    let advice = advice.map_or_else(String::new, |advice| format!(": {advice}"));
    format!(
        "{:>4}  {}  {}  {}{times}\n      {}{advice}",
        refusal["id"],
        when(refusal["lastAt"].as_u64().unwrap_or(0)),
        text(refusal, "kind"),
        refusal["clientId"].as_str().unwrap_or("(no client id)"),
        reason,
    )
}

fn in_full(refusal: &Value) -> String {
    let mut lines = vec![in_short(refusal)];
    for (label, field) in [
        ("principal", "principal"),
        ("client id", "clientId"),
        ("address", "sourceIp"),
        ("action", "action"),
        ("resource", "resource"),
    ] {
        if let Some(value) = refusal[field].as_str() {
            lines.push(format!("      {label:<10} {value}"));
        }
    }
    for variable in refusal["variables"].as_array().into_iter().flatten() {
        let value = variable["value"].as_str().unwrap_or("(undefined)");
        lines.push(format!("      ${{{}}} = {value}", text(variable, "name")));
    }
    lines.join("\n")
}
