//! What is told below `$aws/events` when the registry changes, to who asked for it with AWS's
//! UpdateEventConfigurations.
//!
//! An event follows its change: if the process dies between the two, the change stands and nobody
//! was told of it, as can happen with AWS.

use std::collections::BTreeSet;

use kv::Batch;
use model::{Message, Topic};
use registry::EventType;
use serde_json::Value;

use crate::fleet::Fleet;
use crate::ids::uuid;
use crate::post;

/// Something that happened. What is common to all events is added when it is told.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) kind: EventType,
    /// Below `$aws/events/`.
    pub(crate) topic: String,
    /// An object.
    pub(crate) payload: Value,
}

/// What happened to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Created,
    Updated,
    Deleted,
    Added,
    Removed,
}

impl Operation {
    /// As topics end: `created`
    pub(crate) fn part(self) -> &'static str {
        match self {
            Operation::Created => "created",
            Operation::Updated => "updated",
            Operation::Deleted => "deleted",
            Operation::Added => "added",
            Operation::Removed => "removed",
        }
    }

    /// As payloads say it: `CREATED`
    pub(crate) fn word(self) -> String {
        self.part().to_ascii_uppercase()
    }
}

impl Fleet {
    /// Publishes those events that somebody asked for.
    pub(crate) async fn tell(&self, events: impl IntoIterator<Item = Event>) {
        let asked_for = match self.asked_for() {
            Ok(kinds) => kinds,
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "which events are sent cannot be read; none is");
                return;
            }
        };
        let events = events.into_iter().filter(|event| asked_for.contains(&event.kind));
        let messages: Vec<Message> = events.map(|event| self.message_of(event)).collect();
        if messages.is_empty() {
            return;
        }
        if let Err(error) = self.0.post.commit(Batch::new(), messages).await {
            tracing::error!(%error, "events of the registry were lost");
        }
    }

    fn asked_for(&self) -> Result<BTreeSet<EventType>, registry::StoreError> {
        let enabled = self.registry().event_settings()?.map(|settings| settings.enabled);
        let enabled = enabled.unwrap_or_default().into_iter().filter(|(_, is_enabled)| *is_enabled);
        Ok(enabled.map(|(kind, _)| kind).collect())
    }

    fn message_of(&self, event: Event) -> Message {
        let Event { topic, mut payload, .. } = event;
        payload["eventId"] = uuid(&pki::random_digits()).into();
        payload["timestamp"] = self.0.clock.now().into();
        message(&format!("$aws/events/{topic}"), &payload)
    }
}

pub(crate) fn message(topic: &str, payload: &Value) -> Message {
    let topic = Topic::new(topic).expect("names hold no wildcard and are short");
    post::message(topic, payload.to_string())
}
