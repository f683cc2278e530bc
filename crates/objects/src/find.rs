//! Which version is meant, and what it says.

use bytes::Bytes;
use kv::Snapshot;
use model::{BucketName, ObjectKey};

use crate::blob::Pin;
use crate::bucket::stored_bucket;
use crate::error::ObjectsError;
use crate::key::{DATA, NULLS, OBJECTS, Place, VERSIONS, object_key, version_key};
use crate::store::{ATTEMPTS_MAX, Objects};
use crate::version::{Body, Version};

/// A version as callers name it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VersionRef<'a> {
    #[default]
    Current,
    Id(&'a str),
}

/// A version that was found. While it is held its body stays where it is.
#[derive(Debug)]
pub struct Found {
    pub version: Version,
    pub is_current: bool,
    pub(crate) body: FoundBody,
}

#[derive(Debug)]
pub(crate) enum FoundBody {
    Data(Bytes),
    File { name: String, pin: Pin },
    Manifest { place: Place, pin: Pin },
}

impl Objects {
    /// A version that is no delete marker.
    pub fn find(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        version: VersionRef<'_>,
    ) -> Result<Found, ObjectsError> {
        for _ in 0..ATTEMPTS_MAX {
            let snapshot = self.snapshot();
            let (found, is_current) = located(&snapshot, bucket, key, version)?;
            let body = match found.body() {
                Body::Empty => FoundBody::Data(Bytes::new()),
                Body::Inline(place) => {
                    let data = snapshot.get(DATA, place.as_ref())?;
                    FoundBody::Data(data.ok_or(records::RecordError::Empty)?)
                }
                Body::File(name) => FoundBody::File { pin: self.blobs.pin(&name), name },
                Body::Manifest(place) => {
                    FoundBody::Manifest { pin: self.blobs.pin(&place.to_string()), place }
                }
            };
            // What was let go before it was pinned may be gone already.
            let is_safe = matches!(body, FoundBody::Data(_))
                || located(&self.snapshot(), bucket, key, version)
                    .is_ok_and(|(again, _)| again.place == found.place);
            if is_safe {
                return Ok(Found { version: found, is_current, body });
            }
        }
        Err(ObjectsError::Contended)
    }

    /// What is said of a version, delete markers included.
    pub fn describe(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        version: VersionRef<'_>,
    ) -> Result<Version, ObjectsError> {
        located(&self.snapshot(), bucket, key, version).map(|(version, _)| version)
    }
}

fn located(
    snapshot: &Snapshot,
    bucket: &BucketName,
    key: &ObjectKey,
    version: VersionRef<'_>,
) -> Result<(Version, bool), ObjectsError> {
    let bucket = stored_bucket(snapshot, bucket)?;
    let (_, value, is_current) =
        located_value(snapshot, bucket.number, key, version)?.ok_or(match version {
            VersionRef::Current => ObjectsError::NoKey,
            VersionRef::Id(_) => ObjectsError::NoVersion,
        })?;
    let found = Version::decode(&value)?;
    if found.is_marker() {
        let is_named = matches!(version, VersionRef::Id(_));
        let (version, modified_at) = (found.id(), found.details.modified_at);
        return Err(ObjectsError::Marker { version, is_named, modified_at });
    }
    Ok((found, is_current))
}

/// Where a version is stored, its value, and whether it is the current one.
pub(crate) fn located_value(
    snapshot: &Snapshot,
    bucket: u64,
    key: &ObjectKey,
    version: VersionRef<'_>,
) -> Result<Option<(Vec<u8>, Bytes, bool)>, ObjectsError> {
    let at = object_key(bucket, key.as_str());
    let current = snapshot.get(OBJECTS, &at)?;
    let VersionRef::Id(id) = version else {
        return Ok(current.map(|value| (at, value, true)));
    };
    let Some(current) = current else {
        check_id(id)?;
        return Ok(None);
    };
    let head = crate::version::Head::read(&current)?;
    let place = match id {
        "null" if head.is_null() => return Ok(Some((at, current, true))),
        "null" => match snapshot.get(NULLS, &at)? {
            Some(place) => Place::read(&place)?,
            None => return Ok(None),
        },
        id => check_id(id)?,
    };
    if place == head.place {
        // The null version is not found by the place that others do not know.
        return Ok((!head.is_null()).then_some((at, current, true)));
    }
    let at = version_key(bucket, key, place);
    Ok(snapshot.get(VERSIONS, &at)?.map(|value| (at, value, false)))
}

fn check_id(id: &str) -> Result<Place, ObjectsError> {
    match id {
        "null" => Ok(Place([0; Place::BYTES])),
        id => Place::parse(id).ok_or_else(|| ObjectsError::VersionId { id: id.to_owned() }),
    }
}
