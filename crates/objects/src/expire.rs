//! What lifecycle rules take away.

use kv::Snapshot;
use model::{BucketName, ObjectKey};
use records::{RecordError, decode};
use stdx::clock::UnixMillis;

use crate::bucket::Bucket;
use crate::condition::Condition;
use crate::delete::DeleteTarget;
use crate::error::ObjectsError;
use crate::key::{
    OBJECTS, Place, UPLOADS, VERSIONS, name_of, object_key, upload_of, versions_prefix,
};
use crate::lifecycle::{LifecycleRule, is_over};
use crate::notice::Doer;
use crate::store::Objects;
use crate::sweep::PIECE;
use crate::upload::{Upload, UploadId};
use crate::version::Version;

/// What is to go.
#[derive(Default)]
struct Due {
    /// Keys, with a version unless the object itself expires.
    versions: Vec<(String, Option<String>)>,
    uploads: Vec<(String, String)>,
}

impl Objects {
    /// Does what lifecycle rules ask for, up to a piece; answers whether there may be more.
    pub(crate) async fn keep_lifecycle(&self, now: UnixMillis) -> Result<bool, ObjectsError> {
        let mut after: Option<String> = None;
        loop {
            let buckets = self.buckets("", after.as_deref(), PIECE)?;
            let Some(last) = buckets.last() else { return Ok(false) };
            after = Some(last.name.as_str().to_owned());
            for bucket in &buckets {
                let rules = self.lifecycle(bucket)?.unwrap_or_default();
                let rules: Vec<LifecycleRule> =
                    rules.into_iter().filter(|rule| rule.is_enabled).collect();
                if !rules.is_empty() && self.expire(bucket, &rules, now).await? == PIECE {
                    return Ok(true);
                }
            }
        }
    }

    /// Deletes what is due in a bucket, up to a piece; answers how much that was.
    async fn expire(
        &self,
        bucket: &Bucket,
        rules: &[LifecycleRule],
        now: UnixMillis,
    ) -> Result<usize, ObjectsError> {
        let snapshot = self.snapshot();
        let mut due = Due::default();
        due.current(&snapshot, bucket, rules, now)?;
        due.earlier(&snapshot, bucket, rules, now)?;
        due.uploads(&snapshot, bucket, rules, now)?;
        let Due { versions: due, uploads } = due;
        self.delete_due(&bucket.name, &due, &uploads, now).await?;
        Ok(due.len())
    }

    async fn delete_due(
        &self,
        bucket: &BucketName,
        due: &[(String, Option<String>)],
        uploads: &[(String, String)],
        now: UnixMillis,
    ) -> Result<(), ObjectsError> {
        let read = |name: &str| ObjectKey::new(name).map_err(|_| RecordError::Key);
        for (name, version) in due {
            let (key, condition) = (read(name)?, Condition::default());
            let (bucket, version, doer) = (bucket.clone(), version.clone(), Doer::lifecycle());
            let target = DeleteTarget { bucket, key, version, condition, doer };
            self.delete(target, now).await?;
        }
        for (name, id) in uploads {
            let id = UploadId { bucket: bucket.clone(), key: read(name)?, id: id.clone() };
            match self.abort_upload(&id).await {
                Ok(()) | Err(ObjectsError::NoUpload) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl Due {
    fn is_full(&self) -> bool {
        self.versions.len() == PIECE
    }

    fn current(
        &mut self,
        snapshot: &Snapshot,
        bucket: &Bucket,
        rules: &[LifecycleRule],
        now: UnixMillis,
    ) -> Result<(), ObjectsError> {
        for entry in snapshot.scan(OBJECTS, &bucket.number.to_be_bytes())? {
            let (key, value) = entry?;
            let (name, version) = (name_of(&key)?, Version::decode(&value)?);
            if self.is_full() {
                break;
            }
            if is_due(snapshot, bucket, (name, &version), rules, now)? {
                let id = version.is_marker().then(|| id_of(&version));
                self.versions.push((name.to_owned(), id));
            }
        }
        Ok(())
    }

    /// A version is an earlier one since the next was written.
    fn earlier(
        &mut self,
        snapshot: &Snapshot,
        bucket: &Bucket,
        rules: &[LifecycleRule],
        now: UnixMillis,
    ) -> Result<(), ObjectsError> {
        if rules.iter().all(|rule| rule.earlier_days.is_none()) {
            return Ok(());
        }
        let mut newer: Option<(String, UnixMillis)> = None;
        for entry in snapshot.scan(VERSIONS, &bucket.number.to_be_bytes())? {
            let (key, value) = entry?;
            let end = key.len().checked_sub(Place::BYTES + 1).ok_or(RecordError::Key)?;
            let (name, version) = (name_of(&key[..end])?, Version::decode(&value)?);
            let since = match newer.take().filter(|(newer, _)| newer == name) {
                Some((_, since)) => since,
                None => current_since(snapshot, bucket, name)?.unwrap_or(now),
            };
            newer = Some((name.to_owned(), version.details.modified_at));
            let is_due = |rule: &LifecycleRule| {
                let days = rule.earlier_days.filter(|_| rule.filter.matches(name, &version));
                days.is_some_and(|days| is_over(since, days, now))
            };
            if self.is_full() {
                break;
            }
            if rules.iter().any(is_due) {
                self.versions.push((name.to_owned(), Some(id_of(&version))));
            }
        }
        Ok(())
    }

    fn uploads(
        &mut self,
        snapshot: &Snapshot,
        bucket: &Bucket,
        rules: &[LifecycleRule],
        now: UnixMillis,
    ) -> Result<(), ObjectsError> {
        for entry in snapshot.scan(UPLOADS, &bucket.number.to_be_bytes())? {
            let (key, value) = entry?;
            let (name, place) = upload_of(&key)?;
            let started_at = decode::<Upload>(&value)?.started_at;
            let is_due = |rule: &LifecycleRule| {
                let days = rule.abort_days.filter(|_| name.starts_with(&rule.filter.prefix));
                days.is_some_and(|days| is_over(started_at, days, now))
            };
            if rules.iter().any(is_due) {
                self.uploads.push((name.to_owned(), place.to_string()));
            }
        }
        Ok(())
    }
}

fn current_since(
    snapshot: &Snapshot,
    bucket: &Bucket,
    name: &str,
) -> Result<Option<UnixMillis>, ObjectsError> {
    let value = snapshot.get(OBJECTS, &object_key(bucket.number, name))?;
    let version = value.map(|value| Version::decode(&value)).transpose()?;
    Ok(version.map(|version| version.details.modified_at))
}

fn id_of(version: &Version) -> String {
    version.id().unwrap_or_else(|| "null".to_owned())
}

/// Whether the current version is to go: it is too old, or a marker in front of nothing.
fn is_due(
    snapshot: &Snapshot,
    bucket: &Bucket,
    (name, version): (&str, &Version),
    rules: &[LifecycleRule],
    now: UnixMillis,
) -> Result<bool, ObjectsError> {
    let mut matching = rules.iter().filter(|rule| rule.filter.matches(name, version));
    if version.is_marker() {
        let prefix = versions_prefix(bucket.number, name);
        let is_alone = snapshot.scan(VERSIONS, &prefix)?.next().is_none();
        return Ok(is_alone && matching.any(|rule| rule.expire_markers));
    }
    let modified_at = version.details.modified_at;
    Ok(matching.any(|rule| rule.expire_days.is_some_and(|days| is_over(modified_at, days, now))))
}
