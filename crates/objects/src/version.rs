//! A version of an object, as it is stored and as others know it.
//!
//! A value begins with its place in the history and a byte of flags: those the committer needs, and it
//! need not read the rest.

use bytes::Bytes;
use records::{Record, RecordError, decode, encode};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::checksum::{Checksum, ChecksumType};
use crate::key::Place;
use crate::put::Meta;

/// It has no id of its own, as it was written while the bucket kept no versions.
pub(crate) const NULL: u8 = 1;
/// It says that the object is deleted.
pub(crate) const MARKER: u8 = 2;
/// Its body is in the store, under its place.
pub(crate) const INLINE: u8 = 4;
/// Its body is a file, named in its details.
pub(crate) const FILE: u8 = 8;
/// Its body is made of parts, listed under its place.
pub(crate) const MANIFEST: u8 = 16;

const HEAD_BYTES: usize = Place::BYTES + 1;

/// A version of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    pub(crate) place: Place,
    pub(crate) flags: u8,
    pub details: Details,
}

/// What is said of a version.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Details {
    pub modified_at: UnixMillis,
    pub bytes: u64,
    /// Without quotes.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub etag: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) file: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checksums: Vec<Checksum>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub checksum_type: ChecksumType,
    /// Of how many parts it was made, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parts: Option<u16>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub meta: Meta,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<(String, String)>,
}

impl Record for Details {
    const VERSION: u8 = 1;
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Where a body is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Body {
    Empty,
    Inline(Place),
    File(String),
    Manifest(Place),
}

impl Version {
    /// Its id; nothing for the null version.
    pub fn id(&self) -> Option<String> {
        (self.flags & NULL == 0).then(|| self.place.to_string())
    }

    pub fn is_marker(&self) -> bool {
        self.flags & MARKER != 0
    }

    pub(crate) fn is_null(&self) -> bool {
        self.flags & NULL != 0
    }

    pub(crate) fn body(&self) -> Body {
        body(self.place, self.flags, || self.details.file.clone())
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Version, RecordError> {
        let head = Head::read(bytes)?;
        let details = decode(&bytes[HEAD_BYTES..])?;
        Ok(Version { place: head.place, flags: head.flags, details })
    }

    pub(crate) fn encode(&self) -> Bytes {
        stored(self.place, self.flags, &encode(&self.details))
    }
}

/// The head of a stored version.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head {
    pub(crate) place: Place,
    pub(crate) flags: u8,
}

impl Head {
    pub(crate) fn read(bytes: &[u8]) -> Result<Head, RecordError> {
        let head = bytes.get(..HEAD_BYTES).ok_or(RecordError::Empty)?;
        Ok(Head { place: Place::read(&head[..Place::BYTES])?, flags: head[Place::BYTES] })
    }

    pub(crate) fn is_null(self) -> bool {
        self.flags & NULL != 0
    }

    /// Where the body of the version is whose bytes these are.
    pub(crate) fn body(self, bytes: &[u8]) -> Result<Body, RecordError> {
        let file = match self.flags & FILE {
            0 => None,
            _ => decode::<Details>(&bytes[HEAD_BYTES..])?.file,
        };
        Ok(body(self.place, self.flags, || file))
    }
}

fn body(place: Place, flags: u8, file: impl FnOnce() -> Option<String>) -> Body {
    match flags & (INLINE | FILE | MANIFEST) {
        INLINE => Body::Inline(place),
        MANIFEST => Body::Manifest(place),
        FILE => file().map_or(Body::Empty, Body::File),
        _ => Body::Empty,
    }
}

/// The value to store; `details` are encoded already.
pub(crate) fn stored(place: Place, flags: u8, details: &[u8]) -> Bytes {
    let mut bytes = Vec::with_capacity(HEAD_BYTES + details.len());
    bytes.extend(place.0);
    bytes.push(flags);
    bytes.extend(details);
    bytes.into()
}
