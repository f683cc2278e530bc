//! The query protocol on its way in: a form whose names spell paths, as `Tags.member.1.Key`.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::error::AwsError;

/// The deepest path that is read; AWS's own go no deeper than a few.
const DEPTH_MAX: usize = 16;

/// What a request says beside its input.
const ENVELOPE: &[&str] = &["Action", "Version"];

/// The fields of a form, in the order sent.
pub(crate) type Form = Vec<(String, String)>;

#[derive(Default)]
struct Node {
    text: Option<String>,
    children: BTreeMap<String, Node>,
}

/// Reads a form, from a body or a query. The signature of a presigned request is not a part of it.
pub(crate) fn parse_form(text: &str) -> Result<Form, AwsError> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    let mut form = Form::new();
    for pair in pairs {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decode(name)?;
        if !name.to_ascii_lowercase().starts_with("x-amz-") {
            form.push((name, decode(value)?));
        }
    }
    Ok(form)
}

/// The operation that a form names.
pub(crate) fn action(form: &Form) -> Option<&str> {
    form.iter().find(|(name, _)| name == "Action").map(|(_, value)| value.as_str())
}

/// The input that a form spells: objects, lists and texts.
pub(crate) fn input(form: &Form) -> Result<Value, AwsError> {
    let mut root = Node::default();
    for (name, value) in form {
        if !ENVELOPE.contains(&name.as_str()) {
            root.insert(name, value)?;
        }
    }
    match root.children.is_empty() {
        true => Ok(Value::Object(Map::new())),
        false => Ok(root.into_value()),
    }
}

impl Node {
    fn insert(&mut self, name: &str, value: &str) -> Result<(), AwsError> {
        if name.split('.').count() > DEPTH_MAX {
            return Err(malformed(format!("the parameter {name:?} is too deep")));
        }
        let node = name
            .split('.')
            .fold(self, |node, part| node.children.entry(part.to_owned()).or_default());
        match node.text.replace(value.to_owned()) {
            Some(_) => Err(malformed(format!("the parameter {name:?} comes twice"))),
            None => Ok(()),
        }
    }

    fn into_value(mut self) -> Value {
        if self.children.is_empty() {
            return Value::String(self.text.unwrap_or_default());
        }
        // A list's members stand below `member`, a map's entries below `entry`.
        if self.children.len() == 1 {
            for frame in ["member", "entry"] {
                if let Some(framed) = self.children.remove(frame) {
                    return framed.into_value();
                }
            }
        }
        let numbers: Option<BTreeMap<u32, &String>> =
            self.children.keys().map(|key| Some((key.parse().ok()?, key))).collect();
        match numbers {
            Some(numbers) => {
                let order: Vec<String> = numbers.into_values().cloned().collect();
                let items = order.iter().filter_map(|key| self.children.remove(key));
                list_or_map(items.map(Node::into_value).collect())
            }
            None => Value::Object(
                self.children.into_iter().map(|(key, node)| (key, node.into_value())).collect(),
            ),
        }
    }
}

/// A list whose items are all a `key` and a `value` is a map.
fn list_or_map(items: Vec<Value>) -> Value {
    let entry = |item: &Value| {
        let item = item.as_object().filter(|item| item.len() == 2)?;
        Some((item.get("key")?.as_str()?.to_owned(), item.get("value")?.clone()))
    };
    let entries: Option<Map<String, Value>> = items.iter().map(entry).collect();
    match entries {
        Some(entries) if entries.len() == items.len() && !items.is_empty() => {
            Value::Object(entries)
        }
        _ => Value::Array(items),
    }
}

/// A list; clients spell an empty one as an empty text.
pub(crate) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    match Value::deserialize(deserializer)? {
        Value::String(text) if text.is_empty() => Ok(Vec::new()),
        value => serde_json::from_value(value).map_err(serde::de::Error::custom),
    }
}

/// A list that may be left out; clients spell an empty one as an empty text.
pub(crate) fn some_list<'de, D, T>(deserializer: D) -> Result<Option<Vec<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    list(deserializer).map(Some)
}

fn decode(text: &str) -> Result<String, AwsError> {
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8();
    decoded
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| malformed("a parameter is no UTF-8".to_owned()))
}

fn malformed(message: String) -> AwsError {
    AwsError::new(400, "MalformedQueryString", message)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(text: &str) -> Value {
        input(&parse_form(text).expect("a form")).expect("an input")
    }

    #[test]
    fn names_spell_objects_lists_and_maps() {
        for (form, expected) in [
            ("Action=A&Version=1", json!({})),
            ("Action=A&UserName=a%2Bb+c", json!({"UserName": "a+b c"})),
            (
                "Tags.member.1.Key=a&Tags.member.1.Value=&Tags.member.2.Key=b",
                json!({"Tags": [{"Key": "a", "Value": ""}, {"Key": "b"}]}),
            ),
            ("Keys.member.10=j&Keys.member.9=i", json!({"Keys": ["i", "j"]})),
            ("Keys=", json!({"Keys": ""})),
            ("Name.1=a&Name.2=b", json!({"Name": ["a", "b"]})),
            (
                "Attributes.entry.1.key=a&Attributes.entry.1.value=1",
                json!({"Attributes": {"a": "1"}}),
            ),
            ("X-Amz-Signature=x&Action=A&X=1", json!({"X": "1"})),
        ] {
            assert_eq!(read(form), expected, "{form}");
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        assert!(input(&parse_form("A=1&A=2").expect("a form")).is_err());
        assert!(input(&parse_form(&format!("{}=1", "a.".repeat(20))).expect("a form")).is_err());
        assert!(parse_form("A=%ff").is_err());
    }

    #[test]
    fn an_empty_text_is_an_empty_list() {
        #[derive(Debug, Deserialize)]
        struct Input {
            #[serde(default, deserialize_with = "list")]
            keys: Vec<String>,
        }
        for (json, expected) in [
            (json!({}), vec![]),
            (json!({"keys": ""}), vec![]),
            (json!({"keys": ["a"]}), vec!["a"]),
        ] {
            assert_eq!(serde_json::from_value::<Input>(json).expect("an input").keys, expected);
        }
    }
}
