//! Objects that are put.

use bytes::Bytes;
use kv::{Batch, Declined, Present};
use model::{BucketName, ObjectKey};
use records::encode;
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;
use stdx::hex;

use crate::blob::NewBlob;
use crate::bucket::{StoredBucket, bucket_in, stored_bucket};
use crate::checksum::Checksum;
use crate::condition::Condition;
use crate::current::write_current;
use crate::error::ObjectsError;
use crate::hashes::Wanted;
use crate::key::{BLOBS, DATA, Place};
use crate::notice::{About, Doer, Happening, NOTICE_BYTES, Telling, sequencer};
use crate::store::{DECISION_BYTES, Objects};
use crate::version::{Details, FILE, INLINE, NULL};
use crate::writer::{INLINE_BYTES_MAX, NewBody, Written};

/// What an object says of itself to those who read it: headers, and names of its owner's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_encoding: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_language: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_disposition: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_control: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// Without `x-amz-meta-`, in lower case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub user: Vec<(String, String)>,
}

/// An object that is to be.
#[derive(Clone, Debug)]
pub struct NewObject {
    pub bucket: BucketName,
    pub key: ObjectKey,
    pub meta: Meta,
    pub tags: Vec<(String, String)>,
    pub condition: Condition,
    /// In which way it comes, and of whom.
    pub how: Happening,
    pub doer: Doer,
    pub now: UnixMillis,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Put {
    /// Its id, if the bucket keeps versions.
    pub version: Option<String>,
    pub etag: String,
    pub checksums: Vec<Checksum>,
}

impl Objects {
    /// Makes a body the current version of an object. Answers when both are on disk.
    pub async fn put(&self, new: NewObject, written: Written) -> Result<Put, ObjectsError> {
        let Written { bytes, digests, body } = written;
        let etag = hex::encode(&digests.md5);
        let checksums = digests.checksums;
        let mut details = Details {
            modified_at: new.now,
            bytes,
            etag: etag.clone(),
            checksums: checksums.clone(),
            meta: new.meta,
            tags: new.tags,
            ..Details::default()
        };
        let (blob, data) = match body {
            NewBody::Inline(data) => (None, data),
            NewBody::File(blob) => (Some(blob), Bytes::new()),
        };
        details.file = blob.as_ref().map(|blob| blob.name().to_owned());
        let file = details.file.clone();
        let encoded = encode(&details);
        let size = encoded.len() + data.len();
        let about = About { bytes: Some(bytes), etag: Some(etag.clone()), ..About::default() };
        let telling = self.telling((&new.bucket, &new.key), new.doer, new.now);
        let (bucket, key, condition, how) = (new.bucket, new.key, new.condition, new.how);
        let version = self
            .decide_with(blob, size + NOTICE_BYTES, move |present| {
                let bucket = bucket_in(present, &bucket)?;
                telling.notices.check(&bucket)?;
                condition.check(present, &bucket, &key)?;
                let place = write_object(present, &bucket, &key, (file, data), &encoded)?;
                tell_written(present, &bucket, &telling, (how, place), about)
            })
            .await?;
        self.notices.ring();
        Ok(Put { version, etag, checksums })
    }

    /// Adds a small object to somebody's batch. From then on it stands or falls with the batch; if the
    /// bucket is deleted before that is committed it is left out, as if it had been put before that.
    pub fn put_into(
        &self,
        batch: &mut Batch,
        new: NewObject,
        data: Bytes,
    ) -> Result<(), ObjectsError> {
        if data.len() > INLINE_BYTES_MAX {
            return Err(ObjectsError::TooLarge { most: INLINE_BYTES_MAX as u64 });
        }
        let snapshot = self.snapshot();
        self.notices.check(&stored_bucket(&snapshot, &new.bucket)?)?;
        let written = Written::of(data.clone(), &Wanted::default());
        let details = Details {
            modified_at: new.now,
            bytes: written.bytes,
            etag: hex::encode(&written.digests.md5),
            meta: new.meta,
            tags: new.tags,
            ..Details::default()
        };
        let (bytes, etag) = (Some(details.bytes), Some(details.etag.clone()));
        let about = About { bytes, etag, ..About::default() };
        let telling = self.telling((&new.bucket, &new.key), new.doer, new.now);
        let encoded = encode(&details);
        let size = DECISION_BYTES + NOTICE_BYTES + encoded.len() + data.len();
        batch.decide_by(size, move |present| {
            let put = match bucket_in(present, &new.bucket) {
                Ok(bucket) => write_object(present, &bucket, &new.key, (None, data), &encoded)
                    .and_then(|place| {
                        tell_written(present, &bucket, &telling, (new.how, place), about)
                    })
                    .map(drop),
                Err(ObjectsError::NoBucket) => Ok(()),
                Err(error) => Err(error),
            };
            // What is left is a store that cannot be read.
            put.map_err(|_| Declined::ByChoice)
        });
        Ok(())
    }

    /// Decides on something that names a new file. If the decision is declined nothing does, and the
    /// file goes.
    pub(crate) async fn decide_with<T: Send + Sync + 'static>(
        &self,
        mut blob: Option<NewBlob>,
        bytes: usize,
        decide: impl FnOnce(&mut Present<'_>) -> Result<T, ObjectsError> + Send + Sync + 'static,
    ) -> Result<T, ObjectsError> {
        if let Some(blob) = &mut blob {
            blob.hand_over();
        }
        let decided = self.decide(bytes, decide).await;
        match (&decided, &mut blob) {
            // Nobody knows what became of a commit that failed: the file is looked at later.
            (Err(ObjectsError::Store(_)), _) => {}
            (Err(_), Some(blob)) => blob.take_back(),
            _ => {}
        }
        decided
    }
}

/// Writes a whole object: its body, which is a file or data, and its record. Answers its place, and whether
/// that is its id.
fn write_object(
    present: &mut Present<'_>,
    bucket: &StoredBucket,
    key: &ObjectKey,
    (file, data): (Option<String>, Bytes),
    details: &[u8],
) -> Result<(Place, bool), ObjectsError> {
    let place = Place::new(present.sequence());
    let flags = write_body(present, place, file.as_deref(), data);
    let flags = write_current(present, bucket, key, (place, flags), details)?;
    Ok((place, flags & NULL == 0))
}

/// Tells of an object that was written; answers its id, if it has one.
pub(crate) fn tell_written(
    present: &mut Present<'_>,
    bucket: &StoredBucket,
    telling: &Telling,
    (how, (place, is_id)): (Happening, (Place, bool)),
    about: About,
) -> Result<Option<String>, ObjectsError> {
    let version = is_id.then(|| place.to_string());
    let about = About { version: version.clone(), sequencer: sequencer(place), ..about };
    telling.tell(present, bucket, how, about)?;
    Ok(version)
}

/// Writes a body under a place; answers the flag that says where it is.
pub(crate) fn write_body(
    present: &mut Present<'_>,
    place: Place,
    file: Option<&str>,
    data: Bytes,
) -> u8 {
    match file {
        Some(name) => {
            present.put_new(BLOBS, name, "");
            FILE
        }
        None if data.is_empty() => 0,
        None => {
            present.put_new(DATA, place, data);
            INLINE
        }
    }
}
