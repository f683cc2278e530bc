//! A text with holes: `{"state": <state>}` or `"It is <state> now."`
//!
//! A hole within quotes takes a text as it is; elsewhere it takes JSON, and a text gets its quotes.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::path::{Path, UnfitPath};

/// AWS's limits.
const VARIABLES_MAX: usize = 100;
const CHARACTERS_MAX: usize = 8_192;

/// What AWS fills by itself.
const OWN: &str = "aws.events.";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    variables: BTreeMap<String, Path>,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Hole { name: String, is_quoted: bool },
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnfitTemplate {
    #[error("at most {VARIABLES_MAX} variables")]
    TooMany,
    #[error("at most {CHARACTERS_MAX} characters")]
    TooLong,
    #[error(
        "variables must not be called '{0}': names are letters, digits, '_' and '-', not of AWS"
    )]
    Name(String),
    #[error("variable '{name}': {error}")]
    Path { name: String, error: UnfitPath },
    #[error("there is no variable '{0}'")]
    Unknown(String),
}

impl Template {
    pub fn parse(
        text: &str,
        variables: &BTreeMap<String, String>,
    ) -> Result<Template, UnfitTemplate> {
        if variables.len() > VARIABLES_MAX {
            return Err(UnfitTemplate::TooMany);
        }
        if text.chars().count() > CHARACTERS_MAX {
            return Err(UnfitTemplate::TooLong);
        }
        let mut paths = BTreeMap::new();
        for (name, path) in variables {
            let is_own = name.to_ascii_lowercase().starts_with("aws");
            if is_own || !is_name(name) || name.contains('.') {
                return Err(UnfitTemplate::Name(name.clone()));
            }
            let path = Path::parse(path);
            let path = path.map_err(|error| UnfitTemplate::Path { name: name.clone(), error })?;
            paths.insert(name.clone(), path);
        }
        let parts = parts(text);
        for part in &parts {
            if let Part::Hole { name, .. } = part
                && !paths.contains_key(name)
                && !name.starts_with(OWN)
            {
                return Err(UnfitTemplate::Unknown(name.clone()));
            }
        }
        Ok(Template { variables: paths, parts })
    }

    /// The text for an event. `own` knows what AWS fills: `aws.events.rule-arn`.
    pub fn fill(&self, event: &Value, own: impl Fn(&str) -> Option<Value>) -> String {
        let mut filled = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => filled.push_str(text),
                Part::Hole { name, is_quoted } => {
                    let found = match self.variables.get(name) {
                        Some(path) => path.find(event).cloned(),
                        None => own(name),
                    };
                    // Nothing is there: AWS leaves the hole empty.
                    let value = found.unwrap_or_else(|| Value::from(""));
                    filled.push_str(&written(&value, *is_quoted));
                }
            }
        }
        filled
    }
}

fn written(value: &Value, is_quoted: bool) -> String {
    if !is_quoted {
        return value.to_string();
    }
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let json = Value::from(text).to_string();
    json[1..json.len() - 1].to_owned()
}

fn is_name(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    !text.is_empty() && text.chars().all(is_plain)
}

fn parts(text: &str) -> Vec<Part> {
    let (mut parts, mut plain, mut is_quoted) = (Vec::new(), String::new(), false);
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let hole = rest.strip_prefix('<').and_then(|inner| inner.split_once('>'));
        if let Some((name, behind)) = hole.filter(|(name, _)| is_name(name)) {
            parts.push(Part::Text(std::mem::take(&mut plain)));
            parts.push(Part::Hole { name: name.to_owned(), is_quoted });
            rest = behind;
            continue;
        }
        // What is escaped ends no quotes.
        let taken =
            if character == '\\' { rest.chars().take(2).collect() } else { character.to_string() };
        is_quoted ^= character == '"';
        plain.push_str(&taken);
        rest = &rest[taken.len()..];
    }
    parts.push(Part::Text(plain));
    parts
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn template(text: &str) -> Result<Template, UnfitTemplate> {
        let paths = [("state", "$.detail.state"), ("n", "$.n"), ("all", "$.detail")];
        let paths = paths.map(|(name, path)| (name.to_owned(), path.to_owned()));
        Template::parse(text, &BTreeMap::from(paths))
    }

    #[test]
    fn holes_are_filled_as_where_they_stand() {
        let event = json!({ "n": 7, "detail": { "state": "on \"now\"" } });
        let own = |name: &str| (name == "aws.events.rule-name").then(|| json!("r"));
        let cases = [
            (r#"{"s": <state>, "n": <n>}"#, r#"{"s": "on \"now\"", "n": 7}"#),
            (r#""It is <state>, <n>.""#, r#""It is on \"now\", 7.""#),
            (r#"{"d": <all>}"#, r#"{"d": {"state":"on \"now\""}}"#),
            (r#"{"r": <aws.events.rule-name>}"#, r#"{"r": "r"}"#),
            (r#"{"x": "a \" <n>", "y": <n>}"#, r#"{"x": "a \" 7", "y": 7}"#),
            ("1 < 2 > 1", "1 < 2 > 1"),
            (r#"{"o": <aws.events.event>}"#, r#"{"o": ""}"#),
        ];
        for (text, expected) in cases {
            let filled = template(text).expect(text).fill(&event, own);
            assert_eq!(filled, expected, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_filled_is_refused() {
        let refused = |text: &str| template(text).expect_err(text).to_string();
        assert!(refused("<nope>").contains("'nope'"));
        let with = |name: &str, path: &str| {
            let variables = BTreeMap::from([(name.to_owned(), path.to_owned())]);
            Template::parse("x", &variables).expect_err(name).to_string()
        };
        assert!(with("aws", "$.a").contains("'aws'"));
        assert!(with("a b", "$.a").contains("'a b'"));
        assert!(with("a", "x").contains("'x'"));
    }
}
