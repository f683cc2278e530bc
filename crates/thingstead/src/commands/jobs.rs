//! `thingstead jobs …`: how far jobs are, and what they wait for.

use anyhow::Result;
use serde_json::{Value, json};

use crate::cli::JobsCommand;
use crate::client::Client;
use crate::commands::{say, say_json, text, when};
use crate::data::Data;

pub(crate) async fn run(data: &Data, as_json: bool, command: JobsCommand) -> Result<()> {
    let client = Client::new(data)?;
    match command {
        JobsCommand::List => list(&client, as_json).await,
        JobsCommand::Show { job } => {
            let job = client.own("ShowJob", &json!({ "jobId": job })).await?;
            if as_json { say_json(&job) } else { show(&job) }
        }
    }
}

async fn list(client: &Client, as_json: bool) -> Result<()> {
    let (mut jobs, mut token) = (Vec::new(), Value::Null);
    loop {
        let mut page = client.own("ListJobs", &json!({ "nextToken": token })).await?;
        jobs.extend(page["jobs"].as_array_mut().map(std::mem::take).unwrap_or_default());
        token = page["nextToken"].take();
        if token.is_null() {
            break;
        }
    }
    if as_json {
        return say_json(&Value::Array(jobs));
    }
    if jobs.is_empty() {
        return say("there are no jobs");
    }
    for job in &jobs {
        say(in_short(job))?;
    }
    say("one in full: thingstead jobs show JOB")
}

fn in_short(job: &Value) -> String {
    let (id, status) = (text(job, "jobId"), text(job, "status"));
    let counts = job["executions"].as_array().into_iter().flatten();
    let counts: Vec<String> =
        counts.map(|count| format!("{} {}", count["count"], text(count, "status"))).collect();
    let counts = if counts.is_empty() { "nobody was told".to_owned() } else { counts.join(", ") };
    format!("{id}  {status}: {counts}")
}

fn show(job: &Value) -> Result<()> {
    say(in_short(job))?;
    for field in ["description", "comment"] {
        if let Some(value) = job[field].as_str() {
            say(format!("  {field:<12} {value}"))?;
        }
    }
    for target in job["targets"].as_array().into_iter().flatten() {
        say(format!("  {:<12} {}", "target", target.as_str().unwrap_or_default()))?;
    }
    for waiting in job["waiting"].as_array().into_iter().flatten() {
        let status = waiting["status"].as_str().unwrap_or("not told yet");
        let until = match waiting["until"].as_u64() {
            Some(until) => format!("until {}", when(until)),
            None => "for as long as it takes".to_owned(),
        };
        let (thing, what) = (text(waiting, "thingName"), text(waiting, "waitsFor"));
        say(format!("  {thing}  {status}: waits for {what}, {until}"))?;
    }
    if job["hasMore"].as_bool() == Some(true) {
        say("  and more")?;
    }
    Ok(())
}
