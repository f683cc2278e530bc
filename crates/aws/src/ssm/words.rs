//! Errors as Systems Manager words them, and how its operations name and show parameters.

use std::collections::BTreeMap;

use parameters::{Kind, Parameter, ParameterError, ParameterName, Selector, Version};
use serde::{Deserialize, Serialize};

use crate::error::AwsError;
use crate::state::State;

/// AWS's limit for lists of names.
const NAMES_MAX: usize = 10;

/// The one key that secrets are sealed with, which is the installation's own.
pub(super) const KEY: &str = "alias/aws/ssm";

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Tag {
    pub(super) key: String,
    pub(super) value: String,
}

/// A parameter with its value.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Shown {
    name: String,
    #[serde(rename = "Type")]
    kind: &'static str,
    value: String,
    version: u64,
    /// Of a name with one: `:3`
    #[serde(skip_serializing_if = "Option::is_none")]
    selector: Option<String>,
    last_modified_date: f64,
    #[serde(rename = "ARN")]
    arn: String,
    data_type: &'static str,
}

/// A parameter without its value.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Described {
    #[serde(rename = "ARN")]
    arn: String,
    #[serde(flatten)]
    about: About,
}

/// A version with its value and its labels.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Past {
    value: String,
    labels: Vec<String>,
    #[serde(flatten)]
    about: About,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct About {
    name: String,
    #[serde(rename = "Type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_id: Option<&'static str>,
    last_modified_date: f64,
    last_modified_user: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed_pattern: Option<String>,
    version: u64,
    tier: &'static str,
    policies: [(); 0],
    data_type: &'static str,
}

impl Shown {
    pub(super) fn of(state: &State, parameter: Parameter, selector: &Selector) -> Shown {
        let Parameter { name, kind, version } = parameter;
        let arn = arn(state, &name);
        let selector = match selector {
            Selector::Newest => None,
            Selector::Version(number) => Some(format!(":{number}")),
            Selector::Label(label) => Some(format!(":{label}")),
        };
        Shown {
            name: name.as_str().to_owned(),
            kind: kind.name(),
            value: version.value,
            version: version.number,
            selector,
            last_modified_date: secs(version.modified_at),
            arn,
            data_type: "text",
        }
    }
}

impl Described {
    pub(super) fn of(state: &State, parameter: Parameter) -> Described {
        Described { arn: arn(state, &parameter.name), about: About::of(parameter).1 }
    }
}

impl Past {
    pub(super) fn of(parameter: Parameter) -> Past {
        let ((value, labels), about) = About::of(parameter);
        Past { value, labels, about }
    }
}

impl About {
    fn of(parameter: Parameter) -> ((String, Vec<String>), About) {
        let Parameter { name, kind, version } = parameter;
        let Version { number, value, modified_at, modified_by, description, .. } = version;
        let about = About {
            name: name.as_str().to_owned(),
            kind: kind.name(),
            key_id: (kind == Kind::SecureString).then_some(KEY),
            last_modified_date: secs(modified_at),
            last_modified_user: modified_by,
            description,
            allowed_pattern: version.allowed_pattern,
            version: number,
            tier: version.tier.name(),
            policies: [],
            data_type: "text",
        };
        ((value, version.labels), about)
    }
}

fn arn(state: &State, name: &ParameterName) -> String {
    let home = state.fleet.registry().home();
    format!("arn:aws:ssm:{}:{}:{}", home.region, home.account, name.path())
}

fn secs(millis: u64) -> f64 {
    millis as f64 / 1_000.0
}

pub(super) fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new(400, "ValidationException", message)
}

/// An input that is not what its operation takes.
pub(crate) fn wrong_input(error: &serde_path_to_error::Error<serde_json::Error>) -> AwsError {
    let (field, what) = (error.path().to_string(), error.inner().to_string());
    if error.inner().is_syntax() || error.inner().is_eof() {
        return AwsError::serialization(format!("the body is no JSON: {what}"));
    }
    // The path of a field that is missing or not known ends above it, and serde names it.
    invalid(if field == "." { what } else { format!("{field}: {what}") })
}

/// A parameter as policies name it, without its selector.
pub(super) fn of_name(text: &str) -> String {
    match ParameterName::with_selector(text) {
        Ok((name, _)) => name.path(),
        Err(_) => format!("parameter/{}", text.trim_start_matches('/')),
    }
}

/// Several at once: all that begin as they all do.
pub(super) fn of_names(names: &[String]) -> String {
    match names {
        [one] => of_name(one),
        _ => "*".to_owned(),
    }
}

pub(super) fn check_names(names: &[String]) -> Result<(), AwsError> {
    match (1..=NAMES_MAX).contains(&names.len()) {
        true => Ok(()),
        false => Err(invalid(format!("Names: 1 to {NAMES_MAX}, not {}", names.len()))),
    }
}

pub(super) fn limit(asked: Option<usize>, most: usize) -> Result<usize, AwsError> {
    match asked {
        None => Ok(most),
        Some(asked) if (1..=most).contains(&asked) => Ok(asked),
        Some(asked) => Err(invalid(format!("MaxResults: 1 to {most}, not {asked}"))),
    }
}

pub(super) fn tags_of(tags: Vec<Tag>) -> BTreeMap<String, String> {
    tags.into_iter().map(|tag| (tag.key, tag.value)).collect()
}

/// The parameter whose tags are meant; nothing else here has any.
pub(super) fn owner_of_tags(kind: &str, id: &str) -> Result<ParameterName, AwsError> {
    if kind != "Parameter" {
        let message = format!("ResourceType: Parameter is supported, not {kind}");
        return Err(AwsError::new(400, "InvalidResourceType", message));
    }
    let unfit =
        |_| AwsError::new(400, "InvalidResourceId", format!("ResourceId: no parameter {id}"));
    ParameterName::with_selector(id).map(|(name, _)| name).map_err(unfit)
}

impl From<ParameterError> for AwsError {
    fn from(error: ParameterError) -> AwsError {
        let code = match error {
            ParameterError::Store(error) => return error.into(),
            ParameterError::Sealed => {
                tracing::error!("a secret parameter cannot be opened");
                return AwsError::new(500, "InternalServerError", error.to_string());
            }
            ParameterError::NotFound { .. } => "ParameterNotFound",
            ParameterError::VersionNotFound { .. } => "ParameterVersionNotFound",
            ParameterError::Exists => "ParameterAlreadyExists",
            ParameterError::Unfit(_) => "ValidationException",
            ParameterError::Kind { .. } => "HierarchyTypeMismatchException",
            ParameterError::Levels { .. } => "HierarchyLevelLimitExceededException",
            ParameterError::Pattern { .. } => "InvalidAllowedPatternException",
            ParameterError::Mismatch { .. } => "ParameterPatternMismatchException",
            ParameterError::Versions { .. } => "ParameterMaxVersionLimitExceeded",
            ParameterError::Labels { .. } => "ParameterVersionLabelLimitExceeded",
            ParameterError::Tags { .. } => "TooManyTagsError",
        };
        AwsError::new(400, code, error.to_string())
    }
}
