//! Multipart uploads: begun, and given up.

use kv::{Present, Snapshot};
use model::{BucketName, ObjectKey};
use records::{Record, decode, encode};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::bucket::{bucket_in, stored_bucket};
use crate::checksum::{Algorithm, ChecksumType};
use crate::error::ObjectsError;
use crate::key::{CHORES, Place, UPLOAD_MARKS, UPLOADS, upload_key};
use crate::put::Meta;
use crate::store::{Chore, Objects, chore_key};

/// An upload as callers name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadId {
    pub bucket: BucketName,
    pub key: ObjectKey,
    pub id: String,
}

/// An object that will come in parts.
#[derive(Clone, Debug)]
pub struct NewUpload {
    pub bucket: BucketName,
    pub key: ObjectKey,
    pub meta: Meta,
    pub tags: Vec<(String, String)>,
    pub checksum: Option<(Algorithm, ChecksumType)>,
    pub now: UnixMillis,
}

/// What is said of an upload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    pub started_at: UnixMillis,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checksum: Option<(Algorithm, ChecksumType)>,
    pub(crate) meta: Meta,
    pub(crate) tags: Vec<(String, String)>,
}

impl Record for Upload {
    const VERSION: u8 = 1;
}

impl UploadId {
    pub(crate) fn place(&self) -> Result<Place, ObjectsError> {
        Place::parse(&self.id).ok_or(ObjectsError::NoUpload)
    }
}

impl Objects {
    /// Begins an upload; answers its id.
    pub async fn begin_upload(&self, new: NewUpload) -> Result<String, ObjectsError> {
        let NewUpload { bucket, key, meta, tags, checksum, now } = new;
        let encoded = encode(&Upload { started_at: now, checksum, meta, tags });
        self.decide(encoded.len(), move |present| {
            let bucket = bucket_in(present, &bucket)?.number;
            let place = Place::new(present.sequence());
            present.put_new(UPLOADS, upload_key(bucket, key.as_str(), place), encoded);
            touch(present, place);
            Ok(place.to_string())
        })
        .await
    }

    pub fn upload(&self, id: &UploadId) -> Result<Upload, ObjectsError> {
        find(&self.snapshot(), id).map(|(_, upload)| upload)
    }

    /// Gives an upload up; its parts go.
    pub async fn abort_upload(&self, id: &UploadId) -> Result<(), ObjectsError> {
        let (id, place) = (id.clone(), id.place()?);
        self.decide(0, move |present| {
            let bucket = bucket_in(present, &id.bucket)?.number;
            forget(present, bucket, id.key.as_str(), place)?;
            present.put(CHORES, chore_key(Chore::Upload, place.as_ref()), "");
            Ok(())
        })
        .await?;
        self.bell.notify_one();
        Ok(())
    }
}

/// Leaves a mark that the upload changed.
pub(crate) fn touch(present: &mut Present<'_>, upload: Place) {
    let mark = Place::new(present.sequence());
    present.put(UPLOAD_MARKS, upload, mark.0.to_vec());
}

/// Takes the record of an upload away.
pub(crate) fn forget(
    present: &mut Present<'_>,
    bucket: u64,
    key: &str,
    place: Place,
) -> Result<(), ObjectsError> {
    let at = upload_key(bucket, key, place);
    if present.get(UPLOADS, &at)?.is_none() {
        return Err(ObjectsError::NoUpload);
    }
    present.delete(UPLOADS, at);
    present.delete(UPLOAD_MARKS, place);
    Ok(())
}

/// The number of its bucket, and what is said of it.
pub(crate) fn find(snapshot: &Snapshot, id: &UploadId) -> Result<(u64, Upload), ObjectsError> {
    let bucket = stored_bucket(snapshot, &id.bucket)?.number;
    let at = upload_key(bucket, id.key.as_str(), id.place()?);
    let value = snapshot.get(UPLOADS, &at)?.ok_or(ObjectsError::NoUpload)?;
    Ok((bucket, decode(&value)?))
}
