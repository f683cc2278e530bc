//! What is told of an update: to its sender, to who waits for differences, to who keeps a history.

use serde::Serialize;
use serde_json::{Value, json};

use crate::UnixSeconds;
use crate::document::{Section, Shadow, present};
use crate::merge::Stamps;
use crate::reading::Update;

/// An update that was accepted. What is told of it is made when somebody wants to hear it.
#[derive(Clone, Debug, PartialEq)]
pub struct Updated<'a> {
    previous: &'a Shadow,
    pub current: Shadow,
    update: &'a Update,
}

impl<'a> Updated<'a> {
    pub(crate) fn new(previous: &'a Shadow, current: Shadow, update: &'a Update) -> Updated<'a> {
        Updated { previous, current, update }
    }

    /// The payload on `…/update/accepted`: what was asked for, and when. Every update is answered
    /// with it, so it is written straight from the update.
    pub fn accepted(&self) -> String {
        let Update { ask, desired, reported } = self.update;
        let Shadow { version, timestamp, .. } = self.current;
        let stamps = |section: &'a Option<Option<Section>>| {
            section.as_ref()?.as_ref().map(|fields| Stamps(fields, timestamp))
        };
        let accepted = Accepted {
            client_token: ask.client_token.as_deref(),
            metadata: Both { desired: stamps(desired), reported: stamps(reported) },
            state: Both { desired: desired.as_ref(), reported: reported.as_ref() },
            timestamp,
            version,
        };
        serde_json::to_string(&accepted).expect("its keys are text and it goes to memory")
    }

    /// The payload on `…/update/delta`, if desired and reported differ.
    pub fn delta(&self) -> Option<Value> {
        let (state, metadata) = self.current.delta()?;
        Some(self.with_token(json!({
            "version": self.current.version,
            "timestamp": self.current.timestamp,
            "state": state,
            "metadata": metadata,
        })))
    }

    /// The payload on `…/update/documents`: the shadow before and after.
    pub fn documents(&self) -> Value {
        self.with_token(json!({
            "previous": snapshot(self.previous),
            "current": snapshot(&self.current),
            "timestamp": self.current.timestamp,
        }))
    }

    fn with_token(&self, mut payload: Value) -> Value {
        if let Some(token) = &self.update.ask.client_token {
            payload["clientToken"] = token.as_str().into();
        }
        payload
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Accepted<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    client_token: Option<&'a str>,
    metadata: Both<Stamps<'a>>,
    state: Both<&'a Option<Section>>,
    timestamp: UnixSeconds,
    version: u64,
}

#[derive(Serialize)]
struct Both<T> {
    #[serde(skip_serializing_if = "Option::is_none")]
    desired: Option<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reported: Option<T>,
}

fn snapshot(shadow: &Shadow) -> Value {
    let (state, metadata) = match &shadow.state {
        Some(state) => (state.sections(), state.metadata()),
        None => (present([]), present([])),
    };
    json!({ "state": state, "metadata": metadata, "version": shadow.version })
}
