//! The errors of IAM in AWS's words.

use iam::{AssumeError, IamError};

use crate::error::AwsError;

impl From<IamError> for AwsError {
    fn from(error: IamError) -> AwsError {
        let message = error.to_string();
        let (status, code) = match error {
            IamError::Store(error) => return error.into(),
            IamError::NotFound { .. }
            | IamError::PolicyNotFound { .. }
            | IamError::VersionNotFound { .. }
            | IamError::NotAttached { .. }
            | IamError::NoLoginProfile { .. } => (404, "NoSuchEntity"),
            IamError::AlreadyExists { .. } | IamError::LoginProfileExists { .. } => {
                (409, "EntityAlreadyExists")
            }
            IamError::DeleteConflict { .. } => (409, "DeleteConflict"),
            IamError::Quota { .. } | IamError::InlineSize { .. } | IamError::TooManyVersions => {
                (409, "LimitExceeded")
            }
            IamError::Malformed(_) => (400, "MalformedPolicyDocument"),
            IamError::Invalid { .. } => (400, "ValidationError"),
            IamError::AwsManaged { .. } | IamError::WrongOldPassword => (403, "AccessDenied"),
            IamError::PasswordPolicy { .. } => (400, "PasswordPolicyViolation"),
            IamError::Throttled { .. } => (400, "Throttling"),
        };
        AwsError::new(status, code, message)
    }
}

impl From<AssumeError> for AwsError {
    fn from(error: AssumeError) -> AwsError {
        let message = error.to_string();
        let (status, code) = match error {
            AssumeError::Store(error) => return error.into(),
            AssumeError::Denied(_)
            | AssumeError::ServiceDenied { .. }
            | AssumeError::Unreadable { .. } => (403, "AccessDenied"),
            AssumeError::Invalid { .. } => (400, "ValidationError"),
            AssumeError::MalformedPolicy(_) => (400, "MalformedPolicyDocument"),
        };
        AwsError::new(status, code, message)
    }
}
