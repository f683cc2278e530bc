//! What happens to a stack, told line by line until it is over.

use std::time::Duration;

use anyhow::{Result, bail};

use super::calls::{Described, Event, describe, events};
use crate::client::Client;

/// How often is asked.
const INTERVAL: Duration = Duration::from_millis(200);

/// The stack as it is in the end, and why a resource first failed.
pub(super) struct Followed {
    pub(super) stack: Described,
    pub(super) failure: Option<String>,
}

/// The latest event of a stack, after which it is followed.
pub(super) async fn mark(client: &Client, id: &str) -> Result<Option<String>> {
    Ok(events(client, id, None).await?.into_iter().next().map(|event| event.id))
}

pub(super) async fn follow(
    client: &Client,
    id: &str,
    mut mark: Option<String>,
    tell: &mut (dyn FnMut(&str) -> Result<()> + Send),
) -> Result<Followed> {
    let mut failure = None;
    loop {
        // First the state: what comes until it is over is then among the events.
        let Some(stack) = describe(client, id).await? else { bail!("{id} is gone") };
        let mut news = events(client, id, mark.as_deref()).await?;
        news.reverse();
        for event in &news {
            failure = failure.or_else(|| failed(event));
            tell(&line(event))?;
        }
        mark = news.pop().map(|event| event.id).or(mark);
        if !stack.status.ends_with("_IN_PROGRESS") {
            return Ok(Followed { stack, failure });
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

fn line(event: &Event) -> String {
    let Event { status, kind, logical_id, physical_id, reason, .. } = event;
    let named = match physical_id.is_empty() || physical_id == logical_id || is_stack(event) {
        true => String::new(),
        false => format!("  {physical_id}"),
    };
    let why = match reason.is_empty() {
        true => String::new(),
        false => format!("  {reason}"),
    };
    format!("{status:<20} {kind:<36} {logical_id}{named}{why}")
}

fn is_stack(event: &Event) -> bool {
    event.kind == "AWS::CloudFormation::Stack"
}

/// Why a resource failed by itself. Those that were stopped because of it tell nothing.
fn failed(event: &Event) -> Option<String> {
    let is_own = event.status.ends_with("_FAILED")
        && !is_stack(event)
        && !event.reason.to_ascii_lowercase().contains("cancelled");
    is_own.then(|| format!("{} ({}): {}", event.logical_id, event.kind, event.reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: &str, status: &str, reason: &str) -> Event {
        let text = str::to_owned;
        Event {
            id: text("1"),
            logical_id: text("Lamp"),
            physical_id: text("lamp-1"),
            kind: text(kind),
            status: text(status),
            reason: text(reason),
        }
    }

    #[test]
    fn the_cause_is_told_and_not_what_followed_from_it() {
        let thing = "AWS::IoT::Thing";
        let check = |kind, status, reason, expected: Option<&str>| {
            assert_eq!(failed(&event(kind, status, reason)).as_deref(), expected);
        };
        check(thing, "CREATE_FAILED", "no", Some("Lamp (AWS::IoT::Thing): no"));
        check(thing, "CREATE_FAILED", "Resource creation cancelled", None);
        check(thing, "CREATE_COMPLETE", "", None);
        check("AWS::CloudFormation::Stack", "UPDATE_FAILED", "no", None);
    }
}
