//! Deletions: of the current version, which may leave a marker, and of a version that is named.

use std::ops::Bound;

use kv::{Batch, CommitError, Direction, Expect, Present, Snapshot};
use model::{BucketName, ObjectKey};
use records::{StoreError, encode};
use stdx::clock::UnixMillis;

use crate::bucket::{StoredBucket, Versioning, bucket_in, count, stored_bucket};
use crate::condition::Condition;
use crate::current::write_current;
use crate::error::ObjectsError;
use crate::find::{VersionRef, located_value};
use crate::key::{NULLS, OBJECTS, Place, VERSIONS, behind, object_key, versions_prefix};
use crate::notice::{About, Doer, Happening, NOTICE_BYTES, Telling, sequencer};
use crate::store::{ATTEMPTS_MAX, DECISION_BYTES, Objects, let_go};
use crate::version::{Details, Head, MARKER, NULL, Version};

/// What AWS tells of a marker: the MD5 of nothing.
const ETAG_OF_NOTHING: &str = "d41d8cd98f00b204e9800998ecf8427e";

/// What is to be deleted.
#[derive(Clone, Debug)]
pub struct DeleteTarget {
    pub bucket: BucketName,
    pub key: ObjectKey,
    /// Nothing for the object itself.
    pub version: Option<String>,
    pub condition: Condition,
    pub doer: Doer,
}

/// What a deletion did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deleted {
    /// The id of the version that went, or of the marker that came; `null` for the null version.
    pub version: Option<String>,
    /// Whether a marker went or came.
    pub is_marker: bool,
}

impl Objects {
    /// Deleting what is not there is no error.
    pub async fn delete(
        &self,
        target: DeleteTarget,
        now: UnixMillis,
    ) -> Result<Deleted, ObjectsError> {
        let deleted = match target.version.clone() {
            None => self.delete_current(target, now).await?,
            Some(version) => self.delete_version(&target, &version, now).await?,
        };
        self.bell.notify_one();
        self.notices.ring();
        Ok(deleted)
    }

    async fn delete_current(
        &self,
        target: DeleteTarget,
        now: UnixMillis,
    ) -> Result<Deleted, ObjectsError> {
        let DeleteTarget { bucket, key, condition, doer, .. } = target;
        let telling = self.telling((&bucket, &key), doer, now);
        self.decide(NOTICE_BYTES, move |present| {
            let bucket = bucket_in(present, &bucket)?;
            telling.notices.check(&bucket)?;
            condition.check(present, &bucket, &key)?;
            match bucket.versioning {
                Versioning::Unversioned => remove_current(present, &bucket, &telling),
                Versioning::Enabled | Versioning::Suspended => mark(present, &bucket, &telling),
            }
        })
        .await
    }

    async fn delete_version(
        &self,
        target: &DeleteTarget,
        version: &str,
        now: UnixMillis,
    ) -> Result<Deleted, ObjectsError> {
        let telling = self.telling((&target.bucket, &target.key), target.doer.clone(), now);
        for _ in 0..ATTEMPTS_MAX {
            let (batch, deleted) = removal(&self.snapshot(), target, version, &telling)?;
            match self.store.commit(batch).await {
                Ok(()) => return Ok(deleted),
                Err(CommitError::PreconditionFailed { .. }) => {}
                Err(error) => return Err(StoreError::Commit(error).into()),
            }
        }
        Err(ObjectsError::Contended)
    }
}

fn remove_current(
    present: &mut Present<'_>,
    bucket: &StoredBucket,
    telling: &Telling,
) -> Result<Deleted, ObjectsError> {
    let at = object_key(bucket.number, telling.key.as_str());
    if let Some(old) = present.get(OBJECTS, &at)? {
        let_go(present, &Head::read(&old)?.body(&old)?);
        present.delete(OBJECTS, at);
        count(present, bucket.number, -1)?;
        tell_removed(present, bucket, telling, None)?;
    }
    Ok(Deleted::default())
}

/// Tells of what is not there any more.
fn tell_removed(
    present: &mut Present<'_>,
    bucket: &StoredBucket,
    telling: &Telling,
    version: Option<String>,
) -> Result<(), ObjectsError> {
    let happening = match telling.doer.is_lifecycle() {
        true => Happening::Expired,
        false => Happening::Deleted,
    };
    let sequencer = sequencer(Place::new(present.sequence()));
    telling.tell(present, bucket, happening, About { version, sequencer, ..About::default() })
}

/// Puts a delete marker in front.
fn mark(
    present: &mut Present<'_>,
    bucket: &StoredBucket,
    telling: &Telling,
) -> Result<Deleted, ObjectsError> {
    let place = Place::new(present.sequence());
    let details = encode(&Details { modified_at: telling.at, ..Details::default() });
    let flags = write_current(present, bucket, &telling.key, (place, MARKER), &details)?;
    let id = if flags & NULL == 0 { place.to_string() } else { "null".to_owned() };
    let happening = match telling.doer.is_lifecycle() {
        true => Happening::ExpiredMarked,
        false => Happening::Marked,
    };
    let about = About {
        bytes: None,
        etag: Some(ETAG_OF_NOTHING.to_owned()),
        version: Some(id.clone()),
        sequencer: sequencer(place),
    };
    telling.tell(present, bucket, happening, about)?;
    Ok(Deleted { version: Some(id), is_marker: true })
}

/// What removes a version, under the condition that all is as it was looked at.
fn removal(
    snapshot: &Snapshot,
    target: &DeleteTarget,
    id: &str,
    telling: &Telling,
) -> Result<(Batch, Deleted), ObjectsError> {
    let DeleteTarget { bucket, key, condition, .. } = target;
    let bucket = stored_bucket(snapshot, bucket)?;
    telling.notices.check(&bucket)?;
    let found = located_value(snapshot, bucket.number, key, VersionRef::Id(id))?;
    let mut batch = Batch::new();
    let Some((at, value, is_current)) = found else {
        let deleted = Deleted { version: Some(id.to_owned()), is_marker: false };
        return Ok((batch, deleted));
    };
    let version = Version::decode(&value)?;
    if let Some(tag) = &condition.if_match
        && !tag.is(&version.details.etag)
    {
        return Err(ObjectsError::ConditionFailed { condition: "If-Match" });
    }
    let current_at = object_key(bucket.number, key.as_str());
    if is_current {
        batch.require(OBJECTS, &at, Expect::Value(value));
        let successor = successor(snapshot, bucket.number, key)?;
        match successor {
            Some((from, next)) => {
                batch.require(VERSIONS, &from, Expect::Value(next.clone()));
                if Head::read(&next)?.is_null() {
                    batch.delete(NULLS, &current_at);
                }
                batch.put(OBJECTS, &current_at, next);
                batch.delete(VERSIONS, from);
            }
            None => batch.delete(OBJECTS, &current_at),
        }
    } else {
        batch.require(VERSIONS, &at, Expect::Value(value));
        batch.delete(VERSIONS, &at);
        if version.is_null() {
            batch.delete(NULLS, &current_at);
        }
    }
    let (body, telling, gone) = (version.body(), telling.clone(), id.to_owned());
    batch.decide_by(DECISION_BYTES + NOTICE_BYTES, move |present| {
        let_go(present, &body);
        let counted = count(present, bucket.number, -1);
        let told = counted.and_then(|()| tell_removed(present, &bucket, &telling, Some(gone)));
        // What is left is a store that cannot be read.
        told.map_err(|_| kv::Declined::ByChoice)
    });
    Ok((batch, Deleted { version: Some(id.to_owned()), is_marker: version.is_marker() }))
}

/// The newest of the earlier versions.
fn successor(
    snapshot: &Snapshot,
    bucket: u64,
    key: &ObjectKey,
) -> Result<Option<(Vec<u8>, bytes::Bytes)>, ObjectsError> {
    let prefix = versions_prefix(bucket, key.as_str());
    let end = behind(&prefix);
    let upper = end.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
    let range = (Bound::Included(&prefix[..]), upper);
    let first = snapshot.range(VERSIONS, range, Direction::Forward)?.next().transpose()?;
    Ok(first.map(|(key, value)| (key.to_vec(), value)))
}
