//! Why secrets were not changed or read.

use records::StoreError;

/// Texts that clients see are those of Secrets Manager, where they are known.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    #[error("Secrets Manager can't find the specified secret.")]
    NotFound,
    /// `what`: `staging label: AWSCURRENT`, `VersionId: …`
    #[error("Secrets Manager can't find the specified secret value for {what}")]
    NoValue { what: String },
    #[error("You provided a VersionStage that is not associated to the provided VersionId.")]
    OtherStage,
    #[error("You can't perform this operation on the secret because it was marked for deletion.")]
    Marked,
    #[error(
        "You can't perform this operation on the secret because it was already scheduled for deletion."
    )]
    MarkedAlready,
    #[error(
        "You can't create this secret because a secret with this name is already scheduled for deletion."
    )]
    NameMarked,
    #[error("The operation failed because the secret {name} already exists.")]
    Exists { name: String },
    #[error(
        "You can't use ClientRequestToken {token} because that value is already in use for a version of secret {arn}."
    )]
    TokenUsed { token: String, arn: String },
    #[error(
        "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!"
    )]
    Name,
    /// A text that is too long or too short.
    #[error(
        "1 validation error detected: Value at '{field}' failed to satisfy constraint: Member must have length between {least} and {most}"
    )]
    Length { field: &'static str, least: usize, most: usize },
    #[error("{0}")]
    Unfit(String),
    #[error("{0}")]
    Limit(String),
    #[error("The token that says where the list goes on is not one of this list.")]
    Token,
    #[error("a secret cannot be opened with the key of this installation")]
    Sealed,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<kv::ReadError> for SecretError {
    fn from(error: kv::ReadError) -> SecretError {
        SecretError::Store(error.into())
    }
}

impl From<records::RecordError> for SecretError {
    fn from(error: records::RecordError) -> SecretError {
        SecretError::Store(error.into())
    }
}

/// Whether a text is as long as AWS allows.
pub(crate) fn check_length(
    field: &'static str,
    length: usize,
    least: usize,
    most: usize,
) -> Result<(), SecretError> {
    match (least..=most).contains(&length) {
        true => Ok(()),
        false => Err(SecretError::Length { field, least, most }),
    }
}
