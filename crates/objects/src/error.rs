//! Why objects were not changed or read.

use std::io;

use records::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum ObjectsError {
    #[error("The specified bucket does not exist")]
    NoBucket,
    #[error("the bucket is there already")]
    BucketExists,
    #[error("The bucket you tried to delete is not empty")]
    BucketNotEmpty,
    #[error("The specified key does not exist.")]
    NoKey,
    #[error("The specified version does not exist.")]
    NoVersion,
    /// The version is a delete marker: of the named version, or of the current one.
    #[error("the object is deleted by a marker")]
    Marker { version: Option<String>, is_named: bool, modified_at: u64 },
    #[error("The specified multipart upload does not exist.")]
    NoUpload,
    #[error("At least one of the pre-conditions you specified did not hold")]
    ConditionFailed { condition: &'static str },
    #[error("part {number} is not there, or its entity tag is another")]
    InvalidPart { number: u16 },
    #[error("The list of parts was not in ascending order. Parts must be ordered by part number.")]
    PartOrder,
    #[error("Your proposed upload is smaller than the minimum allowed size")]
    PartTooSmall { number: u16, bytes: u64 },
    #[error("the checksum is not the one that the parts have")]
    ChecksumDiffers,
    #[error("Your proposed upload exceeds the maximum allowed size")]
    TooLarge { most: u64 },
    #[error("no version has the id {id}")]
    VersionId { id: String },
    /// Too much waits to be told to those who want to hear of changes.
    #[error("{most} notices wait to be told already")]
    Unheard { most: usize },
    #[error("too many others change the same object at once")]
    Contended,
    #[error("{what}")]
    Io {
        what: &'static str,
        #[source]
        source: io::Error,
    },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ObjectsError {
    pub(crate) fn io(what: &'static str) -> impl FnOnce(io::Error) -> ObjectsError {
        move |source| ObjectsError::Io { what, source }
    }
}

impl From<kv::ReadError> for ObjectsError {
    fn from(error: kv::ReadError) -> ObjectsError {
        ObjectsError::Store(error.into())
    }
}

impl From<records::RecordError> for ObjectsError {
    fn from(error: records::RecordError) -> ObjectsError {
        ObjectsError::Store(error.into())
    }
}
