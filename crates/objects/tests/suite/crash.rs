//! Power is lost at each write of the store, while files are real. What was answered is there and whole,
//! and after a sweep there is no file that nobody names.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use kv::{Committer, MemorySettled, Options, SimDisk, Store, Survival};
use model::ObjectKey;
use objects::{
    Condition, DeleteTarget, Doer, Happening, Meta, NewObject, Objects, ObjectsError, Settings,
    Sweeper, VersionRef, Wanted,
};

use crate::support::{NOW, body, bucket, files, key};

/// What an object may hold after the crash: what was answered last, or what was under way.
#[derive(Clone, Debug, Default, PartialEq)]
struct State {
    answered: Option<Bytes>,
    under_way: Option<Option<Bytes>>,
}

struct Machine {
    disk: SimDisk,
    settled: Arc<MemorySettled>,
}

impl Machine {
    fn new() -> Machine {
        let disk = SimDisk::new();
        let settled = Arc::new(MemorySettled::new(&disk));
        Machine { disk, settled }
    }

    fn open(&self, directory: &Path) -> Objects {
        let options = Options::for_tests(Committer::Threads);
        let settled = Arc::clone(&self.settled) as Arc<dyn kv::Settled>;
        let store = Store::open_on(Arc::new(self.disk.clone()), settled, options);
        Objects::new(store.expect("opened"), directory)
    }
}

async fn put(objects: &Objects, key: &ObjectKey, data: Bytes) -> Result<(), ObjectsError> {
    let mut writer = objects.writer(Wanted::default());
    writer.write(data).await?;
    let written = writer.finish().await?;
    let (key, meta, tags, condition) =
        (key.clone(), Meta::default(), Vec::new(), Condition::default());
    let new = NewObject {
        bucket: bucket(),
        key,
        meta,
        tags,
        condition,
        how: Happening::Put,
        doer: Doer::default(),
        now: NOW,
    };
    objects.put(new, written).await.map(drop)
}

async fn delete(objects: &Objects, key: &ObjectKey) -> Result<(), ObjectsError> {
    let (key, version, condition) = (key.clone(), None, Condition::default());
    let target = DeleteTarget { bucket: bucket(), key, version, condition, doer: Doer::default() };
    objects.delete(target, NOW).await.map(drop)
}

/// Writes until the power is lost; answers what each of the two objects may hold, and whether all was
/// written.
async fn write(objects: &Objects) -> ([State; 2], bool) {
    let keys = [key("small"), key("large")];
    let mut states = [State::default(), State::default()];
    for round in 0..4u8 {
        for (at, bytes) in [(0, 3_000), (1, 200_000)] {
            let data: Bytes = body(bytes).iter().map(|byte| byte ^ round).collect();
            let after = (round != 2).then_some(data.clone());
            states[at].under_way = Some(after.clone());
            let done = match after.clone() {
                Some(data) => put(objects, &keys[at], data).await,
                None => delete(objects, &keys[at]).await,
            };
            if done.is_err() {
                return (states, false);
            }
            states[at] = State { answered: after, under_way: None };
        }
    }
    (states, true)
}

async fn read(objects: &Objects, key: &ObjectKey) -> Option<Bytes> {
    let found = match objects.find(&bucket(), key, VersionRef::Current) {
        Ok(found) => found,
        Err(ObjectsError::NoKey) => return None,
        Err(error) => panic!("{error}"),
    };
    let (etag, end) = (found.version.details.etag.clone(), found.version.details.bytes);
    let mut reader = objects.read(found, 0..end).expect("read");
    let mut data = Vec::new();
    while let Some(block) = reader.next().await.expect("what is named is whole") {
        data.extend(block);
    }
    let digests = objects::Written::of(data.clone().into(), &Wanted::default()).digests;
    assert_eq!(stdx::hex::encode(&digests.md5), etag);
    Some(data.into())
}

async fn sweep(objects: &Objects) {
    let mut sweeper = Sweeper::new(objects.clone());
    while sweeper.step(NOW).await.expect("swept") {}
}

#[tokio::test]
async fn whatever_the_moment_objects_are_whole_and_no_orphan_stays() {
    for survival in [Survival::Nothing, Survival::Everything, Survival::Sectors(7)] {
        for operations in 0.. {
            let directory = tempfile::tempdir().expect("a directory");
            let root = directory.path().join("objects");
            let machine = Machine::new();
            let objects = machine.open(&root);
            objects.create_bucket(&bucket(), Settings::default(), NOW).await.expect("made");
            machine.disk.crash_after(operations);
            let (states, is_all) = write(&objects).await;
            drop(objects);
            machine.disk.restart(survival);
            // A body that was cut short with the power.
            std::fs::create_dir_all(root.join("0f")).expect("made");
            std::fs::write(root.join("0f").join("1".repeat(30)), b"to").expect("written");
            let objects = machine.open(&root);
            let mut named = 0;
            for (state, name) in states.iter().zip(["small", "large"]) {
                let found = read(&objects, &key(name)).await;
                let is_expected =
                    found == state.answered || state.under_way.as_ref() == Some(&found);
                assert!(is_expected, "{name} after {operations} operations, {survival:?}");
                named += usize::from(name == "large" && found.is_some());
            }
            sweep(&objects).await;
            assert_eq!(files(&root), named, "after {operations} operations, {survival:?}");
            assert_eq!(read(&objects, &key("large")).await.is_some(), named == 1);
            if is_all {
                break;
            }
        }
    }
}
