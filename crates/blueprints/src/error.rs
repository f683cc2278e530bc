//! Why functions were not changed or read.

use records::StoreError;

use crate::archive::UnfitArchive;

/// Texts that clients see are those of Lambda, where it has any.
#[derive(Debug, thiserror::Error)]
pub enum BlueprintError {
    #[error("Function not found: {arn}")]
    NoFunction { arn: String },
    #[error("Function already exist: {name}")]
    FunctionExists { name: String },
    #[error("Cannot find alias arn: {arn}")]
    NoAlias { arn: String },
    #[error("Alias already exists: {arn}")]
    AliasExists { arn: String },
    /// Something else that is asked for by its name.
    #[error("{what}")]
    Nothing { what: String },
    #[error("{what}")]
    Conflict { what: String },
    #[error("{what}")]
    Unfit { what: String },
    #[error(
        "The Revision Id provided does not match the latest Revision Id. Call the \
         GetFunction/GetAlias API to retrieve the latest Revision Id"
    )]
    Revision,
    #[error("Could not unzip uploaded file. {0}")]
    Archive(#[from] UnfitArchive),
    #[error("The function has {most} events that wait for it already.")]
    EventsFull { most: usize },
    #[error("The event is {bytes} bytes long, of which {most} are allowed.")]
    EventTooLarge { bytes: usize, most: usize },
    #[error("what is sealed cannot be opened with the key of this installation")]
    Sealed,
    #[error("{what}")]
    Io { what: &'static str, source: std::io::Error },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl BlueprintError {
    pub(crate) fn unfit(what: impl Into<String>) -> BlueprintError {
        BlueprintError::Unfit { what: what.into() }
    }

    pub(crate) fn io(what: &'static str) -> impl FnOnce(std::io::Error) -> BlueprintError {
        move |source| BlueprintError::Io { what, source }
    }
}

impl From<kv::ReadError> for BlueprintError {
    fn from(error: kv::ReadError) -> BlueprintError {
        BlueprintError::Store(error.into())
    }
}

impl From<records::RecordError> for BlueprintError {
    fn from(error: records::RecordError) -> BlueprintError {
        BlueprintError::Store(error.into())
    }
}
