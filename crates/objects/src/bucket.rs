//! Buckets.

use std::ops::Bound;

use bytes::Bytes;
use kv::{Direction, Present, Snapshot};
use model::BucketName;
use records::{Record, decode, encode};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::error::ObjectsError;
use crate::key::{BUCKETS, CHORES, COUNTS, Place, SETTINGS, settings_key};
use crate::settings::{KINDS, Settings};
use crate::store::{Chore, Objects, chore_key};

/// Whether a bucket keeps the versions that are replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Versioning {
    /// It never did.
    #[default]
    Unversioned,
    Enabled,
    /// It did: what was kept stays.
    Suspended,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    pub name: BucketName,
    pub created_at: UnixMillis,
    pub versioning: Versioning,
    pub(crate) number: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredBucket {
    pub(crate) number: u64,
    created_at: UnixMillis,
    pub(crate) versioning: Versioning,
    /// Whether anybody is told of changes; who, is a setting.
    #[serde(default)]
    pub(crate) notifies: bool,
}

impl Record for StoredBucket {
    const VERSION: u8 = 1;
}

impl StoredBucket {
    fn named(self, name: BucketName) -> Bucket {
        let StoredBucket { number, created_at, versioning, .. } = self;
        Bucket { name, created_at, versioning, number }
    }
}

impl Objects {
    /// Makes a bucket with what is said of it from the beginning.
    pub async fn create_bucket(
        &self,
        name: &BucketName,
        settings: Settings,
        now: UnixMillis,
    ) -> Result<(), ObjectsError> {
        let name = name.clone();
        let written = settings.encoded();
        let bytes = written.iter().map(|(_, value)| value.len()).sum();
        self.decide(bytes, move |present| {
            if present.get(BUCKETS, name.as_str().as_bytes())?.is_some() {
                return Err(ObjectsError::BucketExists);
            }
            let number = new_number(present);
            let (versioning, notifies) = (Versioning::default(), false);
            let stored = StoredBucket { number, created_at: now, versioning, notifies };
            present.put(BUCKETS, name.as_str(), encode(&stored));
            for (kind, value) in written {
                present.put(SETTINGS, settings_key(number, kind), value);
            }
            Ok(())
        })
        .await
    }

    pub fn bucket(&self, name: &BucketName) -> Result<Option<Bucket>, ObjectsError> {
        let Some(value) = self.store.get(BUCKETS, name.as_str().as_bytes())? else {
            return Ok(None);
        };
        Ok(Some(decode::<StoredBucket>(&value)?.named(name.clone())))
    }

    /// Buckets in the order of their names: up to `limit` of those that begin so, from behind a name on.
    pub fn buckets(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Bucket>, ObjectsError> {
        let snapshot = self.snapshot();
        let start = match after.filter(|after| *after >= prefix) {
            Some(after) => Bound::Excluded(after.as_bytes()),
            None => Bound::Included(prefix.as_bytes()),
        };
        let mut found = Vec::new();
        for entry in snapshot.range(BUCKETS, (start, Bound::Unbounded), Direction::Forward)? {
            let (key, value) = entry?;
            if found.len() == limit || !key.starts_with(prefix.as_bytes()) {
                break;
            }
            found.push(named(&key, &value)?);
        }
        Ok(found)
    }

    /// Deletes a bucket that has no object and no version; its uploads are aborted.
    pub async fn delete_bucket(&self, name: &BucketName) -> Result<(), ObjectsError> {
        let name = name.clone();
        self.decide(0, move |present| {
            let bucket = bucket_in(present, &name)?;
            if count_in(present, bucket.number)? != 0 {
                return Err(ObjectsError::BucketNotEmpty);
            }
            let number = bucket.number.to_be_bytes();
            present.delete(BUCKETS, name.as_str());
            present.delete(COUNTS, number);
            for kind in KINDS {
                present.delete(SETTINGS, settings_key(bucket.number, kind));
            }
            present.put(CHORES, chore_key(Chore::Bucket, &number), "");
            Ok(())
        })
        .await?;
        self.bell.notify_one();
        Ok(())
    }

    pub async fn set_versioning(
        &self,
        name: &BucketName,
        is_enabled: bool,
    ) -> Result<(), ObjectsError> {
        let name = name.clone();
        let versioning = if is_enabled { Versioning::Enabled } else { Versioning::Suspended };
        self.decide(0, move |present| {
            let bucket = StoredBucket { versioning, ..bucket_in(present, &name)? };
            present.put(BUCKETS, name.as_str(), encode(&bucket));
            Ok(())
        })
        .await
    }
}

fn named(key: &[u8], value: &Bytes) -> Result<Bucket, ObjectsError> {
    let name = std::str::from_utf8(key).ok().and_then(|name| BucketName::new(name).ok());
    let name = name.ok_or(records::RecordError::Key)?;
    Ok(decode::<StoredBucket>(value)?.named(name))
}

pub(crate) fn bucket_in(
    present: &mut Present<'_>,
    name: &BucketName,
) -> Result<StoredBucket, ObjectsError> {
    let value = present.get(BUCKETS, name.as_str().as_bytes())?;
    Ok(decode(&value.ok_or(ObjectsError::NoBucket)?)?)
}

pub(crate) fn stored_bucket(
    snapshot: &Snapshot,
    name: &BucketName,
) -> Result<StoredBucket, ObjectsError> {
    let value = snapshot.get(BUCKETS, name.as_str().as_bytes())?;
    Ok(decode(&value.ok_or(ObjectsError::NoBucket)?)?)
}

/// A number that no other bucket ever has: the record of the journal and the place in it.
fn new_number(present: &mut Present<'_>) -> u64 {
    let Place(bytes) = Place::new(present.sequence());
    // A journal has far fewer than 2^40 records, and a record fewer than 2^24 changes.
    bytes[..8]
        .iter()
        .skip(3)
        .chain(&bytes[9..])
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn count_in(present: &mut Present<'_>, bucket: u64) -> Result<u64, ObjectsError> {
    let value = present.get(COUNTS, &bucket.to_be_bytes())?;
    let count = value.and_then(|value| Some(u64::from_be_bytes(value[..].try_into().ok()?)));
    Ok(count.unwrap_or(0))
}

/// Counts versions that came, or went.
pub(crate) fn count(present: &mut Present<'_>, bucket: u64, by: i64) -> Result<(), ObjectsError> {
    if by != 0 {
        let count = count_in(present, bucket)?.saturating_add_signed(by);
        present.put(COUNTS, bucket.to_be_bytes(), count.to_be_bytes().to_vec());
    }
    Ok(())
}
