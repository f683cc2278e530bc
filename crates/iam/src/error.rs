//! Why an operation was refused. The texts are the ones that AWS answers with, capitals and all,
//! because people search for them and tools look for them.

use policy::PolicyError;
use records::{RecordError, StoreError};

#[derive(Debug, thiserror::Error)]
pub enum IamError {
    /// A user, group, role, policy of one of these, key or profile that is not there.
    #[error("The {what} with {by} {name} cannot be found.")]
    NotFound { what: &'static str, by: &'static str, name: String },
    #[error("Policy {arn} does not exist or is not attachable.")]
    PolicyNotFound { arn: String },
    #[error("Policy {arn} version {version} does not exist or is not attachable.")]
    VersionNotFound { arn: String, version: String },
    #[error("Policy {arn} was not found.")]
    NotAttached { arn: String },
    #[error("{what} with name {name} already exists.")]
    AlreadyExists { what: &'static str, name: String },
    #[error("{what}")]
    DeleteConflict { what: &'static str },
    #[error("Cannot exceed quota for {quota}: {most}")]
    Quota { quota: &'static str, most: usize },
    #[error("Maximum policy size of {most} bytes exceeded for {what} {name}")]
    InlineSize { what: &'static str, name: String, most: usize },
    #[error(
        "A managed policy can have up to 5 versions. Before you create a new version, you must \
         delete an existing version."
    )]
    TooManyVersions,
    #[error("{0}")]
    Malformed(#[from] PolicyError),
    #[error("Login Profile for User {user} cannot be found.")]
    NoLoginProfile { user: String },
    #[error("Login Profile for user {user} already exists.")]
    LoginProfileExists { user: String },
    #[error("{what}")]
    PasswordPolicy { what: String },
    #[error("The old password was incorrect.")]
    WrongOldPassword,
    /// Too many passwords were tried, or are being looked at.
    #[error("Too many attempts; try again in {retry_after_secs} seconds")]
    Throttled { retry_after_secs: u64 },
    #[error("{what}")]
    Invalid { what: String },
    /// AWS's own policies are not changed.
    #[error("Policy {arn} is managed by AWS and cannot be changed.")]
    AwsManaged { arn: String },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl IamError {
    pub(crate) fn not_found(what: &'static str, name: impl Into<String>) -> IamError {
        IamError::NotFound { what, by: "name", name: name.into() }
    }

    pub(crate) fn invalid(what: impl Into<String>) -> IamError {
        IamError::Invalid { what: what.into() }
    }
}

impl From<RecordError> for IamError {
    fn from(error: RecordError) -> IamError {
        StoreError::from(error).into()
    }
}

impl From<kv::ReadError> for IamError {
    fn from(error: kv::ReadError) -> IamError {
        StoreError::from(error).into()
    }
}
