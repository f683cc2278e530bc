//! Names that hold a hash of what they stand for, and names of the template that stand for others now.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use serde_json::Value;

/// So much of a hash stands in a name.
const HASH_CHARACTERS: usize = 10;

/// SAM's own: the first characters of the SHA-1 of the JSON, without spaces and with sorted keys.
pub(crate) fn hash(value: &Value) -> String {
    let digest = digest(&SHA1_FOR_LEGACY_USE_ONLY, ascii(value).as_bytes());
    let mut text = stdx::hex::encode(digest.as_ref());
    text.truncate(HASH_CHARACTERS);
    text
}

/// Characters beyond ASCII as SAM's JSON writes them.
fn ascii(value: &Value) -> String {
    let mut text = String::new();
    for character in value.to_string().chars() {
        if character.is_ascii() {
            text.push(character);
            continue;
        }
        let mut units = [0; 2];
        for unit in character.encode_utf16(&mut units) {
            // Writing to a text cannot fail.
            write!(text, "\\u{unit:04x}").ok();
        }
    }
    text
}

/// Replaces names where they are referred to.
pub(crate) fn replace(value: &mut Value, names: &BTreeMap<String, String>) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(name)) = fields.get_mut("Ref") {
                set(name, names);
            }
            match fields.get_mut("Fn::GetAtt") {
                Some(Value::Array(parts)) => get_att(parts, names),
                Some(Value::String(text)) => {
                    if let Some((name, attribute)) = text.rsplit_once('.')
                        && let Some(new) = names.get(name)
                    {
                        *text = format!("{new}.{attribute}");
                    }
                }
                _ => {}
            }
            match fields.get_mut("Fn::Sub") {
                Some(Value::String(text)) => substitute(text, names),
                Some(Value::Array(parts)) => {
                    if let Some(Value::String(text)) = parts.first_mut() {
                        substitute(text, names);
                    }
                }
                _ => {}
            }
            match fields.get_mut("DependsOn") {
                Some(Value::String(name)) => set(name, names),
                Some(Value::Array(list)) => list.iter_mut().for_each(|name| {
                    if let Value::String(name) = name {
                        set(name, names);
                    }
                }),
                _ => {}
            }
            fields.values_mut().for_each(|value| replace(value, names));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, names)),
        _ => {}
    }
}

fn set(name: &mut String, names: &BTreeMap<String, String>) {
    if let Some(new) = names.get(name) {
        name.clone_from(new);
    }
}

/// `[Work.Version, Version]`, also spelt `[Work, Version.Version]`.
fn get_att(parts: &mut [Value], names: &BTreeMap<String, String>) {
    let [Value::String(name), Value::String(attribute)] = parts else { return };
    if let Some(new) = names.get(name) {
        name.clone_from(new);
    } else if let Some((property, rest)) = attribute.split_once('.')
        && let Some(new) = names.get(&format!("{name}.{property}"))
    {
        (*name, *attribute) = (new.clone(), rest.to_owned());
    }
}

fn substitute(text: &mut String, names: &BTreeMap<String, String>) {
    for (old, new) in names {
        *text = text.replace(&format!("${{{old}}}"), &format!("${{{new}}}"));
        *text = text.replace(&format!("${{{old}."), &format!("${{{new}."));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_replaced_wherever_they_are_referred_to() {
        let names = BTreeMap::from([
            ("Work.Alias".to_owned(), "WorkAliaslive".to_owned()),
            ("Layer".to_owned(), "Layer1".to_owned()),
        ]);
        let mut value = json!({
            "a": [{ "Ref": "Work.Alias" }, { "Ref": "Work" }, { "Ref": "Layer" }],
            "b": { "Fn::GetAtt": ["Work", "Alias.AliasArn"] },
            "c": { "Fn::Sub": "${Layer}/${Work.Alias}/${Work.Arn}/${Layers}" },
            "DependsOn": ["Layer", "Work"],
        });
        replace(&mut value, &names);
        let expected = json!({
            "a": [{ "Ref": "WorkAliaslive" }, { "Ref": "Work" }, { "Ref": "Layer1" }],
            "b": { "Fn::GetAtt": ["WorkAliaslive", "AliasArn"] },
            "c": { "Fn::Sub": "${Layer1}/${WorkAliaslive}/${Work.Arn}/${Layers}" },
            "DependsOn": ["Layer1", "Work"],
        });
        assert_eq!(value, expected);
    }
}
