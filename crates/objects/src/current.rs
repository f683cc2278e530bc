//! How a version becomes the current one of its object.

use kv::Present;
use model::ObjectKey;

use crate::bucket::{StoredBucket, Versioning, count};
use crate::error::ObjectsError;
use crate::key::{NULLS, OBJECTS, Place, VERSIONS, object_key, version_key};
use crate::store::let_go;
use crate::version::{Head, NULL, stored};

/// Writes a version in front of those that are there; what the bucket does not keep is let go. Answers
/// the flags that it has.
pub(crate) fn write_current(
    present: &mut Present<'_>,
    bucket: &StoredBucket,
    key: &ObjectKey,
    (place, flags): (Place, u8),
    details: &[u8],
) -> Result<u8, ObjectsError> {
    let at = object_key(bucket.number, key.as_str());
    let mut more = 1;
    if let Some(old) = present.get(OBJECTS, &at)? {
        let head = Head::read(&old)?;
        let is_kept = match bucket.versioning {
            Versioning::Unversioned => false,
            Versioning::Enabled => true,
            Versioning::Suspended => !head.is_null(),
        };
        if is_kept {
            present.put(VERSIONS, version_key(bucket.number, key, head.place), old);
            if head.is_null() {
                present.put(NULLS, &at, head.place.0.to_vec());
            }
        } else {
            let_go(present, &head.body(&old)?);
            more -= 1;
        }
    }
    if bucket.versioning == Versioning::Suspended {
        more -= let_go_of_null(present, bucket, key, &at)?;
    }
    let flags = match bucket.versioning {
        Versioning::Enabled => flags,
        Versioning::Unversioned | Versioning::Suspended => flags | NULL,
    };
    present.put(OBJECTS, &at, stored(place, flags, details));
    count(present, bucket.number, more)?;
    Ok(flags)
}

/// There is one null version at most: an earlier one goes. Answers how many went.
fn let_go_of_null(
    present: &mut Present<'_>,
    bucket: &StoredBucket,
    key: &ObjectKey,
    at: &[u8],
) -> Result<i64, ObjectsError> {
    let Some(place) = present.get(NULLS, at)? else { return Ok(0) };
    let earlier = version_key(bucket.number, key, Place::read(&place)?);
    present.delete(NULLS, at);
    let Some(old) = present.get(VERSIONS, &earlier)? else { return Ok(0) };
    let_go(present, &Head::read(&old)?.body(&old)?);
    present.delete(VERSIONS, earlier);
    Ok(1)
}
