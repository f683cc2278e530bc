//! Why parameters were not changed or read.

use records::StoreError;

/// Texts that clients see are those of Systems Manager, where it has any.
#[derive(Debug, thiserror::Error)]
pub enum ParameterError {
    #[error("Parameter {name} not found.")]
    NotFound { name: String },
    #[error(
        "Systems Manager could not find version {version} of {name}. Verify the version and try again."
    )]
    VersionNotFound { name: String, version: String },
    #[error(
        "The parameter already exists. To overwrite this value, set the overwrite option in the request to true."
    )]
    Exists,
    #[error("{0}")]
    Unfit(String),
    #[error("The parameter is a {was} and cannot become another type.")]
    Kind { was: &'static str },
    #[error("Parameter hierarchies are limited to a maximum of {most} levels.")]
    Levels { most: usize },
    #[error("The pattern {pattern} is no regular expression.")]
    Pattern { pattern: String },
    #[error("Parameter value, cannot be validated against allowedPattern: {pattern}")]
    Mismatch { pattern: String },
    #[error(
        "The oldest of {most} versions of {name} carries a label: move the label to another version first."
    )]
    Versions { name: String, most: u64 },
    #[error("A parameter version can have at most {most} labels.")]
    Labels { most: usize },
    #[error("At most {most} tags are allowed.")]
    Tags { most: usize },
    #[error("a secret cannot be opened with the key of this installation")]
    Sealed,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<kv::ReadError> for ParameterError {
    fn from(error: kv::ReadError) -> ParameterError {
        ParameterError::Store(error.into())
    }
}

impl From<records::RecordError> for ParameterError {
    fn from(error: records::RecordError) -> ParameterError {
        ParameterError::Store(error.into())
    }
}
