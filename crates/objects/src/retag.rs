//! Tags of objects, which change while their versions stay what they are.

use kv::{Batch, CommitError, Expect};
use model::{BucketName, ObjectKey};
use records::StoreError;
use stdx::clock::UnixMillis;

use crate::bucket::stored_bucket;
use crate::error::ObjectsError;
use crate::find::{VersionRef, located_value};
use crate::key::{OBJECTS, VERSIONS};
use crate::notice::{About, Doer, Happening, NOTICE_BYTES};
use crate::store::{ATTEMPTS_MAX, DECISION_BYTES, Objects};
use crate::version::Version;

impl Objects {
    /// Replaces the tags of a version; answers its id.
    pub async fn set_tags(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        version: VersionRef<'_>,
        tags: &[(String, String)],
        (doer, now): (&Doer, UnixMillis),
    ) -> Result<Option<String>, ObjectsError> {
        let telling = self.telling((bucket, key), doer.clone(), now);
        let happening = if tags.is_empty() { Happening::Untagged } else { Happening::Tagged };
        for _ in 0..ATTEMPTS_MAX {
            // A delete marker has none, which this refuses.
            self.describe(bucket, key, version)?;
            let snapshot = self.snapshot();
            let stored = stored_bucket(&snapshot, bucket)?;
            self.notices.check(&stored)?;
            let found = located_value(&snapshot, stored.number, key, version)?;
            let Some((at, value, is_current)) = found else { continue };
            let space = if is_current { OBJECTS } else { VERSIONS };
            let mut changed = Version::decode(&value)?;
            changed.details.tags = tags.to_vec();
            let mut batch = Batch::new();
            batch.require(space, &at, Expect::Value(value));
            batch.put(space, &at, changed.encode());
            let (etag, version) = (Some(changed.details.etag.clone()), changed.id());
            let about = About { etag, version, ..About::default() };
            let telling = telling.clone();
            batch.decide_by(DECISION_BYTES + NOTICE_BYTES, move |present| {
                let told = telling.tell(present, &stored, happening, about);
                // What is left is a store that cannot be read.
                told.map_err(|_| kv::Declined::ByChoice)
            });
            match self.store.commit(batch).await {
                Ok(()) => {
                    self.notices.ring();
                    return Ok(changed.id());
                }
                Err(CommitError::PreconditionFailed { .. }) => {}
                Err(error) => return Err(StoreError::Commit(error).into()),
            }
        }
        Err(ObjectsError::Contended)
    }
}
