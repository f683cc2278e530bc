//! The errors of stacks in AWS's words.

use stacks::StacksError;

use crate::error::AwsError;

impl From<StacksError> for AwsError {
    fn from(error: StacksError) -> AwsError {
        let message = error.to_string();
        match error {
            StacksError::Store(error) => error.into(),
            StacksError::Exists(_) | StacksError::ChangeSetExists(_) => {
                AwsError::new(400, "AlreadyExistsException", message)
            }
            StacksError::NoChangeSet(_) => AwsError::new(404, "ChangeSetNotFound", message),
            StacksError::NoStack(_)
            | StacksError::State { .. }
            | StacksError::Exported { .. }
            | StacksError::InUse { .. }
            | StacksError::Overtaken
            | StacksError::Invalid(_) => AwsError::validation(message),
        }
    }
}
