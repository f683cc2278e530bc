//! A shadow: two trees of values, and for each leaf when it was last set.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::UnixSeconds;
use crate::delta::{delta, select};
use crate::merge::{depth, merge};
use crate::reading::{Ask, Update};
use crate::rejection::Rejection;
use crate::told::Updated;

/// The fields of an object.
pub type Section = Map<String, Value>;

/// A shadow as it stands. One that was deleted keeps its version, so that no version ever comes
/// twice.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Shadow {
    pub version: u64,
    /// Nothing when the shadow is deleted, or never was.
    pub state: Option<State>,
    /// When it was last changed.
    pub timestamp: UnixSeconds,
}

/// What a thing should be and what it says that it is, each with its metadata of the same shape.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    pub desired: Section,
    pub reported: Section,
    pub desired_metadata: Section,
    pub reported_metadata: Section,
}

/// What a shadow may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The bytes of desired and reported state as JSON, metadata not counted.
    pub state_bytes_max: usize,
    /// Levels of nesting below `desired` and `reported`.
    pub depth_max: usize,
}

impl Default for Limits {
    /// AWS's.
    fn default() -> Limits {
        Limits { state_bytes_max: 8 * 1024, depth_max: 8 }
    }
}

impl Shadow {
    pub fn exists(&self) -> bool {
        self.state.is_some()
    }

    /// Applies an update: objects are merged, `null` removes, everything else replaces. This shadow
    /// stays as it is.
    pub fn update<'a>(
        &'a self,
        update: &'a Update,
        limits: &Limits,
        now: UnixSeconds,
    ) -> Result<Updated<'a>, Rejection> {
        self.check_version(update.ask.version)?;
        for section in [&update.desired, &update.reported].into_iter().flatten().flatten() {
            if depth(section) > limits.depth_max {
                return Err(Rejection::TooDeep { most: limits.depth_max });
            }
        }
        let mut state = self.state.clone().unwrap_or_default();
        apply(&mut state.desired, &mut state.desired_metadata, update.desired.as_ref(), now);
        apply(&mut state.reported, &mut state.reported_metadata, update.reported.as_ref(), now);
        if state.bytes() > limits.state_bytes_max {
            return Err(Rejection::TooLarge);
        }
        let current = Shadow { version: self.version + 1, state: Some(state), timestamp: now };
        Ok(Updated::new(self, current, update))
    }

    /// Deletes the shadow; its version stays.
    pub fn delete(&self, ask: &Ask, name: &str, now: UnixSeconds) -> Result<Shadow, Rejection> {
        if !self.exists() {
            return Err(Rejection::NotFound { name: name.to_owned() });
        }
        self.check_version(ask.version)?;
        Ok(Shadow { version: self.version, state: None, timestamp: now })
    }

    fn check_version(&self, asked: Option<u64>) -> Result<(), Rejection> {
        match asked {
            Some(version) if version != self.version => Err(Rejection::VersionConflict),
            _ => Ok(()),
        }
    }

    /// The whole document, as `get` answers with it. `name` is for the error.
    pub fn to_json(&self, name: &str, now: UnixSeconds) -> Result<Value, Rejection> {
        let missing = || Rejection::NotFound { name: name.to_owned() };
        let state = self.state.as_ref().ok_or_else(missing)?;
        let mut document = json!({
            "state": state.sections(),
            "metadata": state.metadata(),
            "version": self.version,
            "timestamp": now,
        });
        if let Some((delta, _)) = self.delta() {
            document["state"]["delta"] = Value::Object(delta);
        }
        Ok(document)
    }

    /// The desired fields that are missing from the reported ones or differ from them, and their
    /// metadata.
    pub fn delta(&self) -> Option<(Section, Section)> {
        let state = self.state.as_ref()?;
        let difference = delta(&state.desired, &state.reported);
        let metadata = select(&state.desired_metadata, &difference);
        (!difference.is_empty()).then_some((difference, metadata))
    }
}

impl State {
    fn bytes(&self) -> usize {
        let sections = [&self.desired, &self.reported];
        // An empty section is not stored as text; `{}` would count for two.
        let written = sections.into_iter().filter(|section| !section.is_empty());
        written.map(json_bytes).sum()
    }

    pub(crate) fn sections(&self) -> Value {
        present([("desired", &self.desired), ("reported", &self.reported)])
    }

    pub(crate) fn metadata(&self) -> Value {
        present([("desired", &self.desired_metadata), ("reported", &self.reported_metadata)])
    }
}

/// An update of one section: nothing, its removal, or fields to merge.
fn apply(
    section: &mut Section,
    metadata: &mut Section,
    update: Option<&Option<Section>>,
    now: UnixSeconds,
) {
    match update {
        None => {}
        Some(None) => {
            section.clear();
            metadata.clear();
        }
        Some(Some(fields)) => merge(section, metadata, fields, now),
    }
}

/// Those sections that hold something.
pub(crate) fn present<const N: usize>(sections: [(&str, &Section); N]) -> Value {
    let filled = sections.into_iter().filter(|(_, section)| !section.is_empty());
    filled.map(|(name, section)| (name.to_owned(), Value::Object(section.clone()))).collect()
}

fn json_bytes(section: &Section) -> usize {
    serde_json::to_vec(section).expect("a JSON value can be written").len()
}
