//! What is told of an update: to its sender, to who waits for differences, to who keeps a history.

use serde_json::{Map, Value, json};

use crate::document::{Shadow, present};
use crate::merge::stamped;
use crate::reading::Update;

/// An update that was accepted.
#[derive(Clone, Debug, PartialEq)]
pub struct Updated {
    pub current: Shadow,
    /// The payload on `…/update/accepted`: what was asked for, and when.
    pub accepted: Value,
    /// The payload on `…/update/delta`, if desired and reported differ.
    pub delta: Option<Value>,
    /// The payload on `…/update/documents`: the shadow before and after.
    pub documents: Value,
}

impl Updated {
    pub(crate) fn new(previous: &Shadow, current: Shadow, update: &Update) -> Updated {
        let token = update.ask.client_token.as_deref();
        let accepted = with_token(accepted(&current, update), token);
        let delta = current.delta().map(|(state, metadata)| {
            let delta = json!({
                "version": current.version,
                "timestamp": current.timestamp,
                "state": state,
                "metadata": metadata,
            });
            with_token(delta, token)
        });
        let documents = json!({
            "previous": snapshot(previous),
            "current": snapshot(&current),
            "timestamp": current.timestamp,
        });
        Updated { accepted, delta, documents: with_token(documents, token), current }
    }
}

fn accepted(current: &Shadow, update: &Update) -> Value {
    let (mut state, mut metadata) = (Map::new(), Map::new());
    for (name, section) in [("desired", &update.desired), ("reported", &update.reported)] {
        let Some(section) = section else { continue };
        let asked = section.clone().map_or(Value::Null, Value::Object);
        state.insert(name.to_owned(), asked);
        if let Some(fields) = section {
            let stamps = stamped(fields, current.timestamp);
            metadata.insert(name.to_owned(), Value::Object(stamps));
        }
    }
    json!({
        "state": state,
        "metadata": metadata,
        "version": current.version,
        "timestamp": current.timestamp,
    })
}

fn snapshot(shadow: &Shadow) -> Value {
    let (state, metadata) = match &shadow.state {
        Some(state) => (state.sections(), state.metadata()),
        None => (present([]), present([])),
    };
    json!({ "state": state, "metadata": metadata, "version": shadow.version })
}

fn with_token(mut payload: Value, token: Option<&str>) -> Value {
    if let Some(token) = token {
        payload["clientToken"] = token.into();
    }
    payload
}
