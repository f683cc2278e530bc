//! What every backend must do.

use std::ops::Bound;
use std::thread;

use bytes::Bytes;
use kv::{Batch, CommitError, Committer, Direction, Durability, Expect, Options, Store};

use crate::place::{JOBS, Place, Real, Simulated, THINGS, delete, dump, keys, put, text};

fn options() -> Options {
    Options::for_tests(Committer::Threads)
}

/// So small that every few batches begin a checkpoint and fill a file of the journal.
fn tiny() -> Options {
    Options { checkpoint_bytes: 2_000, segment_bytes: 4_096, ..options() }
}

macro_rules! kv_suite {
    ($name:ident, $place:ty) => {
        kv_suite!($name, $place:
            a_committed_batch_is_read_back,
            an_unknown_space_is_empty,
            a_batch_applies_its_changes_in_order,
            preconditions_see_batches_committed_just_before,
            a_failed_precondition_changes_nothing,
            a_batch_that_only_requires_is_checked,
            a_snapshot_sees_no_later_commit,
            a_snapshot_outlives_checkpoints,
            a_range_merges_all_tiers,
            a_range_goes_both_ways_and_minds_its_bounds,
            a_long_range_sees_one_moment,
            a_prefix_is_not_left,
            spaces_do_not_mix,
            everything_is_there_after_reopening,
            a_new_key_deleted_before_the_checkpoint_never_settles,
            a_new_key_deleted_after_the_checkpoint_is_gone,
            concurrent_counters_lose_no_increment,
            checkpoints_during_traffic_lose_nothing,
            a_checkpoint_begins_when_it_is_asked_for,
            oversized_batches_are_refused,
            a_batch_larger_than_a_file_of_the_journal_is_committed,
            commits_after_close_fail_and_reads_go_on,
            a_buffered_commit_takes_no_sync,
        );
    };
    ($name:ident, $place:ty: $($case:ident,)*) => {
        mod $name {
            use super::*;
            $(#[test] fn $case() { super::$case(&<$place>::new()); })*
        }
    };
}

kv_suite!(real, Real);
kv_suite!(simulated, Simulated);

fn a_committed_batch_is_read_back(place: &impl Place) {
    let store = place.open(options());
    store.commit(put(THINGS, "lamp", "on")).wait().unwrap();
    assert_eq!(store.get(THINGS, b"lamp").unwrap().as_deref(), Some(&b"on"[..]));
    assert_eq!(store.get(THINGS, b"door").unwrap(), None);
    store.commit(delete(THINGS, "lamp")).wait().unwrap();
    assert_eq!(store.get(THINGS, b"lamp").unwrap(), None);
}

fn an_unknown_space_is_empty(place: &impl Place) {
    let store = place.open(options());
    assert_eq!(store.get(THINGS, b"lamp").unwrap(), None);
    assert_eq!(dump(&store, THINGS), []);
}

fn a_batch_applies_its_changes_in_order(place: &impl Place) {
    let store = place.open(options());
    let mut batch = put(THINGS, "lamp", "on");
    batch.delete(THINGS, "lamp");
    batch.put(THINGS, "lamp", "off");
    batch.put(THINGS, "door", "open");
    batch.delete(THINGS, "door");
    store.commit(batch).wait().unwrap();
    assert_eq!(dump(&store, THINGS), [("lamp".into(), "off".into())]);
}

fn preconditions_see_batches_committed_just_before(place: &impl Place) {
    let store = place.open(options());
    let create = |value: &'static str| {
        let mut batch = put(THINGS, "lamp", value);
        batch.require(THINGS, "lamp", Expect::Absent);
        batch
    };
    let tickets: Vec<_> = ["a", "b", "c"].map(|value| store.commit(create(value))).into();
    let outcomes: Vec<bool> = tickets.into_iter().map(|ticket| ticket.wait().is_ok()).collect();
    assert_eq!(outcomes, [true, false, false]);
    assert_eq!(dump(&store, THINGS), [("lamp".into(), "a".into())]);
}

fn a_failed_precondition_changes_nothing(place: &impl Place) {
    let store = place.open(options());
    store.commit(put(THINGS, "lamp", "on")).wait().unwrap();
    for expect in [Expect::Absent, Expect::Value(Bytes::from_static(b"off"))] {
        let mut batch = put(JOBS, "job", "1");
        batch.require(THINGS, "lamp", expect);
        let error = store.commit(batch).wait().unwrap_err();
        assert!(
            matches!(&error, CommitError::PreconditionFailed { space, key }
                if *space == THINGS && **key == *b"lamp"),
            "{error}"
        );
    }
    let mut batch = put(JOBS, "job", "1");
    batch.require(THINGS, "door", Expect::Present);
    store.commit(batch).wait().unwrap_err();
    assert_eq!(dump(&store, JOBS), []);
    assert_eq!(store.stats().preconditions_failed, 3);
}

fn a_batch_that_only_requires_is_checked(place: &impl Place) {
    let store = place.open(options());
    store.commit(put(THINGS, "lamp", "on")).wait().unwrap();
    let mut batch = Batch::new();
    batch.require(THINGS, "lamp", Expect::Value(Bytes::from_static(b"on")));
    store.commit(batch).wait().unwrap();
    let mut batch = Batch::new();
    batch.require(THINGS, "lamp", Expect::Absent);
    store.commit(batch).wait().unwrap_err();
}

fn a_snapshot_sees_no_later_commit(place: &impl Place) {
    let store = place.open(options());
    store.commit(put(THINGS, "lamp", "on")).wait().unwrap();
    let snapshot = store.snapshot();
    store.commit(put(THINGS, "lamp", "off")).wait().unwrap();
    store.commit(put(THINGS, "door", "open")).wait().unwrap();
    store.commit(delete(THINGS, "lamp")).wait().unwrap();
    assert_eq!(snapshot.get(THINGS, b"lamp").unwrap().as_deref(), Some(&b"on"[..]));
    assert_eq!(text(snapshot.scan(THINGS, b"").unwrap()), [("lamp".into(), "on".into())]);
    assert_eq!(dump(&store, THINGS), [("door".into(), "open".into())]);
}

fn a_snapshot_outlives_checkpoints(place: &impl Place) {
    let store = place.open(options());
    let mut batch = put(THINGS, "a", "1");
    batch.put_new(THINGS, "b", "1");
    store.commit(batch).wait().unwrap();
    let first = store.snapshot();
    store.checkpoint().wait().unwrap();
    store.commit(put(THINGS, "a", "2")).wait().unwrap();
    store.commit(delete(THINGS, "b")).wait().unwrap();
    let second = store.snapshot();
    store.commit(put(THINGS, "a", "3")).wait().unwrap();
    store.checkpoint().wait().unwrap();
    store.checkpoint().wait().unwrap();
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(text(first.scan(THINGS, b"").unwrap()), [pair("a", "1"), pair("b", "1")]);
    assert_eq!(text(second.scan(THINGS, b"").unwrap()), [pair("a", "2")]);
    assert_eq!(dump(&store, THINGS), [pair("a", "3")]);
    assert_eq!(store.stats().snapshots, 2);
}

fn a_range_merges_all_tiers(place: &impl Place) {
    let store = place.open(options());
    for key in ["a", "b", "c", "d"] {
        store.commit(put(THINGS, key, "settled")).wait().unwrap();
    }
    store.checkpoint().wait().unwrap();
    store.commit(put(THINGS, "b", "overlay")).wait().unwrap();
    store.commit(delete(THINGS, "c")).wait().unwrap();
    store.commit(put(THINGS, "bb", "overlay")).wait().unwrap();
    let expected = [("a", "settled"), ("b", "overlay"), ("bb", "overlay"), ("d", "settled")];
    let expected = expected.map(|(key, value)| (key.to_owned(), value.to_owned()));
    assert_eq!(dump(&store, THINGS), expected);
    store.checkpoint().wait().unwrap();
    assert_eq!(dump(&store, THINGS), expected);
    let stats = store.stats();
    assert_eq!((stats.overlay_bytes, stats.frozen_bytes), (0, 0), "memory is given back");
}

fn a_range_goes_both_ways_and_minds_its_bounds(place: &impl Place) {
    let store = place.open(options());
    for (at, key) in ["a", "b", "c", "d", "e"].into_iter().enumerate() {
        store.commit(put(THINGS, key, "")).wait().unwrap();
        if at == 2 {
            store.checkpoint().wait().unwrap();
        }
    }
    let range = |lower: Bound<&'static str>, upper: Bound<&'static str>, direction| {
        let bytes = |bound: Bound<&'static str>| bound.map(str::as_bytes);
        keys(store.range(THINGS, (bytes(lower), bytes(upper)), direction).unwrap())
    };
    use Bound::{Excluded, Included, Unbounded};
    use Direction::{Backward, Forward};
    assert_eq!(range(Unbounded, Unbounded, Forward), "a b c d e");
    assert_eq!(range(Unbounded, Unbounded, Backward), "e d c b a");
    assert_eq!(range(Included("b"), Excluded("d"), Forward), "b c");
    assert_eq!(range(Excluded("b"), Included("d"), Backward), "d c");
    assert_eq!(range(Included("bb"), Unbounded, Forward), "c d e");
    assert_eq!(range(Unbounded, Excluded("c"), Backward), "b a");
    assert_eq!(range(Excluded("c"), Excluded("c"), Forward), "");
    assert_eq!(range(Included("d"), Included("b"), Backward), "");
    assert_eq!(keys(store.range(THINGS, &b"b"[..]..b"d", Forward).unwrap()), "b c");
}

/// Longer than what is read at a time, with changes while it is read.
fn a_long_range_sees_one_moment(place: &impl Place) {
    let store = place.open(options());
    let mut batch = Batch::new();
    (0..2_000).for_each(|n| batch.put(THINGS, format!("{n:06}"), "old"));
    store.commit(batch).wait().unwrap();
    for direction in [Direction::Forward, Direction::Backward] {
        let mut range = store.range(THINGS, .., direction).unwrap();
        range.next().unwrap().unwrap();
        let mut batch = Batch::new();
        (0..2_000).step_by(2).for_each(|n| batch.delete(THINGS, format!("{n:06}")));
        (0..2_000).step_by(3).for_each(|n| batch.put(THINGS, format!("{n:06}"), "new"));
        store.commit(batch).wait().unwrap();
        store.checkpoint().wait().unwrap();
        assert!(range.by_ref().all(|entry| entry.unwrap().1 == "old"));
        drop(range);
        let mut batch = Batch::new();
        (0..2_000).for_each(|n| batch.put(THINGS, format!("{n:06}"), "old"));
        store.commit(batch).wait().unwrap();
    }
    assert_eq!(store.scan(THINGS, b"").unwrap().count(), 2_000);
}

fn a_prefix_is_not_left(place: &impl Place) {
    let store = place.open(options());
    let all: [&[u8]; 5] = [b"a", b"ab", b"ab\xff", b"ab\xff\xff1", b"ac"];
    for key in all {
        store.commit(put(THINGS, key, "")).wait().unwrap();
    }
    let count = |prefix: &[u8]| store.scan(THINGS, prefix).unwrap().count();
    assert_eq!([count(b""), count(b"ab"), count(b"ab\xff"), count(b"b")], [5, 3, 2, 0]);
    store.checkpoint().wait().unwrap();
    let count = |prefix: &[u8]| store.scan(THINGS, prefix).unwrap().count();
    assert_eq!([count(b""), count(b"ab"), count(b"ab\xff"), count(b"b")], [5, 3, 2, 0]);
}

fn spaces_do_not_mix(place: &impl Place) {
    let store = place.open(options());
    store.commit(put(THINGS, "same", "thing")).wait().unwrap();
    store.commit(put(JOBS, "same", "job")).wait().unwrap();
    store.commit(put(JOBS, "", "empty key")).wait().unwrap();
    for _ in 0..2 {
        assert_eq!(dump(&store, THINGS), [("same".into(), "thing".into())]);
        let jobs = [("".into(), "empty key".into()), ("same".into(), "job".into())];
        assert_eq!(dump(&store, JOBS), jobs);
        store.checkpoint().wait().unwrap();
    }
}

fn everything_is_there_after_reopening(place: &impl Place) {
    for round in 0..4 {
        let store = place.open(options());
        assert_eq!(store.scan(THINGS, b"").unwrap().count(), round * 20);
        for n in 0..20 {
            let mut batch = Batch::new();
            batch.put_new(THINGS, format!("{round}/{n}"), "kept");
            batch.put(JOBS, format!("{round}"), format!("{n}"));
            store.commit(batch).wait().unwrap();
            if round % 2 == 1 && n == 10 {
                store.checkpoint().wait().unwrap();
            }
        }
    }
    let store = place.open(options());
    assert_eq!(store.scan(THINGS, b"").unwrap().count(), 80);
    assert_eq!(dump(&store, JOBS).len(), 4);
}

fn a_new_key_deleted_before_the_checkpoint_never_settles(place: &impl Place) {
    let store = place.open(options());
    for n in 0..100 {
        let key = format!("message/{n}");
        let mut batch = Batch::new();
        batch.put_new(THINGS, &key, "queued");
        store.commit(batch).wait().unwrap();
        store.commit(delete(THINGS, &key)).wait().unwrap();
    }
    let names_only = store.stats().overlay_bytes;
    store.checkpoint().wait().unwrap();
    assert_eq!(store.stats().entries_settled, 1, "the name of the space is all that is left");
    assert!(names_only < 400, "{names_only} bytes");
}

fn a_new_key_deleted_after_the_checkpoint_is_gone(place: &impl Place) {
    let store = place.open(options());
    let mut batch = Batch::new();
    batch.put_new(THINGS, "message", "queued");
    store.commit(batch).wait().unwrap();
    store.checkpoint().wait().unwrap();
    store.commit(delete(THINGS, "message")).wait().unwrap();
    assert_eq!(store.get(THINGS, b"message").unwrap(), None);
    store.checkpoint().wait().unwrap();
    assert_eq!(dump(&store, THINGS), []);
    drop(store);
    assert_eq!(dump(&place.open(options()), THINGS), []);
}

fn concurrent_counters_lose_no_increment(place: &impl Place) {
    let store = place.open(tiny());
    store.commit(put(THINGS, "count", "0")).wait().unwrap();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..25).for_each(|_| increment(&store)));
        }
    });
    assert_eq!(dump(&store, THINGS), [("count".into(), "200".into())]);
}

fn increment(store: &Store) {
    loop {
        let before = store.get(THINGS, b"count").unwrap().unwrap();
        let count: u32 = std::str::from_utf8(&before).unwrap().parse().unwrap();
        let mut batch = put(THINGS, "count", (count + 1).to_string());
        batch.require(THINGS, "count", Expect::Value(before));
        match store.commit(batch).wait() {
            Ok(()) => return,
            Err(CommitError::PreconditionFailed { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

fn a_checkpoint_begins_when_it_is_asked_for(place: &impl Place) {
    let store = place.open(options());
    let commit = |key: &str| store.commit(put(THINGS, key, "x")).wait().unwrap();
    store.settle_soon();
    // There is nothing to settle before it.
    commit("a");
    commit("b");
    store.settle_soon();
    commit("c");
    // One that is asked for waits until the other is done.
    store.checkpoint().wait().unwrap();
    assert_eq!(store.stats().checkpoints, 2);
    assert_eq!(keys(store.scan(THINGS, b"").unwrap()), "a b c");
}

fn checkpoints_during_traffic_lose_nothing(place: &impl Place) {
    let store = place.open(tiny());
    thread::scope(|scope| {
        for writer in 0..4 {
            let store = &store;
            scope.spawn(move || {
                for n in 0..150 {
                    let mut batch = Batch::new();
                    batch.durability(Durability::Buffered);
                    batch.put(THINGS, format!("{writer}/{n}"), vec![b'x'; 40]);
                    batch.put(JOBS, format!("{writer}"), format!("{n}"));
                    store.commit(batch).wait().unwrap();
                    let found = store.get(THINGS, format!("{writer}/{n}").as_bytes());
                    assert!(found.unwrap().is_some(), "own writes are seen");
                }
            });
        }
        scope.spawn(|| (0..50).for_each(|_| assert_sums_up(&store)));
    });
    assert!(store.stats().checkpoints > 2);
    drop(store);
    let store = place.open(tiny());
    assert_eq!(store.scan(THINGS, b"").unwrap().count(), 600);
}

/// Each writer's counter says how many of its keys a snapshot must see.
fn assert_sums_up(store: &Store) {
    let snapshot = store.snapshot();
    for (writer, last) in text(snapshot.scan(JOBS, b"").unwrap()) {
        let prefix = format!("{writer}/");
        let count = snapshot.scan(THINGS, prefix.as_bytes()).unwrap().count();
        assert_eq!(count, last.parse::<usize>().unwrap() + 1);
    }
}

fn oversized_batches_are_refused(place: &impl Place) {
    let store = place.open(options());
    let long_key = store.commit(put(THINGS, vec![0; 40_000], "")).wait();
    assert!(matches!(long_key, Err(CommitError::KeyTooLong { .. })));
    let large = store.commit(put(THINGS, "a", vec![0; 33 << 20])).wait();
    assert!(matches!(large, Err(CommitError::BatchTooLarge { .. })));
}

fn a_batch_larger_than_a_file_of_the_journal_is_committed(place: &impl Place) {
    let store = place.open(tiny());
    for n in 0..3 {
        store.commit(put(THINGS, "small", "1")).wait().unwrap();
        store.commit(put(THINGS, format!("large/{n}"), vec![b'x'; 100_000])).wait().unwrap();
    }
    drop(store);
    let store = place.open(tiny());
    assert_eq!(store.scan(THINGS, b"large/").unwrap().count(), 3);
}

fn commits_after_close_fail_and_reads_go_on(place: &impl Place) {
    let store = place.open(options());
    let ticket = store.commit(put(THINGS, "lamp", "on"));
    store.close();
    ticket.wait().expect("what waited when the store was closed is committed");
    let late = store.commit(put(THINGS, "lamp", "off")).wait();
    assert!(matches!(late, Err(CommitError::Closed)));
    assert_eq!(dump(&store, THINGS), [("lamp".into(), "on".into())]);
}

fn a_buffered_commit_takes_no_sync(place: &impl Place) {
    let store = place.open(options());
    let mut batch = put(THINGS, "lamp", "on");
    batch.durability(Durability::Buffered);
    store.commit(batch).wait().unwrap();
    assert_eq!(store.stats().syncs, 0);
    store.commit(put(THINGS, "door", "open")).wait().unwrap();
    assert_eq!(store.stats().syncs, 1);
}
