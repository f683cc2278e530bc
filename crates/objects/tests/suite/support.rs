//! A store of objects in a directory of its own, and short words for what tests do.

use bytes::Bytes;
use kv::Store;
use model::{BucketName, ObjectKey};
use objects::{
    BodyWriter, Condition, DeleteTarget, Deleted, Doer, Happening, Meta, NewObject, Objects,
    ObjectsError, Put, Settings, Sweeper, UploadId, VersionRef, Wanted, Written,
};
use tempfile::TempDir;

pub(crate) const NOW: u64 = 1_790_000_000_000;
pub(crate) const DAY: u64 = 24 * 3_600_000;

pub(crate) struct House {
    pub(crate) objects: Objects,
    pub(crate) directory: TempDir,
}

pub(crate) fn bucket() -> BucketName {
    BucketName::new("cellar").expect("a name")
}

pub(crate) fn key(name: &str) -> ObjectKey {
    ObjectKey::new(name).expect("a key")
}

pub(crate) fn doer() -> Doer {
    let (principal, source) = ("AWS:AIDA".to_owned(), "127.0.0.1".to_owned());
    Doer { principal, source, request_id: "7".to_owned() }
}

/// Bytes that differ from block to block.
pub(crate) fn body(bytes: usize) -> Bytes {
    (0..bytes).map(|at| u8::try_from(at * 7 / 256 % 251).expect("small")).collect()
}

impl House {
    pub(crate) async fn new() -> House {
        House::on(Store::in_memory()).await
    }

    pub(crate) async fn on(store: Store) -> House {
        let directory = tempfile::tempdir().expect("a directory");
        let objects = Objects::new(store, &directory.path().join("objects"));
        objects.create_bucket(&bucket(), Settings::default(), NOW).await.expect("created");
        House { objects, directory }
    }

    pub(crate) async fn put(&self, name: &str, data: impl Into<Bytes>) -> Put {
        self.try_put(name, data.into(), Condition::default()).await.expect("put")
    }

    pub(crate) async fn try_put(
        &self,
        name: &str,
        data: Bytes,
        condition: Condition,
    ) -> Result<Put, ObjectsError> {
        let written = self.written(data).await;
        let (meta, tags) = (Meta::default(), Vec::new());
        let new = NewObject {
            bucket: bucket(),
            key: key(name),
            meta,
            tags,
            condition,
            how: Happening::Put,
            doer: doer(),
            now: NOW,
        };
        self.objects.put(new, written).await
    }

    pub(crate) async fn written(&self, data: Bytes) -> Written {
        let mut writer: BodyWriter = self.objects.writer(Wanted::default());
        for at in (0..data.len()).step_by(60_000) {
            writer.write(data.slice(at..data.len().min(at + 60_000))).await.expect("written");
        }
        writer.finish().await.expect("whole")
    }

    pub(crate) async fn get(&self, name: &str) -> Result<Bytes, ObjectsError> {
        self.get_version(name, VersionRef::Current).await
    }

    pub(crate) async fn get_version(
        &self,
        name: &str,
        version: VersionRef<'_>,
    ) -> Result<Bytes, ObjectsError> {
        let found = self.objects.find(&bucket(), &key(name), version)?;
        let end = found.version.details.bytes;
        let mut reader = self.objects.read(found, 0..end)?;
        let mut data = Vec::new();
        while let Some(block) = reader.next().await? {
            data.extend(block);
        }
        Ok(data.into())
    }

    pub(crate) async fn delete(&self, name: &str, version: Option<&str>) -> Deleted {
        let target = DeleteTarget {
            bucket: bucket(),
            key: key(name),
            version: version.map(str::to_owned),
            condition: Condition::default(),
            doer: doer(),
        };
        self.objects.delete(target, NOW).await.expect("deleted")
    }

    pub(crate) async fn sweep(&self, now: u64) {
        let mut sweeper = Sweeper::new(self.objects.clone());
        while sweeper.step(now).await.expect("swept") {}
    }

    pub(crate) fn upload_id(name: &str, id: &str) -> UploadId {
        UploadId { bucket: bucket(), key: key(name), id: id.to_owned() }
    }

    /// How many files there are.
    pub(crate) fn files(&self) -> usize {
        files(&self.directory.path().join("objects"))
    }
}

pub(crate) fn files(root: &std::path::Path) -> usize {
    let Ok(entries) = std::fs::read_dir(root) else { return 0 };
    entries
        .map(|entry| entry.expect("read").path())
        .map(|path| if path.is_dir() { files(&path) } else { 1 })
        .sum()
}
