//! Change streams.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use stdx::task::block_on;
use tables::{
    ChangeKind, ItemChange, RECORD_MILLIS, SequenceNumber, StartAt, StreamChange, StreamRefused,
    StreamView, TableUpdate,
};

use crate::common::{
    Place, create, delete, do_write, key, name, new_table, put, sweep, update, with, write,
};

fn new_streamed(view: StreamView) -> tables::NewTable {
    let mut new = new_table("things");
    new.stream = Some(view);
    new
}

#[test]
fn records_hold_what_the_view_says_and_nothing_where_nothing_changed() {
    for (view, has_new, has_old) in [
        (StreamView::KeysOnly, false, false),
        (StreamView::NewImage, true, false),
        (StreamView::OldImage, false, true),
        (StreamView::NewAndOldImages, true, true),
    ] {
        let tables = Place::new().open();
        let table = create(&tables, new_streamed(view));
        let item = with(key("a", 1), "level", 1);
        do_write(&tables, put(&table, item.clone())).unwrap();
        do_write(&tables, put(&table, item.clone())).unwrap();
        let update = update("SET #level = :seven");
        let change = ItemChange::Update { key: key("a", 1), update };
        do_write(&tables, write(&table, change)).unwrap();
        do_write(&tables, delete(&table, key("a", 1))).unwrap();
        do_write(&tables, delete(&table, key("a", 1))).unwrap();

        let stream = tables.streams(Some(&name("things"))).unwrap().remove(0);
        let start = tables.shard_iterator(&stream, StartAt::TrimHorizon).unwrap();
        let records = tables.records(start, 100).unwrap().records;
        let kinds: Vec<ChangeKind> = records.iter().map(|record| record.kind).collect();
        assert_eq!(kinds, [ChangeKind::Insert, ChangeKind::Modify, ChangeKind::Remove]);
        let images: Vec<_> = records
            .iter()
            .map(|record| (record.new_image.is_some(), record.old_image.is_some()))
            .collect();
        let expected = [(has_new, false), (has_new, has_old), (false, has_old)];
        assert_eq!(images, expected, "{view:?}");
        assert!(records.iter().all(|record| record.key().unwrap() == key("a", 1)));
        assert!(records.is_sorted_by_key(|record| record.sequence));
    }
}

#[test]
fn iterators_begin_where_they_are_asked_to() {
    let place = Place::new();
    let tables = place.open();
    let table = create(&tables, new_streamed(StreamView::KeysOnly));
    let stream = tables.streams(None).unwrap().remove(0);
    let at = |start| tables.shard_iterator(&stream, start).unwrap();
    let count = |start| tables.records(start, 100).unwrap().records.len();
    let latest_of_none = at(StartAt::Latest);
    for n in 0..5 {
        do_write(&tables, put(&table, key("a", n))).unwrap();
    }
    let latest = at(StartAt::Latest);
    let page = tables.records(at(StartAt::TrimHorizon), 2).unwrap();
    assert_eq!(page.records.len(), 2);
    let second = SequenceNumber(page.records[1].sequence);
    assert_eq!(count(page.next.unwrap()), 3);
    assert_eq!(count(at(StartAt::Sequence(second))), 4);
    assert_eq!(count(at(StartAt::AfterSequence(second))), 3);
    assert_eq!((count(latest_of_none), count(latest)), (5, 0));
    do_write(&tables, put(&table, key("a", 5))).unwrap();
    assert_eq!(count(latest), 1);
    let text = latest.to_string();
    assert_eq!(count(text.parse().unwrap()), 1);
    place.hands.advance(Duration::from_secs(15 * 60 + 1));
    let expired = tables.records(latest, 1);
    assert!(matches!(expired, Err(StreamRefused::IteratorExpired)), "{expired:?}");
}

#[test]
fn a_stream_that_ended_is_read_to_its_end_and_then_forgotten() {
    let place = Place::new();
    let tables = place.open();
    let table = create(&tables, new_streamed(StreamView::NewImage));
    do_write(&tables, put(&table, key("a", 1))).unwrap();
    place.hands.advance(Duration::from_millis(1_000));
    let stream = Some(StreamChange::Disable);
    let update = TableUpdate { stream, ..TableUpdate::default() };
    block_on(tables.update_table(&name("things"), update)).unwrap();
    // Planned while there was a stream.
    do_write(&tables, put(&table, key("a", 2))).unwrap();

    let stream = tables.streams(Some(&name("things"))).unwrap().remove(0);
    assert!(stream.ended.is_some());
    let start = || tables.shard_iterator(&stream, StartAt::TrimHorizon).unwrap();
    let page = tables.records(start(), 10).unwrap();
    assert_eq!((page.records.len(), page.next), (1, None));
    block_on(tables.delete_table(&name("things"))).unwrap();
    sweep(&tables);
    assert_eq!(tables.records(start(), 10).unwrap().records.len(), 1);

    place.hands.advance(Duration::from_millis(RECORD_MILLIS));
    sweep(&tables);
    let first = tables.stream_ends(&stream).unwrap().first;
    assert_eq!(first, None, "the record is a day old and more");
    place.hands.advance(Duration::from_millis(1_000));
    sweep(&tables);
    assert_eq!(tables.streams(None).unwrap(), []);
    let gone = tables.records(start(), 10);
    assert!(matches!(gone, Err(StreamRefused::NotFound)), "{gone:?}");
}

#[test]
fn what_was_trimmed_is_told_to_who_asks_for_it() {
    let place = Place::new();
    let tables = place.open();
    let table = create(&tables, new_streamed(StreamView::KeysOnly));
    let stream = tables.streams(None).unwrap().remove(0);
    do_write(&tables, put(&table, key("a", 1))).unwrap();
    let first = tables.stream_ends(&stream).unwrap().first.unwrap();
    place.hands.advance(Duration::from_millis(RECORD_MILLIS + 1));
    do_write(&tables, put(&table, key("a", 2))).unwrap();
    sweep(&tables);
    let refused = tables.shard_iterator(&stream, StartAt::Sequence(first));
    assert!(matches!(refused, Err(StreamRefused::Trimmed)), "{refused:?}");
    let start = tables.shard_iterator(&stream, StartAt::TrimHorizon).unwrap();
    assert_eq!(tables.records(start, 10).unwrap().records.len(), 1);
}

#[test]
fn followers_are_told() {
    let tables = Place::new().open();
    let table = create(&tables, new_streamed(StreamView::KeysOnly));
    let told = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&told);
    tables.follow(move || {
        counter.fetch_add(1, Ordering::Relaxed);
    });
    do_write(&tables, put(&table, key("a", 1))).unwrap();
    block_on(tables.batch_write(vec![put(&table, key("a", 2))])).unwrap();
    let mut batch = kv::Batch::new();
    let pending = tables.put_into(&mut batch, &table, key("a", 3)).unwrap();
    block_on(tables.store().commit(batch)).unwrap();
    assert_eq!(told.load(Ordering::Relaxed), 2);
    tables.committed(&pending);
    assert_eq!(told.load(Ordering::Relaxed), 3);
}
