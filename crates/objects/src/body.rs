//! The parts that a body is made of.

use records::{Record, RecordError};
use serde::{Deserialize, Serialize};

use crate::checksum::Checksum;
use crate::key::Place;
use crate::version::Body;

/// Each part but the last has at least as much, as on AWS.
pub const PART_BYTES_MIN: u64 = 5 * 1024 * 1024;

/// A piece of a body: what was sent as one part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Piece {
    pub(crate) number: u16,
    pub(crate) bytes: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// Where its body is, if it is in the store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    inline: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) checksums: Vec<Checksum>,
}

/// The pieces of a body in their order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) pieces: Vec<Piece>,
}

impl Record for Manifest {
    const VERSION: u8 = 1;
}

/// A part of an object, or of an upload, as others know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartInfo {
    pub number: u16,
    pub bytes: u64,
    pub checksums: Vec<Checksum>,
    /// Of an upload that is not complete.
    pub etag: Option<String>,
    pub modified_at: Option<u64>,
}

impl Piece {
    pub(crate) fn new(number: u16, bytes: u64, body: Body, checksums: Vec<Checksum>) -> Piece {
        let (file, inline) = match body {
            Body::File(name) => (Some(name), None),
            Body::Inline(place) => (None, Some(place.to_string())),
            Body::Empty | Body::Manifest(_) => (None, None),
        };
        Piece { number, bytes, file, inline, checksums }
    }

    pub(crate) fn body(&self) -> Result<Body, RecordError> {
        match (&self.file, &self.inline) {
            (Some(name), _) => Ok(Body::File(name.clone())),
            (None, Some(place)) => Place::parse(place).map(Body::Inline).ok_or(RecordError::Key),
            (None, None) => Ok(Body::Empty),
        }
    }

    pub(crate) fn info(&self) -> PartInfo {
        let Piece { number, bytes, checksums, .. } = self.clone();
        PartInfo { number, bytes, checksums, etag: None, modified_at: None }
    }
}
