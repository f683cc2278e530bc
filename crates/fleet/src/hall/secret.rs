//! What a rule sees of a secret.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rules::SecretKind;
use secrets::{Secret, Value};
use serde_json::json;
use serde_json::value::RawValue;

/// The value that `get_secret` asks for, as JSON; nothing where the secret has no such key.
pub(crate) fn part(
    value: Value,
    kind: SecretKind,
    key: Option<&str>,
) -> Result<Option<String>, String> {
    match (kind, value, key) {
        (SecretKind::SecretString, Value::Text(text), None) => {
            // One that was made as an object is one.
            let is_object = members(&text).is_some();
            Ok(Some(if is_object { text } else { json!(text).to_string() }))
        }
        (SecretKind::SecretString, Value::Text(text), Some(key)) => {
            let members = members(&text);
            let members = members
                .ok_or_else(|| format!("the secret is no JSON object, so it has no key {key}"))?;
            Ok(members.get(key).map(|value| value.get().to_owned()))
        }
        (SecretKind::SecretBinary, Value::Binary(bytes), None) => {
            Ok(Some(json!(STANDARD.encode(bytes)).to_string()))
        }
        (SecretKind::SecretBinary, Value::Binary(_), Some(_)) => {
            Err("a secret of the type SecretBinary has no keys".to_owned())
        }
        (SecretKind::SecretString, Value::Binary(_), _) => {
            Err("the secret is binary: its type is SecretBinary".to_owned())
        }
        (SecretKind::SecretBinary, Value::Text(_), _) => {
            Err("the secret is text: its type is SecretString".to_owned())
        }
    }
}

/// The condition keys that follow from a secret, as policies name them.
pub(crate) fn keys(secret: &Secret) -> Vec<(String, String)> {
    let tags = secret.tags.iter().flat_map(|(tag, value)| {
        let tag = tag.to_ascii_lowercase();
        let keys = [format!("aws:resourcetag/{tag}"), format!("secretsmanager:resourcetag/{tag}")];
        keys.map(|key| (key, value.clone()))
    });
    let id = ("secretsmanager:secretid".to_owned(), secret.arn.clone());
    std::iter::once(id).chain(tags).collect()
}

/// The members of an object, as they are written.
fn members(text: &str) -> Option<BTreeMap<String, &RawValue>> {
    serde_json::from_str(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_seen_as_its_type_and_key_say() {
        let text = |text: &str| Value::Text(text.to_owned());
        let object = text(r#"{"api": "k-1", "n": 1.2345678901234567890, "deep": {"a": true}}"#);
        let binary = Value::Binary(vec![0, 255]);
        let (as_text, as_binary) = (SecretKind::SecretString, SecretKind::SecretBinary);
        let some = |text: &str| Ok(Some(text.to_owned()));
        for (value, kind, key, expected) in [
            (&object, as_text, Some("api"), some("\"k-1\"")),
            (&object, as_text, Some("n"), some("1.2345678901234567890")),
            (&object, as_text, Some("deep"), some(r#"{"a": true}"#)),
            (&object, as_text, Some("none"), Ok(None)),
            (&text(r#"{"a":1.50}"#), as_text, None, some(r#"{"a":1.50}"#)),
            (&text("open \"sesame\""), as_text, None, some(r#""open \"sesame\"""#)),
            (&text("[1]"), as_text, None, some("\"[1]\"")),
            (&text("12"), as_text, None, some("\"12\"")),
            (&binary, as_binary, None, some("\"AP8=\"")),
        ] {
            assert_eq!(part(value.clone(), kind, key), expected, "{kind:?} {key:?}");
        }
        for (value, kind, key) in [
            (&text("plain"), as_text, Some("a")),
            (&text("[1]"), as_text, Some("a")),
            (&binary, as_binary, Some("a")),
            (&binary, as_text, None),
            (&object, as_binary, None),
        ] {
            assert!(part(value.clone(), kind, key).is_err(), "{kind:?} {key:?}");
        }
    }
}
