//! Why a stack was not taken, found or changed.

use records::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum StacksError {
    #[error("Stack with id {0} does not exist")]
    NoStack(String),
    #[error("Stack [{0}] already exists")]
    Exists(String),
    #[error("ChangeSet [{0}] does not exist")]
    NoChangeSet(String),
    #[error("ChangeSet {0} cannot be created because it already exists")]
    ChangeSetExists(String),
    #[error("Stack:{id} is in {status} state and can not be {what}.")]
    State { id: String, status: &'static str, what: &'static str },
    #[error("Export with name {name} is already exported by stack {stack}")]
    Exported { name: String, stack: String },
    #[error("Export {name} cannot be {what} as it is in use by {by}")]
    InUse { name: String, what: &'static str, by: String },
    /// Another said meanwhile what is to be done.
    #[error("the stack is not what it was")]
    Overtaken,
    #[error("{0}")]
    Invalid(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<kv::ReadError> for StacksError {
    fn from(error: kv::ReadError) -> StacksError {
        StacksError::Store(error.into())
    }
}

impl From<records::RecordError> for StacksError {
    fn from(error: records::RecordError) -> StacksError {
        StacksError::Store(error.into())
    }
}
