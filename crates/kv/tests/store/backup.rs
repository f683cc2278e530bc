//! Backups: consistent, whole, private, and refused when they are not.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::thread;

use kv::{Batch, Committer, Options, RestoreError, Store, restore};
use tempfile::TempDir;

use crate::place::{JOBS, Place, Real, THINGS, dump, put};

fn options() -> Options {
    Options::for_tests(Committer::Threads)
}

/// A backup of a store with entries in every tier.
fn backed_up() -> (TempDir, PathBuf) {
    let place = Real::new();
    let store = place.open(options());
    for n in 0..50 {
        store.commit(put(THINGS, format!("{n:03}"), vec![b'x'; 20])).wait().unwrap();
        if n == 20 {
            store.checkpoint().wait().unwrap();
        }
    }
    store.commit(put(JOBS, "", "")).wait().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("backup");
    let report = store.backup(&file).unwrap();
    let ours = 2 + 1;
    assert_eq!(
        report.entries,
        50 + 1 + ours,
        "names of spaces and the count of records are entries"
    );
    assert_eq!(report.bytes, fs::metadata(&file).unwrap().len());
    (dir, file)
}

#[test]
fn what_was_backed_up_is_restored() {
    let (dir, file) = backed_up();
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let home = dir.path().join("restored");
    assert_eq!(restore(&file, &home).unwrap().entries, 54);
    assert_eq!(fs::metadata(&home).unwrap().permissions().mode() & 0o777, 0o700);
    for round in 0..2 {
        let store = Store::open(&home, options()).unwrap();
        assert_eq!(dump(&store, THINGS).len(), 50 + round);
        assert_eq!(dump(&store, JOBS).len(), 1);
        store.commit(put(THINGS, "new", "1")).wait().unwrap();
        store.checkpoint().wait().unwrap();
    }
}

#[test]
fn an_empty_store_is_restored_too() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("backup");
    Store::in_memory().backup(&file).unwrap();
    let home = dir.path().join("restored");
    fs::create_dir(&home).unwrap();
    assert_eq!(restore(&file, &home).unwrap().entries, 1);
    let store = Store::open(&home, options()).unwrap();
    assert_eq!(dump(&store, THINGS), []);
}

#[test]
fn sequences_rise_beyond_those_of_the_backup() {
    let told = |store: &Store| {
        let (sender, receiver) = std::sync::mpsc::sync_channel(1);
        let mut batch = Batch::new();
        batch.decide_by(1, move |present| {
            sender.send(present.sequence().record).unwrap();
            present.put(THINGS, "told", "1");
            Ok(())
        });
        store.commit(batch).wait().unwrap();
        receiver.recv().unwrap()
    };
    let (dir, file) = backed_up();
    let mut last = 51;
    // A restored store is backed up and restored in its turn.
    let mut backup = file;
    for round in 0..3 {
        let home = dir.path().join(format!("home{round}"));
        restore(&backup, &home).unwrap();
        let store = Store::open(&home, options()).unwrap();
        let next = told(&store);
        assert!(next > last, "{next} is not beyond {last}");
        last = next;
        backup = dir.path().join(format!("backup{round}"));
        store.backup(&backup).unwrap();
        store.close();
    }
}

#[test]
fn a_backup_during_traffic_is_of_one_moment() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::in_memory();
    let tell = |n: u32| {
        let mut batch = Batch::new();
        batch.put(THINGS, "count", n.to_string());
        batch.put(JOBS, "count", n.to_string());
        batch
    };
    thread::scope(|scope| {
        scope.spawn(|| (0..2_000).for_each(|n| store.commit(tell(n)).wait().unwrap()));
        for round in 0..5 {
            let file = dir.path().join(format!("backup {round}"));
            store.backup(&file).unwrap();
            let home = dir.path().join(format!("restored {round}"));
            restore(&file, &home).unwrap();
            let copy = Store::open(&home, options()).unwrap();
            assert_eq!(dump(&copy, THINGS), dump(&copy, JOBS));
        }
    });
}

#[test]
fn every_damaged_byte_of_a_backup_is_noticed() {
    let (dir, file) = backed_up();
    let sound = fs::read(&file).unwrap();
    let target = dir.path().join("target");
    for at in 0..sound.len() {
        let mut damaged = sound.clone();
        damaged[at] ^= 0x20;
        assert_refused(&file, &damaged, &target);
    }
    for length in (0..sound.len()).step_by(7) {
        assert_refused(&file, &sound[..length], &target);
    }
    let mut longer = sound.clone();
    longer.push(0);
    assert_refused(&file, &longer, &target);
}

fn assert_refused(file: &Path, content: &[u8], target: &Path) {
    fs::write(file, content).unwrap();
    let error = restore(file, target).unwrap_err();
    let expected = matches!(error, RestoreError::Damaged { .. } | RestoreError::NotABackup { .. });
    assert!(expected, "{error}");
    assert!(!target.exists(), "nothing is left that could be opened");
}

#[test]
fn a_used_directory_is_not_restored_into() {
    let (_dir, file) = backed_up();
    let used = Real::new();
    drop(used.open(options()));
    let error = restore(&file, used.dir()).unwrap_err();
    assert!(matches!(error, RestoreError::NotEmpty { .. }), "{error}");
}

#[test]
fn a_failed_backup_leaves_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::in_memory();
    store.backup(&dir.path().join("missing/backup")).unwrap_err();
    fs::create_dir(dir.path().join("taken")).unwrap();
    fs::write(dir.path().join("taken/file"), "").unwrap();
    store.backup(&dir.path().join("taken")).unwrap_err();
    let left: Vec<_> = fs::read_dir(dir.path()).unwrap().collect();
    assert_eq!(left.len(), 1);
}
