//! MQTT 5's user properties as the data plane writes them: a JSON list of objects with one field,
//! in base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use crate::error::AwsError;

pub(crate) fn encode(properties: &[(String, String)]) -> String {
    let object = |(name, value): &(String, String)| {
        Value::Object(Map::from_iter([(name.clone(), Value::from(value.as_str()))]))
    };
    STANDARD.encode(properties.iter().map(object).collect::<Value>().to_string())
}

pub(crate) fn decode(text: &str) -> Result<Vec<(String, String)>, AwsError> {
    let wrong = || {
        AwsError::invalid_request(
            "userProperties must be a JSON list of objects with one text field, in base64",
        )
    };
    let json = STANDARD.decode(text).map_err(|_| wrong())?;
    let list = match serde_json::from_slice(&json).map_err(|_| wrong())? {
        // Who hands boto3 the JSON that AWS's page asks for, and not a list, sends it quoted.
        Value::String(quoted) => serde_json::from_str(&quoted).map_err(|_| wrong())?,
        list => list,
    };
    let objects: Vec<Map<String, Value>> = serde_json::from_value(list).map_err(|_| wrong())?;
    let pair = |object: Map<String, Value>| {
        let mut fields = object.into_iter();
        match (fields.next(), fields.next()) {
            (Some((name, Value::String(value))), None) => Ok((name, value)),
            _ => Err(wrong()),
        }
    };
    objects.into_iter().map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_nothing_else() {
        let properties = [("a".to_owned(), "1".to_owned()), ("a".to_owned(), "ü".to_owned())];
        assert_eq!(decode(&encode(&properties)).expect("read"), properties);
        assert_eq!(
            decode(&STANDARD.encode(r#""[{\"a\":\"1\"}]""#)).expect("read"),
            properties[..1]
        );
        for json in ["{}", "[1]", r#"[{"a":1}]"#, r#"[{"a":"1","b":"2"}]"#, "[{}]", "["] {
            decode(&STANDARD.encode(json)).expect_err(json);
        }
        decode("no base64").expect_err("refused");
    }
}
