//! Items that have lived their time, on a clock that the test moves.

use std::task::{Context, Poll, Waker};
use std::time::Duration;

use kv::Committer;
use model::Home;
use stdx::task::block_on;
use tables::{Next, StreamView, Sweeper, Tables, UpdateTableRefused};

use crate::checks::{Replay, content};
use crate::common::{NOW, Place, create, do_write, drive, key, name, new_table, put, sweep, with};

#[test]
fn expired_items_are_taken_away_by_the_service() {
    let place = Place::new();
    let tables = place.open();
    let mut new = new_table("things");
    new.stream = Some(StreamView::NewAndOldImages);
    let table = create(&tables, new);
    let second = (NOW / 1_000).cast_signed();
    // Some are there before the time to live is, more than one step takes.
    for at in 0..250 {
        let item = with(key("a", at), "expires", second + at % 2);
        do_write(&tables, put(&table, item)).unwrap();
    }
    let expires = || "expires".to_owned();
    block_on(tables.update_time_to_live(&name("things"), expires(), true)).unwrap();
    let again = block_on(tables.update_time_to_live(&name("things"), expires(), true));
    assert!(matches!(again, Err(UpdateTableRefused::TimeToLiveEnabled)), "{again:?}");
    let stays = [
        with(key("stays", 1), "expires", "soon"),
        with(key("stays", 2), "expires", -1),
        with(key("stays", 3), "expires", second - 6 * 365 * 24 * 60 * 60),
        with(key("stays", 4), "other", second),
    ];
    for item in stays {
        do_write(&tables, put(&table, item)).unwrap();
    }
    do_write(&tables, put(&table, with(key("b", 1), "expires", second + 1))).unwrap();
    sweep(&tables);
    assert_eq!(content(&tables, &table).len(), 125 + 4 + 1);
    // Its life is prolonged before it ends.
    do_write(&tables, put(&table, with(key("b", 1), "expires", second + 60))).unwrap();
    place.hands.advance(Duration::from_secs(1));
    sweep(&tables);
    assert_eq!(content(&tables, &table).len(), 4 + 1);
    place.hands.advance(Duration::from_secs(60));
    sweep(&tables);
    let left = content(&tables, &table);
    assert_eq!(left.len(), 4);

    let mut replay = Replay::new(&tables, &table);
    replay.follow(&tables);
    assert_eq!((replay.content, replay.expired), (left, 251));
}

#[test]
fn an_item_whose_life_is_prolonged_meanwhile_stays() {
    let place = Place::new();
    let store = place.store(Committer::Manual).unwrap();
    let tables = Tables::open(store.clone(), Home::default(), place.clock.clone());
    drive(&store, tables.create_table(new_table("things"))).unwrap();
    let things = name("things");
    let on = tables.update_time_to_live(&things, "expires".to_owned(), true);
    drive(&store, on).unwrap();
    let table = crate::common::table(&tables, "things");
    let second = (NOW / 1_000).cast_signed();
    let item = |at, expires| put(&table, with(key("a", at), "expires", expires));
    for at in 0..2 {
        drive(&store, tables.write_item(item(at, second))).unwrap();
    }
    let mut sweeper = Sweeper::new(tables.clone());
    let mut context = Context::from_waker(Waker::noop());
    loop {
        // Begun before the step and committed before it, but not when the step looks.
        let mut prolonged = Box::pin(tables.write_item(item(1, second + 60)));
        assert!(prolonged.as_mut().poll(&mut context).is_pending());
        let mut step = Box::pin(sweeper.step(NOW));
        let next = match step.as_mut().poll(&mut context) {
            Poll::Ready(next) => next,
            Poll::Pending => drive(&store, step),
        };
        drive(&store, prolonged).unwrap();
        assert!(content(&tables, &table).contains_key(&("a".to_owned(), 1)));
        if next.unwrap() != Next::AtOnce {
            break;
        }
        // What was not the step that expires puts it back for the next one.
        if content(&tables, &table).len() == 2 {
            drive(&store, tables.write_item(item(1, second))).unwrap();
        }
    }
    let left: Vec<_> = content(&tables, &table).into_keys().collect();
    assert_eq!(left, [("a".to_owned(), 1)]);
}

#[test]
fn without_a_time_to_live_nothing_expires_any_more() {
    let place = Place::new();
    let tables = place.open();
    let table = create(&tables, new_table("things"));
    let second = (NOW / 1_000).cast_signed();
    let set = |is_enabled| {
        block_on(tables.update_time_to_live(&name("things"), "expires".to_owned(), is_enabled))
    };
    set(true).unwrap();
    do_write(&tables, put(&table, with(key("a", 1), "expires", second + 10))).unwrap();
    set(false).unwrap();
    assert!(matches!(set(false), Err(UpdateTableRefused::TimeToLiveDisabled)));
    place.hands.advance(Duration::from_secs(20));
    sweep(&tables);
    assert_eq!(content(&tables, &table).len(), 1);
    let indexes = kv::Space::new("table-indexes");
    assert_eq!(tables.store().scan(indexes, b"").unwrap().count(), 0, "expiries are gone too");
    let other = block_on(tables.update_time_to_live(&name("things"), "other".to_owned(), true));
    other.unwrap();
    sweep(&tables);
    assert_eq!(content(&tables, &table).len(), 1);
    set(true).expect_err("another attribute");
}

#[test]
fn small_tables_are_counted_at_once_and_large_ones_by_and_by() {
    let place = Place::new();
    let tables = place.open();
    let table = create(&tables, crate::common::new_indexed_table("things"));
    let fill = |from: i64, until: i64| {
        let item = |at| with(with(key("a", at), "room", "hall"), "level", at % 2);
        let writes = (from..until).map(|at| put(&table, item(at))).collect();
        block_on(tables.batch_write(writes)).unwrap();
    };
    let sizes = || {
        let size = tables.table_size(&table).unwrap();
        let indexes: Vec<u64> = size.indexes.iter().map(|(_, size)| size.items).collect();
        (size.table.items, indexes, size.table.bytes)
    };
    fill(0, 10);
    let bytes: usize = content(&tables, &table).values().map(items::item_bytes).sum();
    assert_eq!(sizes(), (10, vec![10, 10], bytes as u64));
    let collection = |id: &str| {
        let size = tables.collection_size(&table, &key(id, 0)).unwrap().unwrap();
        (size.least_bytes, size.most_bytes)
    };
    let local = tables.table_size(&table).unwrap().indexes[1].1.bytes;
    let whole = bytes as u64 + local;
    assert_eq!(collection("a"), (whole, whole), "with its entries in the local index");
    assert_eq!(collection("b"), (0, 0));
    fill(10, 6_000);
    assert_eq!(sizes().0, 0, "nobody has counted so many yet");
    sweep(&tables);
    assert_eq!((sizes().0, sizes().1), (6_000, vec![6_000, 6_000]));
    let (least, most) = collection("a");
    let size = tables.table_size(&table).unwrap();
    assert!(least < most, "not all of so many are counted while somebody waits");
    assert_eq!(most, size.table.bytes + size.indexes[1].1.bytes);
    fill(6_000, 6_010);
    place.hands.advance(Duration::from_secs(5 * 60 * 60));
    sweep(&tables);
    assert_eq!(sizes().0, 6_000, "it is not six hours old");
    place.hands.advance(Duration::from_secs(60 * 60 + 1));
    sweep(&tables);
    assert_eq!(sizes().0, 6_010);
    let bytes: usize = content(&tables, &table).values().map(items::item_bytes).sum();
    assert_eq!(sizes().2, bytes as u64);
    block_on(tables.delete_table(&name("things"))).unwrap();
    sweep(&tables);
    for space in ["table-items", "table-indexes", "table-sizes"].map(kv::Space::new) {
        assert_eq!(tables.store().scan(space, b"").unwrap().count(), 0, "{space}");
    }
}
