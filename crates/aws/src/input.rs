//! From a request to the fields of an input: path, query, headers and JSON body as one object.

use percent_encoding::percent_decode_str;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::error::AwsError;
use crate::head::Head;
use crate::operation::{Body, Row};

/// What a path template captured: `{thingName}` of `/things/{thingName}`.
pub(crate) type Captures = Vec<(&'static str, String)>;

/// The fields that `template` captures from `path`, if it is such a path. Segments are compared as
/// sent, so that a name may hold an encoded slash; `{topic+}` captures all that are left.
pub(crate) fn match_path(template: &'static str, path: &str) -> Option<Captures> {
    // Most of the templates that are tried begin otherwise, which is soon seen.
    let fixed = template.split('{').next().unwrap_or_default();
    if !path.starts_with(fixed) {
        return None;
    }
    let mut captures = Captures::new();
    let mut segments = path.split('/');
    for expected in template.split('/') {
        if let Some(field) = expected.strip_prefix('{').and_then(|it| it.strip_suffix("+}")) {
            let rest: Vec<&str> = segments.collect();
            captures.push((field, decode(&rest.join("/")).filter(|rest| !rest.is_empty())?));
            return Some(captures);
        }
        let segment = segments.next()?;
        match expected.strip_prefix('{').and_then(|field| field.strip_suffix('}')) {
            Some(field) if !segment.is_empty() => captures.push((field, decode(segment)?)),
            None if expected == segment => {}
            _ => return None,
        }
    }
    segments.next().is_none().then_some(captures)
}

/// Gathers the input of an operation.
pub(crate) fn gather(
    row: &Row,
    captures: Captures,
    head: &Head<'_>,
    body: &[u8],
) -> Result<Value, AwsError> {
    let is_signature = |name: &str| name.to_ascii_lowercase().starts_with("x-amz-");
    let mut fields = match row.body {
        Body::Fields => parse_body(body)?,
        Body::Payload => Map::new(),
    };
    for (field, value) in captures {
        fields.insert(field.to_owned(), Value::String(value));
    }
    for (name, value) in query_pairs(head.query).filter(|(name, _)| !is_signature(name)) {
        let field = row.query.iter().find(|(known, _)| *known == name).map(|(_, field)| *field);
        let field = field.ok_or_else(|| {
            AwsError::invalid_request(format!(
                "the query parameter {name} is not known to {}",
                row.name
            ))
        })?;
        // One that comes again is a list.
        match fields.get_mut(field) {
            Some(Value::Array(list)) => list.push(Value::String(value)),
            Some(first) => *first = Value::Array(vec![first.take(), Value::String(value)]),
            None => drop(fields.insert(field.to_owned(), Value::String(value))),
        }
    }
    for (name, field) in row.headers {
        if let Some(value) = head.first(name) {
            fields.insert((*field).to_owned(), Value::String(value.to_owned()));
        }
    }
    Ok(Value::Object(fields))
}

fn parse_body(body: &[u8]) -> Result<Map<String, Value>, AwsError> {
    if body.is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(AwsError::serialization("the body is JSON but no object".to_owned())),
        Err(error) => Err(AwsError::serialization(format!("the body is no JSON: {error}"))),
    }
}

fn query_pairs(query: &str) -> impl Iterator<Item = (String, String)> + '_ {
    query.split('&').filter(|pair| !pair.is_empty()).filter_map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        Some((decode(name)?, decode(value)?))
    })
}

fn decode(text: &str) -> Option<String> {
    percent_decode_str(text).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

/// For lists that stand in the query: what comes once is a text.
pub(crate) fn one_or_more<'de, D>(deserializer: D) -> Result<Vec<String>, D::Error>
where
    D: Deserializer<'de>,
{
    match Value::deserialize(deserializer)? {
        Value::String(one) => Ok(vec![one]),
        list => serde_json::from_value(list).map_err(serde::de::Error::custom),
    }
}

/// For numbers and booleans, which come as text when they stand in the query.
pub(crate) fn from_text<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: serde::de::DeserializeOwned,
{
    let value = match Value::deserialize(deserializer)? {
        Value::String(text) => {
            let what = || format!("{text:?} is neither a number nor true or false");
            serde_json::from_str(&text.to_ascii_lowercase())
                .map_err(|_| serde::de::Error::custom(what()))?
        }
        other => other,
    };
    serde_json::from_value(value).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_captures_segments_as_they_were_meant() {
        let template = "/things/{thingName}/principals";
        let captured = match_path(template, "/things/a%2Fb/principals").expect("matches");
        assert_eq!(captured, [("thingName", "a/b".to_owned())]);
        for other in
            ["/things//principals", "/things/a", "/things/a/principals/", "/x/a/principals"]
        {
            assert_eq!(match_path(template, other), None, "{other}");
        }
        for (path, topic) in [
            ("/topics/a/b", Some("a/b")),
            ("/topics/a%2Fb//c/", Some("a/b//c/")),
            ("/topics/", None),
        ] {
            let captured = match_path("/topics/{topic+}", path);
            assert_eq!(captured, topic.map(|topic| vec![("topic", topic.to_owned())]), "{path}");
        }
    }
}
