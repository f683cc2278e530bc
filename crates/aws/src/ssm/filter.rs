//! Filters of lists of parameters.

use std::collections::BTreeMap;

use parameters::{Kind, Parameter};
use serde::Deserialize;

use super::words::KEY;
use crate::error::AwsError;

/// `{"Key": "Name", "Option": "BeginsWith", "Values": ["/prod"]}`
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Filter {
    key: String,
    option: Option<String>,
    #[serde(default)]
    values: Vec<String>,
}

/// The same in an older form: `{"Key": "Name", "Values": ["prod"]}`
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct OldFilter {
    key: String,
    values: Vec<String>,
}

/// Filters that all must hold.
#[derive(Debug)]
pub(super) struct Filters(Vec<Known>);

#[derive(Debug)]
struct Known {
    key: Key,
    option: Compares,
    values: Vec<String>,
}

#[derive(Debug, PartialEq)]
enum Key {
    Name,
    Type,
    SealedWith,
    Path,
    Tier,
    DataType,
    Tag(String),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Compares {
    Equals,
    BeginsWith,
    Contains,
    OneLevel,
    Recursive,
}

impl Filters {
    /// Of what is listed below a path.
    pub(super) fn of_path(filters: Vec<Filter>) -> Result<Filters, AwsError> {
        Filters::read(filters, &["Type", "KeyId"])
    }

    /// Of all parameters, in both forms.
    pub(super) fn of_list(old: Vec<OldFilter>, new: Vec<Filter>) -> Result<Filters, AwsError> {
        if !old.is_empty() && !new.is_empty() {
            let message = "You can use either Filters or ParameterFilters in a single request.";
            return Err(AwsError::new(400, "ValidationException", message));
        }
        let newer = |OldFilter { key, values }| {
            let option = Some("BeginsWith".to_owned());
            Filter { key, option, values }
        };
        let filters = new.into_iter().chain(old.into_iter().map(newer)).collect();
        Filters::read(filters, &["Name", "Type", "KeyId", "Path", "Tier", "DataType", "tag:"])
    }

    fn read(filters: Vec<Filter>, allowed: &[&str]) -> Result<Filters, AwsError> {
        filters
            .into_iter()
            .map(|filter| Known::read(filter, allowed))
            .collect::<Result<_, _>>()
            .map(Filters)
    }

    pub(super) fn hold_of(&self, parameter: &Parameter, tags: &BTreeMap<String, String>) -> bool {
        self.0.iter().all(|filter| filter.holds_of(parameter, tags))
    }
}

impl Known {
    fn read(filter: Filter, allowed: &[&str]) -> Result<Known, AwsError> {
        let Filter { key, option, values } = filter;
        let refused = |code, message: String| Err(AwsError::new(400, code, message));
        let is_allowed =
            |name: &&&str| key == **name || (**name == "tag:" && key.starts_with("tag:"));
        if allowed.iter().find(is_allowed).is_none() {
            let allowed = allowed.join(", ");
            let message = format!(
                "The following filter key is not valid: {key}. Valid filter keys include: [{allowed}]."
            );
            return refused("InvalidFilterKey", message);
        }
        let known = match key.as_str() {
            "Name" => Key::Name,
            "Type" => Key::Type,
            "KeyId" => Key::SealedWith,
            "Path" => Key::Path,
            "Tier" => Key::Tier,
            "DataType" => Key::DataType,
            tag => Key::Tag(tag.trim_start_matches("tag:").to_owned()),
        };
        let is_path = known == Key::Path;
        let option = match (option.as_deref(), is_path) {
            (None | Some("Equals"), false) => Compares::Equals,
            (Some("BeginsWith"), false) => Compares::BeginsWith,
            (Some("Contains"), false) if known == Key::Name => Compares::Contains,
            (None | Some("OneLevel"), true) => Compares::OneLevel,
            (Some("Recursive"), true) => Compares::Recursive,
            (Some(other), _) => {
                let message =
                    format!("The following filter option is not valid: {other}. Key: {key}");
                return refused("InvalidFilterOption", message);
            }
        };
        if values.is_empty() && !matches!(known, Key::Tag(_)) {
            let message =
                "The following filter values are missing : null for filter key ".to_owned();
            return refused("InvalidFilterValue", message + &key);
        }
        Ok(Known { key: known, option, values })
    }

    fn holds_of(&self, parameter: &Parameter, tags: &BTreeMap<String, String>) -> bool {
        let version = &parameter.version;
        match &self.key {
            Key::Name => self.is_met_by(parameter.name.as_str()),
            Key::Type => self.is_met_by(parameter.kind.name()),
            Key::SealedWith => parameter.kind == Kind::SecureString && self.is_met_by(KEY),
            Key::Path => self.is_met_by(parameter.name.as_str()),
            Key::Tier => self.is_met_by(version.tier.name()),
            Key::DataType => self.is_met_by("text"),
            Key::Tag(key) => {
                let value = tags.get(key);
                value.is_some_and(|value| self.values.is_empty() || self.is_met_by(value))
            }
        }
    }

    fn is_met_by(&self, text: &str) -> bool {
        self.values.iter().any(|value| match self.option {
            Compares::Equals => text == value,
            Compares::BeginsWith => text.starts_with(value.as_str()),
            Compares::Contains => text.contains(value.as_str()),
            Compares::OneLevel | Compares::Recursive => {
                let below = text.strip_prefix(value.trim_end_matches('/'));
                let below = below.and_then(|below| below.strip_prefix('/'));
                below
                    .is_some_and(|below| self.option == Compares::Recursive || !below.contains('/'))
            }
        })
    }
}
