//! Where things are.

use kv::Space;

pub(crate) const FUNCTIONS: Space = Space::new("functions");
pub(crate) const VERSIONS: Space = Space::new("function-versions");
pub(crate) const EVENTS: Space = Space::new("function-events");
pub(crate) const LAYERS: Space = Space::new("layers");
pub(crate) const LAYER_VERSIONS: Space = Space::new("layer-versions");
pub(crate) const MAPPINGS: Space = Space::new("event-mappings");
pub(crate) const POSITIONS: Space = Space::new("event-positions");

/// A number under a name, so that texts sort as numbers do. Names hold no slash.
pub(crate) fn numbered(name: &str, number: u64) -> String {
    format!("{name}/{number:020}")
}

/// Names hold no NUL.
pub(crate) fn events_prefix(name: &str) -> Vec<u8> {
    [name.as_bytes(), &[0]].concat()
}

pub(crate) fn event_key(name: &str, due_at: u64, sequence: kv::Sequence) -> Vec<u8> {
    let mut key = events_prefix(name);
    key.extend(due_at.to_be_bytes());
    key.extend(sequence.record.to_be_bytes());
    key.extend(sequence.position.to_be_bytes());
    key
}

/// When the event of a key is due.
pub(crate) fn due_at(key: &[u8]) -> Option<u64> {
    let end = key.iter().position(|byte| *byte == 0)?;
    let bytes = key.get(end + 1..end + 9)?;
    Some(u64::from_be_bytes(bytes.try_into().ok()?))
}
