//! Fields into fields.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use crate::UnixSeconds;
use crate::document::Section;

/// Merges `fields` into a section and notes in its metadata when each leaf was set. `null` removes
/// a field, and an object that is left empty by that goes with it.
pub(crate) fn merge(
    section: &mut Section,
    metadata: &mut Section,
    fields: &Section,
    now: UnixSeconds,
) {
    for (name, value) in fields {
        match value {
            Value::Null => {
                section.remove(name);
                metadata.remove(name);
            }
            Value::Object(inner) => merge_object(section, metadata, name, inner, now),
            leaf => {
                section.insert(name.clone(), leaf.clone());
                metadata.insert(name.clone(), stamps(leaf, now));
            }
        }
    }
}

fn merge_object(
    section: &mut Section,
    metadata: &mut Section,
    name: &str,
    fields: &Section,
    now: UnixSeconds,
) {
    let mut held = take_object(section, name);
    let mut stamped = match held {
        // What was no object is replaced whole, and so is what was noted of it.
        None => Map::new(),
        Some(_) => take_object(metadata, name).unwrap_or_default(),
    };
    let before = held.is_some();
    let mut object = held.take().unwrap_or_default();
    merge(&mut object, &mut stamped, fields, now);
    let emptied = object.is_empty() && (before || !fields.is_empty());
    if emptied {
        metadata.remove(name);
        return;
    }
    section.insert(name.to_owned(), Value::Object(object));
    metadata.insert(name.to_owned(), Value::Object(stamped));
}

/// Takes an object out of a section; whatever else had its name is gone too.
fn take_object(section: &mut Section, name: &str) -> Option<Section> {
    match section.remove(name) {
        Some(Value::Object(object)) => Some(object),
        _ => None,
    }
}

/// Metadata in the shape of a value: each leaf is when it was set. In an array `null` is a value as
/// any other.
fn stamps(value: &Value, now: UnixSeconds) -> Value {
    match value {
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), stamps(value, now))).collect()
        }
        Value::Array(items) => items.iter().map(|item| stamps(item, now)).collect(),
        _ => json!({ "timestamp": now }),
    }
}

/// Metadata for the fields that an update sets, as it is written; those that it removes have none.
pub(crate) struct Stamps<'a>(pub(crate) &'a Section, pub(crate) UnixSeconds);

impl Serialize for Stamps<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Stamps(fields, now) = *self;
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
            match value {
                Value::Object(inner) => map.serialize_entry(name, &Stamps(inner, now))?,
                leaf => map.serialize_entry(name, &stamps(leaf, now))?,
            }
        }
        map.end()
    }
}

/// How deep objects and arrays are nested; a section of leaves is one level deep.
pub(crate) fn depth(section: &Section) -> usize {
    1 + section.values().map(depth_of).max().unwrap_or(0)
}

fn depth_of(value: &Value) -> usize {
    match value {
        Value::Object(fields) => depth(fields),
        Value::Array(items) => 1 + items.iter().map(depth_of).max().unwrap_or(0),
        _ => 0,
    }
}
