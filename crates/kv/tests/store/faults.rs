//! Disks that lie, fail or are full.

use std::io;
use std::sync::Arc;
use std::thread;

use kv::{Batch, CommitError, Committer, Disk, OpenError, Options, SimDisk, Store};

use crate::place::{Place, Real, Simulated, THINGS, dump, put};

fn manual() -> Options {
    Options { segment_bytes: 4_096, ..Options::for_tests(Committer::Manual) }
}

fn commit(store: &Store, batch: Batch) -> Result<(), CommitError> {
    let ticket = store.commit(batch);
    while store.pump() {}
    ticket.wait()
}

fn segments(disk: &SimDisk) -> Vec<String> {
    let names = disk.list().unwrap();
    names.into_iter().filter(|name| name.ends_with(".journal")).collect()
}

/// A store whose journal holds five records, closed cleanly.
fn written() -> Simulated {
    let place = Simulated::new();
    let store = place.open(manual());
    for n in 0..5 {
        commit(&store, put(THINGS, format!("key {n}"), format!("value {n}"))).unwrap();
    }
    drop(store);
    place
}

#[test]
fn every_flipped_bit_of_a_closed_journal_is_damage_or_harmless() {
    let sound = dump(&written().open(manual()), THINGS);
    let journal_end = 800;
    let mut damaged = 0;
    for offset in 0..journal_end {
        for mask in [1, 0x10, 0x80] {
            let place = written();
            let file = segments(&place.disk).pop().unwrap();
            place.disk.flip(&file, offset, mask);
            match place.try_open(manual()) {
                Ok(store) => assert_eq!(dump(&store, THINGS), sound, "byte {offset}"),
                Err(OpenError::JournalDamaged { file: named, offset: at }) => {
                    assert_eq!(named, file);
                    assert!(at <= offset as u64, "byte {offset} is behind {at}");
                    damaged += 1;
                }
                Err(error) => panic!("byte {offset}: {error}"),
            }
        }
    }
    assert!(damaged > 600, "only {damaged} flips were noticed");
}

#[test]
fn a_flipped_bit_after_a_crash_is_damage_unless_in_the_last_record() {
    for offset in 0..500 {
        let place = Simulated::new();
        let store = place.open(manual());
        for n in 0..5 {
            commit(&store, put(THINGS, format!("key {n}"), format!("value {n}"))).unwrap();
        }
        std::mem::forget(store);
        place.disk.restart(kv::Survival::Nothing);
        let file = segments(&place.disk).pop().unwrap();
        place.disk.flip(&file, offset, 4);
        match place.try_open(manual()) {
            Ok(store) => assert!(dump(&store, THINGS).len() >= 4, "byte {offset}"),
            Err(OpenError::JournalDamaged { .. }) => {}
            Err(error) => panic!("byte {offset}: {error}"),
        }
    }
}

#[test]
fn a_lost_identity_is_noticed() {
    let place = written();
    place.disk.flip("identity", 9, 1);
    let error = place.try_open(manual()).unwrap_err();
    assert!(matches!(error, OpenError::JournalForeign { .. }), "{error}");
    place.disk.remove("identity").unwrap();
    let error = place.try_open(manual()).unwrap_err();
    assert!(matches!(error, OpenError::JournalForeign { .. }), "{error}");
}

#[test]
fn a_lost_file_of_the_journal_is_noticed() {
    let place = Simulated::new();
    let store = place.open(manual());
    for n in 0..20 {
        commit(&store, put(THINGS, format!("key {n}"), vec![b'x'; 700])).unwrap();
    }
    drop(store);
    let files = segments(&place.disk);
    assert!(files.len() > 3);
    for lost in &files[..files.len() - 1] {
        let copy = Simulated::new();
        for name in place.disk.list().unwrap().iter().filter(|name| *name != lost) {
            let content = place.disk.open(name).unwrap().read().unwrap();
            let file = copy.disk.create(name, content.len() as u64).unwrap();
            file.write_at(0, &content).unwrap();
        }
        let error = copy.try_open(manual()).unwrap_err();
        assert!(matches!(error, OpenError::JournalDamaged { .. }), "{error}");
    }
}

#[test]
fn a_full_disk_fails_commits_until_there_is_space() {
    let place = Simulated::new();
    let store = place.open(manual());
    commit(&store, put(THINGS, "before", "1")).unwrap();
    place.disk.limit(Some(4_096 + 100));
    let mut acknowledged = 0;
    loop {
        let key = format!("during {acknowledged}");
        match commit(&store, put(THINGS, key, vec![b'x'; 600])) {
            Ok(()) => acknowledged += 1,
            Err(CommitError::DiskFull) => break,
            Err(error) => panic!("{error}"),
        }
    }
    assert!(acknowledged > 2);
    assert!(store.get(THINGS, b"before").unwrap().is_some(), "reads go on");
    place.disk.limit(None);
    commit(&store, put(THINGS, "after", "1")).unwrap();
    drop(store);
    let store = place.open(manual());
    assert_eq!(dump(&store, THINGS).len(), acknowledged + 2);
}

#[test]
fn a_write_that_finds_no_space_is_undone() {
    for goes_on in [false, true] {
        let place = Simulated::new();
        let store = place.open(manual());
        commit(&store, put(THINGS, "a", "1")).unwrap();
        place.disk.fail_next_write(io::ErrorKind::StorageFull);
        let refused = commit(&store, put(THINGS, "b", vec![b'x'; 900]));
        assert!(matches!(refused, Err(CommitError::DiskFull)));
        assert_eq!(store.get(THINGS, b"b").unwrap(), None);
        if goes_on {
            commit(&store, put(THINGS, "c", "1")).unwrap();
        }
        std::mem::forget(store);
        place.disk.restart(kv::Survival::Everything);
        let store = place.open(manual());
        let keys: Vec<String> = dump(&store, THINGS).into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, if goes_on { &["a", "c"][..] } else { &["a"] });
    }
}

#[test]
fn a_new_space_is_not_known_after_its_first_write_failed() {
    let place = Simulated::new();
    let store = place.open(manual());
    place.disk.fail_next_write(io::ErrorKind::StorageFull);
    commit(&store, put(THINGS, "a", "1")).unwrap_err();
    commit(&store, put(crate::place::JOBS, "b", "1")).unwrap();
    commit(&store, put(THINGS, "c", "1")).unwrap();
    drop(store);
    let store = place.open(manual());
    assert_eq!(dump(&store, THINGS).len(), 1);
    assert_eq!(dump(&store, crate::place::JOBS).len(), 1);
}

#[test]
fn a_failed_sync_ends_all_commits() {
    let place = Simulated::new();
    let store = place.open(manual());
    commit(&store, put(THINGS, "a", "1")).unwrap();
    place.disk.fail_next_sync(io::ErrorKind::Other);
    let unsure = commit(&store, put(THINGS, "b", "1"));
    assert!(matches!(unsure, Err(CommitError::Poisoned(_))));
    assert_eq!(store.get(THINGS, b"b").unwrap(), None, "what is not durable is not shown");
    let after = commit(&store, put(THINGS, "c", "1"));
    assert!(matches!(after, Err(CommitError::Poisoned(_))));
    assert!(store.get(THINGS, b"a").unwrap().is_some());
}

#[test]
fn a_failed_write_ends_all_commits() {
    let place = Simulated::new();
    let store = place.open(manual());
    place.disk.fail_next_write(io::ErrorKind::Other);
    commit(&store, put(THINGS, "a", "1")).unwrap_err();
    let after = commit(&store, put(THINGS, "b", "1"));
    assert!(matches!(after, Err(CommitError::Poisoned(_))));
    drop(store);
    assert_eq!(dump(&place.open(manual()), THINGS), []);
}

#[test]
fn a_group_gathers_while_the_disk_syncs() {
    let place = Simulated::new();
    let store = place.open(Options::for_tests(Committer::Threads));
    place.disk.hold_syncs();
    let first = store.commit(put(THINGS, "first", "1"));
    while store.stats().groups == 0 {
        thread::yield_now();
    }
    let rest: Vec<_> = (0..50).map(|n| store.commit(put(THINGS, format!("{n}"), "1"))).collect();
    assert_eq!(store.get(THINGS, b"first").unwrap(), None, "not shown before it is durable");
    place.disk.release_syncs();
    first.wait().unwrap();
    rest.into_iter().for_each(|ticket| ticket.wait().unwrap());
    assert_eq!((store.stats().groups, store.stats().syncs), (2, 2));
}

#[test]
fn commits_fail_rather_than_outgrow_memory_while_checkpoints_fail() {
    let place = Simulated::new();
    let options = Options { checkpoint_bytes: 5_000, ..manual() };
    let broken = Broken(place.settled.clone());
    let store =
        Store::open_on(Arc::new(place.disk.clone()), Arc::new(broken), options.clone()).unwrap();
    let mut acknowledged = 0;
    let error = loop {
        match commit(&store, put(THINGS, format!("{acknowledged}"), vec![b'x'; 500])) {
            Ok(()) => acknowledged += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, CommitError::DiskFull), "{error}");
    assert!((10..40).contains(&acknowledged), "{acknowledged}");
    assert!(store.stats().checkpoints_failed > 0);
    drop(store);
    let store = place.open(options);
    assert_eq!(dump(&store, THINGS).len(), acknowledged);
    commit(&store, put(THINGS, "after", "1")).unwrap();
}

/// A settled tier without space.
#[derive(Debug)]
struct Broken(kv::MemorySettled);

impl kv::Settled for Broken {
    fn mark(&self) -> Result<u64, kv::SettledError> {
        self.0.mark()
    }

    fn settle(
        &self,
        _: &mut dyn Iterator<Item = Result<kv::SettledEntry, kv::SettledError>>,
        _: u64,
    ) -> Result<(), kv::SettledError> {
        Err(kv::SettledError::Full)
    }

    fn view(&self) -> Arc<dyn kv::SettledView> {
        self.0.view()
    }
}

#[test]
fn a_second_opener_is_told_who_was_first() {
    let place = Real::new();
    let store = place.open(Options::for_tests(Committer::Threads));
    let error = Store::open(place.dir(), Options::for_tests(Committer::Threads)).unwrap_err();
    let own = std::process::id();
    assert!(matches!(error, OpenError::Locked { pid: Some(pid), .. } if pid == own), "{error}");
    drop(store);
    place.open(Options::for_tests(Committer::Threads));
}

#[test]
fn more_spaces_than_numbers_are_refused() {
    let store = Store::in_memory();
    for n in 0..255 {
        let name: &'static str = format!("space {n}").leak();
        store.commit(put(kv::Space::new(name), "key", "value")).wait().unwrap();
    }
    let refused = store.commit(put(kv::Space::new("one more"), "key", "value")).wait();
    assert!(matches!(refused, Err(CommitError::TooManySpaces { .. })));
    let known = kv::Space::new("space 254");
    store.checkpoint().wait().unwrap();
    assert_eq!(dump(&store, known).len(), 1);
}
