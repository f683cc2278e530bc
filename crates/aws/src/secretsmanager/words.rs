//! Errors as Secrets Manager words them, and how its operations name and show secrets.

use std::collections::BTreeMap;

use secrets::{Named, Secret, SecretError, SecretId, Version};
use serde::{Deserialize, Serialize};

use crate::error::AwsError;
use crate::state::State;

/// The key that AWS seals with where none is named. It is not shown.
const DEFAULT_KEY: &str = "alias/aws/secretsmanager";

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Tag {
    pub(super) key: String,
    #[serde(default)]
    pub(super) value: String,
}

/// A secret by its two names.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct NamedOut {
    #[serde(rename = "ARN")]
    pub(super) arn: String,
    pub(super) name: String,
}

/// What is known of a secret but its values.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Described {
    #[serde(flatten)]
    named: NamedOut,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kms_key_id: Option<String>,
    last_changed_date: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_accessed_date: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deleted_date: Option<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<Tag>,
    created_date: f64,
    /// DescribeSecret and ListSecrets call it by different names.
    #[serde(skip_serializing_if = "Option::is_none")]
    version_ids_to_stages: Option<Stages>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_versions_to_stages: Option<Stages>,
}

type Stages = BTreeMap<String, Vec<String>>;

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct VersionOut {
    version_id: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    version_stages: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_accessed_date: Option<f64>,
    created_date: f64,
    kms_key_ids: [String; 1],
}

impl From<Named> for NamedOut {
    fn from(Named { name, arn }: Named) -> NamedOut {
        NamedOut { arn, name: name.to_string() }
    }
}

impl Described {
    /// As DescribeSecret has it.
    pub(super) fn of(secret: Secret) -> Described {
        let stages = stages(&secret.versions);
        let version_ids_to_stages = (!stages.is_empty()).then_some(stages);
        Described {
            named: NamedOut { arn: secret.arn, name: secret.name.to_string() },
            description: secret.description,
            kms_key_id: secret.kms_key_id.filter(|key| key != DEFAULT_KEY),
            last_changed_date: secs(secret.changed_at),
            last_accessed_date: secret.accessed_on.map(secs),
            deleted_date: secret.deletion_due.map(secs),
            tags: secret.tags.into_iter().map(|(key, value)| Tag { key, value }).collect(),
            created_date: secs(secret.created_at),
            version_ids_to_stages,
            secret_versions_to_stages: None,
        }
    }

    /// As ListSecrets has it.
    pub(super) fn listed(secret: Secret) -> Described {
        let mut described = Described::of(secret);
        described.secret_versions_to_stages = described.version_ids_to_stages.take();
        described
    }
}

impl VersionOut {
    pub(super) fn of(version: Version) -> VersionOut {
        // What AWS calls its own key here.
        let key = version.kms_key_id.filter(|key| key != DEFAULT_KEY);
        VersionOut {
            version_id: version.id,
            version_stages: version.labels,
            last_accessed_date: version.accessed_on.map(secs),
            created_date: secs(version.created_at),
            kms_key_ids: [key.unwrap_or_else(|| "DefaultEncryptionKey".to_owned())],
        }
    }
}

fn stages(versions: &[Version]) -> Stages {
    let labelled = versions.iter().filter(|version| !version.labels.is_empty());
    labelled.map(|version| (version.id.clone(), version.labels.clone())).collect()
}

pub(super) fn secs(millis: u64) -> f64 {
    millis as f64 / 1_000.0
}

pub(super) fn tags_of(tags: Vec<Tag>) -> BTreeMap<String, String> {
    tags.into_iter().map(|tag| (tag.key, tag.value)).collect()
}

/// The secret that an input names.
pub(super) fn id(state: &State, text: &str) -> Result<SecretId, AwsError> {
    Ok(state.secrets.id(text)?)
}

/// A secret as policies name it. Where there is none, its ARN ends with question marks: nobody knows how
/// it would end.
pub(super) fn resource(state: &State, text: &str) -> String {
    let arn = state.secrets.id(text).and_then(|id| state.secrets.arn_of(&id));
    arn.unwrap_or_else(|error| {
        if let SecretError::Store(error) = error {
            tracing::error!(error = &error as &dyn std::error::Error, "a secret cannot be read");
        }
        format!("secret:{text}-??????")
    })
}

pub(super) fn unfit(message: impl Into<String>) -> AwsError {
    AwsError::new(400, "InvalidParameterException", message)
}

pub(super) fn limit(asked: Option<i64>, most: usize) -> Result<usize, AwsError> {
    match asked {
        None => Ok(most),
        Some(asked) => usize::try_from(asked)
            .ok()
            .filter(|asked| (1..=most).contains(asked))
            .ok_or_else(|| unfit(format!("MaxResults: 1 to {most}, not {asked}"))),
    }
}

/// An input that is not what its operation takes.
pub(crate) fn wrong_input(error: &serde_path_to_error::Error<serde_json::Error>) -> AwsError {
    let (field, what) = (error.path().to_string(), error.inner().to_string());
    if error.inner().is_syntax() || error.inner().is_eof() {
        return AwsError::serialization(format!("the body is no JSON: {what}"));
    }
    // The path of a field that is missing or not known ends above it, and serde names it.
    unfit(if field == "." { what } else { format!("{field}: {what}") })
}

impl From<SecretError> for AwsError {
    fn from(error: SecretError) -> AwsError {
        let code = match error {
            SecretError::Store(error) => return error.into(),
            SecretError::Sealed => {
                tracing::error!("a secret cannot be opened");
                "DecryptionFailure"
            }
            SecretError::NotFound | SecretError::NoValue { .. } => "ResourceNotFoundException",
            SecretError::OtherStage
            | SecretError::Marked
            | SecretError::MarkedAlready
            | SecretError::NameMarked => "InvalidRequestException",
            SecretError::Exists { .. } | SecretError::TokenUsed { .. } => "ResourceExistsException",
            SecretError::Name | SecretError::Length { .. } => "ValidationException",
            SecretError::Unfit(_) => "InvalidParameterException",
            SecretError::Limit(_) => "LimitExceededException",
            SecretError::Token => "InvalidNextTokenException",
        };
        AwsError::new(400, code, error.to_string())
    }
}
