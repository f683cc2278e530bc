//! A pattern: an object of the same shape as the events, with arrays of what is wanted at its leaves.

use serde_json::{Map, Value};

use crate::error::UnfitPattern;
use crate::matcher::Matcher;

/// Compiled from its JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern(Node);

/// All of it must fit.
#[derive(Clone, Debug, PartialEq)]
struct Node {
    fields: Vec<(String, Wanted)>,
    /// Of each, one must fit.
    alternatives: Vec<Vec<Node>>,
}

#[derive(Clone, Debug, PartialEq)]
enum Wanted {
    Within(Node),
    /// One of these must fit.
    One(Vec<Matcher>),
}

const OR: &str = "$or";

impl Pattern {
    pub fn parse(json: &str) -> Result<Pattern, UnfitPattern> {
        let value: Value =
            serde_json::from_str(json).map_err(|error| UnfitPattern::Json(error.to_string()))?;
        let Value::Object(object) = &value else { return Err(UnfitPattern::NoObject) };
        if object.is_empty() {
            return Err(UnfitPattern::NoObject);
        }
        Ok(Pattern(Node::read(object, "")?))
    }

    /// Whether an event is wanted.
    pub fn fits(&self, event: &Value) -> bool {
        self.0.fits(event)
    }
}

impl Node {
    fn read(object: &Map<String, Value>, at: &str) -> Result<Node, UnfitPattern> {
        let (mut fields, mut alternatives) = (Vec::new(), Vec::new());
        for (name, value) in object {
            let at = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
            match value {
                Value::Array(choices) if name == OR => {
                    alternatives.push(Node::read_choices(choices, &at)?);
                }
                _ if name == OR => return Err(UnfitPattern::Or),
                Value::Object(inner) if inner.is_empty() => {
                    return Err(UnfitPattern::Empty { at });
                }
                Value::Object(inner) => {
                    fields.push((name.clone(), Wanted::Within(Node::read(inner, &at)?)));
                }
                Value::Array(leaves) if leaves.is_empty() => {
                    return Err(UnfitPattern::Empty { at });
                }
                Value::Array(leaves) => {
                    let read = |leaf| Matcher::read(leaf, &at);
                    let matchers = leaves.iter().map(read).collect::<Result<_, _>>()?;
                    fields.push((name.clone(), Wanted::One(matchers)));
                }
                _ => return Err(UnfitPattern::Leaf { at }),
            }
        }
        Ok(Node { fields, alternatives })
    }

    fn read_choices(choices: &[Value], at: &str) -> Result<Vec<Node>, UnfitPattern> {
        if choices.len() < 2 {
            return Err(UnfitPattern::Or);
        }
        let read = |choice: &Value| match choice {
            Value::Object(object) if !object.is_empty() => Node::read(object, at),
            _ => Err(UnfitPattern::Or),
        };
        choices.iter().map(read).collect()
    }

    /// An array fits if one of its elements does.
    fn fits(&self, value: &Value) -> bool {
        match value {
            Value::Array(elements) => elements.iter().any(|element| self.fits(element)),
            Value::Object(object) => self.fits_object(object),
            _ => false,
        }
    }

    fn fits_object(&self, object: &Map<String, Value>) -> bool {
        let fits = |(name, wanted): &(String, Wanted)| match (wanted, object.get(name)) {
            (Wanted::Within(node), Some(value)) => node.fits(value),
            // Nothing within it is there.
            (Wanted::Within(node), None) => node.fits_object(&Map::new()),
            (Wanted::One(matchers), value) => one_fits(matchers, value),
        };
        self.fields.iter().all(fits)
            && self
                .alternatives
                .iter()
                .all(|nodes| nodes.iter().any(|node| node.fits_object(object)))
    }
}

fn one_fits(matchers: &[Matcher], value: Option<&Value>) -> bool {
    let mut leaves = Vec::new();
    value.into_iter().for_each(|value| gather(value, &mut leaves));
    if leaves.is_empty() {
        return matchers.contains(&Matcher::Exists(false));
    }
    leaves.into_iter().any(|leaf| matchers.iter().any(|matcher| matcher.fits(leaf)))
}

/// What an array holds is compared one by one; what is an object has no value of its own.
fn gather<'v>(value: &'v Value, leaves: &mut Vec<&'v Value>) {
    match value {
        Value::Array(elements) => elements.iter().for_each(|element| gather(element, leaves)),
        Value::Object(_) => {}
        leaf => leaves.push(leaf),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fits(pattern: &Value, event: &Value) -> bool {
        Pattern::parse(&pattern.to_string()).expect("a pattern").fits(event)
    }

    #[test]
    fn leaves_are_compared_as_the_guide_says() {
        let event = json!({
            "source": "aws.ec2", "count": 300, "ratio": 2.5, "on": true, "none": null,
            "ip": "10.0.0.200", "list": ["a", "b"], "empty": [],
            "detail": { "state": "Running", "tags": [{ "k": "a", "v": 1 }, { "k": "b", "v": 2 }] },
        });
        let cases = [
            (json!({ "source": ["aws.ec2", "x"] }), true),
            (json!({ "source": ["aws.s3"] }), false),
            (json!({ "count": [300] }), true),
            (json!({ "count": ["300"] }), false),
            (json!({ "on": [true], "none": [null] }), true),
            (json!({ "missing": [null] }), false),
            (json!({ "detail": { "state": ["Running"] } }), true),
            (json!({ "detail": { "state": [{ "prefix": "Run" }] } }), true),
            (
                json!({ "detail": { "state": [{ "prefix": { "equals-ignore-case": "RUN" } }] } }),
                true,
            ),
            (json!({ "detail": { "state": [{ "suffix": "ing" }] } }), true),
            (json!({ "detail": { "state": [{ "equals-ignore-case": "running" }] } }), true),
            (json!({ "detail": { "state": [{ "wildcard": "R*n*g" }] } }), true),
            (json!({ "detail": { "state": [{ "wildcard": "R*x" }] } }), false),
            (json!({ "source": [{ "anything-but": "aws.s3" }] }), true),
            (json!({ "source": [{ "anything-but": ["aws.ec2", "x"] }] }), false),
            (json!({ "source": [{ "anything-but": { "prefix": "aws" } }] }), false),
            (json!({ "source": [{ "anything-but": { "suffix": ["s3", "x"] } }] }), true),
            (json!({ "count": [{ "anything-but": 300 }] }), false),
            (json!({ "missing": [{ "anything-but": "x" }] }), false),
            (json!({ "count": [{ "numeric": [">", 0, "<=", 300] }] }), true),
            (json!({ "count": [{ "numeric": ["<", 300] }] }), false),
            (json!({ "ratio": [{ "numeric": ["=", 2.5] }] }), true),
            (json!({ "source": [{ "numeric": [">", 0] }] }), false),
            (json!({ "ip": [{ "cidr": "10.0.0.0/24" }] }), true),
            (json!({ "ip": [{ "cidr": "10.0.1.0/24" }] }), false),
            (json!({ "ip": [{ "exists": true }] }), true),
            (json!({ "ip": [{ "exists": false }] }), false),
            (json!({ "missing": [{ "exists": false }] }), true),
            (json!({ "empty": [{ "exists": false }] }), true),
            (json!({ "far": { "away": [{ "exists": false }] } }), true),
            (json!({ "far": { "away": ["x"] } }), false),
            (json!({ "list": ["b"] }), true),
            (json!({ "detail": { "tags": { "k": ["a"], "v": [1] } } }), true),
            (json!({ "detail": { "tags": { "k": ["a"], "v": [2] } } }), false),
            (json!({ "$or": [{ "source": ["x"] }, { "count": [300] }] }), true),
            (json!({ "$or": [{ "source": ["x"] }, { "count": [1] }] }), false),
            (json!({ "source": ["aws.ec2"], "$or": [{ "on": [false] }, { "on": [true] }] }), true),
        ];
        for (pattern, expected) in cases {
            assert_eq!(fits(&pattern, &event), expected, "{pattern}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused_with_its_place() {
        let cases = [
            ("{", "JSON"),
            ("[]", "object"),
            ("{}", "object"),
            (r#"{"a":"x"}"#, "a: must be an object or an array"),
            (r#"{"a":{"b":1}}"#, "a.b: must"),
            (r#"{"a":[]}"#, "a: must not be empty"),
            (r#"{"a":{}}"#, "a: must not be empty"),
            (r#"{"a":[{"like":"x"}]}"#, "like"),
            (r#"{"a":[{"prefix":1}]}"#, "prefix"),
            (r#"{"a":[{"prefix":"x","suffix":"y"}]}"#, "one"),
            (r#"{"a":[{"numeric":[">"]}]}"#, "numeric"),
            (r#"{"a":[{"numeric":["~",1]}]}"#, "numeric"),
            (r#"{"a":[{"numeric":["<",1,"<",2]}]}"#, "numeric"),
            (r#"{"a":[{"cidr":"10.0.0.0/33"}]}"#, "cidr"),
            (r#"{"a":[{"exists":"yes"}]}"#, "exists"),
            (r#"{"a":[{"wildcard":"a**b"}]}"#, "wildcard"),
            (r#"{"a":[{"anything-but":{"numeric":[1]}}]}"#, "anything-but"),
            (r#"{"a":[{"anything-but":[]}]}"#, "anything-but"),
            (r#"{"a":[["x"]]}"#, "array"),
            (r#"{"$or":[{"a":["x"]}]}"#, "$or"),
            (r#"{"$or":"x"}"#, "$or"),
        ];
        for (text, expected) in cases {
            let refused = Pattern::parse(text).expect_err(text).to_string();
            assert!(refused.contains(expected), "{text}: {refused}");
        }
    }
}
