//! Tags of objects, which change while their versions stay what they are.

use kv::{Batch, CommitError, Expect};
use model::{BucketName, ObjectKey};
use records::StoreError;

use crate::bucket::stored_bucket;
use crate::error::ObjectsError;
use crate::find::{VersionRef, located_value};
use crate::key::{OBJECTS, VERSIONS};
use crate::store::{ATTEMPTS_MAX, Objects};
use crate::version::Version;

impl Objects {
    /// Replaces the tags of a version; answers its id.
    pub async fn set_tags(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        version: VersionRef<'_>,
        tags: &[(String, String)],
    ) -> Result<Option<String>, ObjectsError> {
        for _ in 0..ATTEMPTS_MAX {
            // A delete marker has none, which this refuses.
            self.describe(bucket, key, version)?;
            let snapshot = self.snapshot();
            let number = stored_bucket(&snapshot, bucket)?.number;
            let found = located_value(&snapshot, number, key, version)?;
            let Some((at, value, is_current)) = found else { continue };
            let space = if is_current { OBJECTS } else { VERSIONS };
            let mut changed = Version::decode(&value)?;
            changed.details.tags = tags.to_vec();
            let mut batch = Batch::new();
            batch.require(space, &at, Expect::Value(value));
            batch.put(space, &at, changed.encode());
            match self.store.commit(batch).await {
                Ok(()) => return Ok(changed.id()),
                Err(CommitError::PreconditionFailed { .. }) => {}
                Err(error) => return Err(StoreError::Commit(error).into()),
            }
        }
        Err(ObjectsError::Contended)
    }
}
