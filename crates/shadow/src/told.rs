//! What is told of an update: to its sender, to who waits for differences, to who keeps a history.

use serde_json::{Map, Value, json};

use crate::document::{Shadow, present};
use crate::merge::stamped;
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

    /// The payload on `…/update/accepted`: what was asked for, and when.
    pub fn accepted(&self) -> Value {
        let (mut state, mut metadata) = (Map::new(), Map::new());
        let Update { desired, reported, .. } = self.update;
        for (name, section) in [("desired", desired), ("reported", reported)] {
            let Some(section) = section else { continue };
            let asked = section.clone().map_or(Value::Null, Value::Object);
            state.insert(name.to_owned(), asked);
            if let Some(fields) = section {
                let stamps = stamped(fields, self.current.timestamp);
                metadata.insert(name.to_owned(), Value::Object(stamps));
            }
        }
        self.with_token(json!({
            "state": state,
            "metadata": metadata,
            "version": self.current.version,
            "timestamp": self.current.timestamp,
        }))
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

fn snapshot(shadow: &Shadow) -> Value {
    let (state, metadata) = match &shadow.state {
        Some(state) => (state.sections(), state.metadata()),
        None => (present([]), present([])),
    };
    json!({ "state": state, "metadata": metadata, "version": shadow.version })
}
