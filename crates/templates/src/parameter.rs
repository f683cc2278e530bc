//! Parameters of a template, and whether a value is what one takes.

use std::collections::BTreeMap;

use regex::Regex;
use serde_json::{Map, Value};

use crate::error::TemplateError;
use crate::template::{Template, object, only, text};

const FIELDS: &[&str] = &[
    "AllowedPattern",
    "AllowedValues",
    "ConstraintDescription",
    "Default",
    "Description",
    "MaxLength",
    "MaxValue",
    "MinLength",
    "MinValue",
    "NoEcho",
    "Type",
];
/// AWS's limit.
const VALUE_BYTES_MAX: usize = 4_096;
const STORED_PREFIX: &str = "AWS::SSM::Parameter::Value<";

#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    pub kind: String,
    pub default: Option<String>,
    pub description: Option<String>,
    pub is_secret: bool,
    pub constraint_description: Option<String>,
    pub allowed_values: Vec<String>,
    allowed_pattern: Option<String>,
    /// Of its length.
    lengths: (Option<f64>, Option<f64>),
    /// Of its value.
    range: (Option<f64>, Option<f64>),
}

impl Parameter {
    pub(crate) fn read(value: &Value, path: &str) -> Result<Parameter, TemplateError> {
        let fields = object(value, path)?;
        only(fields, path, FIELDS)?;
        let missing =
            || TemplateError::at(path, "Every Parameters object must contain a Type member.");
        let kind = text(fields, "Type", path)?.ok_or_else(missing)?;
        if !is_known(&kind) {
            let what = format!("Unrecognized parameter type: {kind}");
            return Err(TemplateError::at(&format!("{path}/Type"), what));
        }
        let allowed_values = match fields.get("AllowedValues") {
            None => Vec::new(),
            Some(Value::Array(values)) => values.iter().filter_map(as_text).collect(),
            Some(_) => {
                return Err(TemplateError::at(&format!("{path}/AllowedValues"), "must be a list"));
            }
        };
        let bound = |name: &str| bound(fields, name, path);
        Ok(Parameter {
            kind,
            default: fields.get("Default").and_then(as_text),
            description: text(fields, "Description", path)?,
            is_secret: fields.get("NoEcho").and_then(as_text).is_some_and(|text| text == "true"),
            constraint_description: text(fields, "ConstraintDescription", path)?,
            allowed_values,
            allowed_pattern: text(fields, "AllowedPattern", path)?,
            lengths: (bound("MinLength")?, bound("MaxLength")?),
            range: (bound("MinValue")?, bound("MaxValue")?),
        })
    }

    /// Whether its value is the name of a stored parameter, whose value is meant.
    pub fn is_stored_elsewhere(&self) -> bool {
        self.kind.starts_with(STORED_PREFIX)
    }

    /// The value that `Ref` gives.
    pub(crate) fn value_of(&self, text: &str) -> Value {
        let is_list = self.kind == "CommaDelimitedList" || self.kind.contains("List<");
        match is_list {
            true if text.is_empty() => Value::Array(Vec::new()),
            true => text.split(',').map(|item| Value::from(item.trim())).collect(),
            false => Value::from(text),
        }
    }

    fn check(&self, name: &str, text: &str) -> Result<(), TemplateError> {
        let refuse = |why: String| {
            let why = match &self.constraint_description {
                Some(constraint) => format!("failed to satisfy constraint: {constraint}"),
                None => why,
            };
            Err(TemplateError::Parameter { name: name.to_owned(), why })
        };
        if text.len() > VALUE_BYTES_MAX {
            return refuse(format!("must be at most {VALUE_BYTES_MAX} bytes"));
        }
        let items: Vec<&str> = match self.value_of(text) {
            Value::Array(_) => text.split(',').map(str::trim).collect(),
            _ => vec![text],
        };
        for item in items {
            if !self.allowed_values.is_empty()
                && !self.allowed_values.iter().any(|value| value == item)
            {
                return refuse("must be one of AllowedValues".to_owned());
            }
            if !self.is_of_pattern(name, item)? {
                return refuse(format!(
                    "must match pattern {}",
                    self.allowed_pattern.as_deref().unwrap_or_default()
                ));
            }
            if self.kind.contains("Number") {
                let Ok(number) = item.parse::<f64>() else {
                    return refuse("must be a number".to_owned());
                };
                if !is_within(number, self.range) {
                    return refuse(format!("must be a number{}", range_words(self.range)));
                }
            } else if !is_within(item.chars().count() as f64, self.lengths) {
                return refuse(format!("must have a length{}", range_words(self.lengths)));
            }
        }
        Ok(())
    }

    fn is_of_pattern(&self, name: &str, text: &str) -> Result<bool, TemplateError> {
        let Some(pattern) = &self.allowed_pattern else { return Ok(true) };
        let compiled =
            Regex::new(&format!("^(?:{pattern})$")).map_err(|error| TemplateError::Parameter {
                name: name.to_owned(),
                why: format!("has an AllowedPattern that cannot be read: {error}"),
            })?;
        Ok(compiled.is_match(text))
    }
}

/// The value of each parameter, given or by default, as a text.
pub fn parameter_values(
    template: &Template,
    given: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, TemplateError> {
    let unknown = given.keys().filter(|name| !template.parameters.contains_key(*name));
    let unknown: Vec<String> = unknown.cloned().collect();
    if !unknown.is_empty() {
        return Err(TemplateError::UnknownParameters { names: unknown });
    }
    let (mut values, mut missing) = (BTreeMap::new(), Vec::new());
    for (name, parameter) in &template.parameters {
        match given.get(name).or(parameter.default.as_ref()) {
            Some(text) => {
                // What is stored elsewhere may be of any form.
                if !parameter.is_stored_elsewhere() {
                    parameter.check(name, text)?;
                }
                values.insert(name.clone(), text.clone());
            }
            None => missing.push(name.clone()),
        }
    }
    match missing.is_empty() {
        true => Ok(values),
        false => Err(TemplateError::NoValue { names: missing }),
    }
}

fn is_known(kind: &str) -> bool {
    let inner =
        kind.strip_prefix(STORED_PREFIX).and_then(|rest| rest.strip_suffix('>')).unwrap_or(kind);
    let item = inner.strip_prefix("List<").and_then(|rest| rest.strip_suffix('>')).unwrap_or(inner);
    matches!(item, "String" | "Number" | "CommaDelimitedList") || item.starts_with("AWS::")
}

fn bound(
    fields: &Map<String, Value>,
    name: &str,
    path: &str,
) -> Result<Option<f64>, TemplateError> {
    let Some(value) = fields.get(name) else { return Ok(None) };
    let number = as_text(value).and_then(|text| text.parse().ok());
    number.map(Some).ok_or_else(|| TemplateError::at(&format!("{path}/{name}"), "must be a number"))
}

fn is_within(number: f64, (least, most): (Option<f64>, Option<f64>)) -> bool {
    least.is_none_or(|least| number >= least) && most.is_none_or(|most| number <= most)
}

fn range_words((least, most): (Option<f64>, Option<f64>)) -> String {
    let least = least.map(|least| format!(" not less than {least}")).unwrap_or_default();
    let most = most.map(|most| format!(" not greater than {most}")).unwrap_or_default();
    least + &most
}

pub(crate) fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}
