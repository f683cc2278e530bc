//! The values of the language. What came from a payload stays text until someone looks at it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use crate::json::{Entries, Json, Kind, unescape, write_string, write_whole_as_ints};
use crate::number::Number;
use crate::version::Version;

/// A value while a statement is evaluated, or of what it selected.
#[derive(Clone, Debug)]
pub enum Value<'a> {
    /// No value: a member that is not there, an argument that does not convert.
    Undefined,
    Null,
    Boolean(bool),
    Number(Number),
    String(Cow<'a, str>),
    /// An array or object as it was written; [`Value::elements`] and [`Value::members`] read it.
    Json(Json<'a>),
    Array(Vec<Value<'a>>),
    Object(Vec<(Cow<'a, str>, Value<'a>)>),
    /// A payload that is not JSON, whole.
    Bytes(&'a [u8]),
}

impl<'a> Value<'a> {
    /// Reads scalars; leaves arrays and objects as they are written.
    pub(crate) fn from_json(json: Json<'a>, version: Version) -> Value<'a> {
        let text = json.as_str();
        match json.kind() {
            Kind::Object | Kind::Array => Value::Json(json),
            Kind::String => Value::String(unescape(&text[1..text.len() - 1])),
            Kind::True => Value::Boolean(true),
            Kind::False => Value::Boolean(false),
            Kind::Null => Value::Null,
            Kind::Number => Number::from_text(text)
                .map_or(Value::Undefined, |number| Value::Number(number.in_version(version))),
        }
    }

    pub fn is_undefined(&self) -> bool {
        matches!(self, Value::Undefined)
    }

    /// What AWS calls the type.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Undefined => "Undefined",
            Value::Null => "Null",
            Value::Boolean(_) => "Boolean",
            Value::Number(Number::Int(_)) => "Int",
            Value::Number(Number::Decimal(_)) => "Decimal",
            Value::String(_) => "String",
            Value::Json(json) if json.kind() == Kind::Object => "Object",
            Value::Json(_) | Value::Array(_) => "Array",
            Value::Object(_) => "Object",
            Value::Bytes(_) => "bytes",
        }
    }

    /// The elements, if it is an array.
    pub fn elements(&self, version: Version) -> Option<Vec<Value<'a>>> {
        match self {
            Value::Array(elements) => Some(elements.clone()),
            Value::Json(json) if json.kind() == Kind::Array => {
                Some(json.items().map(|item| Value::from_json(item, version)).collect())
            }
            _ => None,
        }
    }

    /// The members, if it is an object; of those with one name the last, in the place of the first.
    pub fn members(&self, version: Version) -> Option<Vec<(Cow<'a, str>, Value<'a>)>> {
        match self {
            Value::Object(members) => Some(members.clone()),
            Value::Json(json) if json.kind() == Kind::Object => {
                Some(unique(json.entries(), version))
            }
            _ => None,
        }
    }

    /// The member of that name of an object; Undefined of anything else.
    pub(crate) fn member(&self, name: &str, version: Version) -> Value<'a> {
        let found = match self {
            Value::Object(members) => {
                members.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
            }
            Value::Json(json) => json.member(name).map(|value| Value::from_json(value, version)),
            _ => None,
        };
        found.unwrap_or(Value::Undefined)
    }

    /// The element at that index of an array.
    pub(crate) fn element(&self, index: usize, version: Version) -> Value<'a> {
        let found = match self {
            Value::Array(elements) => elements.get(index).cloned(),
            Value::Json(json) => {
                json.items().nth(index).map(|item| Value::from_json(item, version))
            }
            _ => None,
        };
        found.unwrap_or(Value::Undefined)
    }

    /// Whether a payload that is not JSON stands somewhere inside.
    pub(crate) fn holds_bytes(&self) -> bool {
        match self {
            Value::Bytes(_) => true,
            Value::Array(elements) => elements.iter().any(Value::holds_bytes),
            Value::Object(members) => members.iter().any(|(_, value)| value.holds_bytes()),
            _ => false,
        }
    }

    /// A copy that borrows nothing.
    pub(crate) fn into_owned(self, version: Version) -> Value<'static> {
        match self {
            Value::Undefined | Value::Bytes(_) => Value::Undefined,
            Value::Null => Value::Null,
            Value::Boolean(boolean) => Value::Boolean(boolean),
            Value::Number(number) => Value::Number(number),
            Value::String(text) => Value::String(Cow::Owned(text.into_owned())),
            Value::Array(elements) => Value::Array(
                elements.into_iter().map(|element| element.into_owned(version)).collect(),
            ),
            Value::Object(members) => Value::Object(
                members
                    .into_iter()
                    .map(|(name, value)| (Cow::Owned(name.into_owned()), value.into_owned(version)))
                    .collect(),
            ),
            Value::Json(_) => match (self.elements(version), self.members(version)) {
                (Some(elements), _) => Value::Array(elements).into_owned(version),
                (None, members) => Value::Object(members.unwrap_or_default()).into_owned(version),
            },
        }
    }

    /// Appends the value as JSON. An Undefined member or element is left out.
    pub(crate) fn write(&self, out: &mut Vec<u8>, version: Version) {
        match self {
            Value::Undefined | Value::Null | Value::Bytes(_) => out.extend_from_slice(b"null"),
            Value::Boolean(true) => out.extend_from_slice(b"true"),
            Value::Boolean(false) => out.extend_from_slice(b"false"),
            Value::Number(number) => write_number(*number, out),
            Value::String(text) => write_string(text, out),
            Value::Json(json) => write_json(*json, out, version),
            Value::Array(elements) => {
                out.push(b'[');
                let defined = elements.iter().filter(|element| !element.is_undefined());
                for (at, element) in defined.enumerate() {
                    separate(at, out);
                    element.write(out, version);
                }
                out.push(b']');
            }
            Value::Object(members) => {
                out.push(b'{');
                let defined = members.iter().filter(|(_, value)| !value.is_undefined());
                for (at, (name, value)) in defined.enumerate() {
                    separate(at, out);
                    write_string(name, out);
                    out.push(b':');
                    value.write(out, version);
                }
                out.push(b'}');
            }
        }
    }

    /// As JSON text.
    pub fn to_json(&self, version: Version) -> String {
        let mut out = Vec::new();
        self.write(&mut out, version);
        // Every part was text before it was written.
        String::from_utf8(out).unwrap_or_default()
    }
}

fn separate(at: usize, out: &mut Vec<u8>) {
    if at > 0 {
        out.push(b',');
    }
}

fn write_number(number: Number, out: &mut Vec<u8>) {
    out.extend_from_slice(number.to_string().as_bytes());
}

/// Appends JSON as it was written, but for whole numbers where the version makes Ints of them.
pub(crate) fn write_json(json: Json<'_>, out: &mut Vec<u8>, version: Version) {
    if version.makes_whole_numbers_int() {
        write_whole_as_ints(json, out);
    } else {
        out.extend_from_slice(json.as_str().as_bytes());
    }
}

/// The members of an object without duplicates.
fn unique<'a>(entries: Entries<'a>, version: Version) -> Vec<(Cow<'a, str>, Value<'a>)> {
    let mut places: HashMap<Cow<'a, str>, usize> = HashMap::new();
    let mut members: Vec<(Cow<'a, str>, Value<'a>)> = Vec::new();
    for (key, json) in entries {
        let (name, value) = (key.to_text(), Value::from_json(json, version));
        match places.get(&name) {
            Some(place) => members[*place].1 = value,
            None => {
                places.insert(name.clone(), members.len());
                members.push((name, value));
            }
        }
    }
    members
}

/// Sets a member, in its place if there is one of that name.
pub(crate) fn put<'a>(
    members: &mut Vec<(Cow<'a, str>, Value<'a>)>,
    name: Cow<'a, str>,
    value: Value<'a>,
) {
    match members.iter_mut().find(|(key, _)| *key == name) {
        Some((_, held)) => *held = value,
        None => members.push((name, value)),
    }
}

/// As a stranger reads it: what a value is, in one short line.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Undefined => f.write_str("Undefined"),
            Value::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            value => f.write_str(&value.to_json(Version::V2015_10_08)),
        }
    }
}
