//! Power fails at every single operation on the disk: whatever is left of the history, items, indexes
//! and stream agree, and long work goes on where it was.

use kv::{Committer, Store, Survival};
use model::{Home, IndexName};
use proptest::collection::vec;
use proptest::prelude::*;
use tables::{
    IndexChange, IndexStatus, KeyKind, Projection, Scope, Sweeper, Table, TableUpdate, Tables,
};

use crate::checks::{Replay, check_indexes, content};
use crate::common::{
    Place, attribute, delete, drive, index, key, name, new_indexed_table, put, schema, with,
};

const TABLE: &str = "things";

/// Items per write in the first part, so that the later index has several pieces to enter.
const ITEMS: usize = 230;

fn open(place: &Place) -> Result<(Store, Tables), kv::OpenError> {
    let store = place.store(Committer::Manual)?;
    let tables = Tables::open(store.clone(), Home::default(), place.clock.clone());
    Ok((store, tables))
}

/// Which items are written, one after the other; some again, some to be deleted.
type Writes = Vec<(u8, bool)>;

/// Lives until the power fails; answers how many of the writes were acknowledged.
fn live(store: &Store, tables: &Tables, writes: &Writes) -> Option<usize> {
    let created = drive(store, tables.create_table(new_indexed_table(TABLE)));
    created.ok()?;
    let table = tables.table(TABLE).ok()??;
    for (done, (at, is_delete)) in writes.iter().enumerate() {
        let write = if *is_delete {
            delete(&table, key("a", i64::from(*at)))
        } else {
            let item = with(key("a", i64::from(*at)), "room", "hall");
            put(&table, with(with(item, "level", i64::from(*at % 7)), "note", done as i64))
        };
        if drive(store, tables.write_item(write)).is_err() {
            return Some(done);
        }
    }
    Some(writes.len())
}

/// What the first writes leave, as numbers of the writes that wrote them.
fn expected(writes: &[(u8, bool)]) -> Vec<(i64, usize)> {
    let mut left = std::collections::BTreeMap::new();
    for (done, (at, is_delete)) in writes.iter().enumerate() {
        match is_delete {
            true => left.remove(&i64::from(*at)),
            false => left.insert(i64::from(*at), done),
        };
    }
    left.into_iter().collect()
}

fn check(tables: &Tables, table: &Table) -> Vec<(i64, usize)> {
    let content = content(tables, table);
    check_indexes(tables, table, &content);
    let mut replay = Replay::new(tables, table);
    replay.follow(tables);
    assert_eq!(replay.content, content);
    let note = |item: &items::Item| item.get("note").and_then(items::Value::as_n);
    let number = |item| note(item).and_then(items::Number::to_i64).unwrap() as usize;
    content.iter().map(|((_, at), item)| (*at, number(item))).collect()
}

fn crash_everywhere(writes: &Writes, survival: Survival) {
    for operations in 0.. {
        let place = Place::new();
        place.disk.crash_after(operations);
        let mut acknowledged = None;
        if let Ok((store, tables)) = open(&place) {
            acknowledged = live(&store, &tables, writes);
            drop(tables);
            std::mem::forget(store);
        }
        let is_over = place.disk.operations() < operations;
        place.disk.restart(survival);
        let (_store, tables) = open(&place).unwrap();
        match (tables.table(TABLE).unwrap(), acknowledged) {
            (Some(table), acknowledged) => {
                let found = check(&tables, &table);
                let least = acknowledged.unwrap_or(0);
                // The write that failed may be on disk all the same.
                let prefixes = [least, (least + 1).min(writes.len())];
                assert!(prefixes.iter().any(|end| found == expected(&writes[..*end])), "{found:?}");
            }
            (None, acknowledged) => assert_eq!(acknowledged, None),
        }
        if is_over {
            return;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    #[test]
    fn items_indexes_and_stream_agree_after_a_crash(
        writes in vec((0..6u8, proptest::bool::weighted(0.3)), 1..24),
        seed in any::<u64>(),
    ) {
        crash_everywhere(&writes, Survival::Sectors(seed));
    }
}

/// Fills a table, makes an index of it and deletes another.
fn filled(place: &Place) {
    let (store, tables) = open(place).unwrap();
    drive(&store, tables.create_table(new_indexed_table(TABLE))).unwrap();
    let table = tables.table(TABLE).unwrap().unwrap();
    for start in (0..ITEMS).step_by(23) {
        let items = (start..start + 23).map(|at| {
            let item = with(key("a", at as i64), "room", "hall");
            put(&table, with(with(item, "level", 3), "note", at as i64))
        });
        drive(&store, tables.batch_write(items.collect())).unwrap();
    }
    let note = attribute("note", KeyKind::N);
    let new = index("by-note", Scope::Global, schema(note.clone(), None), Projection::All);
    let create = Some(IndexChange::Create(new));
    let delete = Some(IndexChange::Delete(IndexName::new("by-room").unwrap()));
    for (index, attributes) in [(create, vec![note]), (delete, Vec::new())] {
        let update = TableUpdate { index, attributes, ..TableUpdate::default() };
        drive(&store, tables.update_table(&name(TABLE), update)).unwrap();
    }
    store.close();
}

#[test]
fn long_work_goes_on_after_each_crash() {
    let place = Place::new();
    filled(&place);
    let mut rounds = 0;
    loop {
        // Each life is one operation longer, so all of it is interrupted everywhere.
        place.disk.crash_after(place.disk.operations() + rounds);
        rounds += 1;
        let mut is_done = false;
        if let Ok((store, tables)) = open(&place) {
            let mut sweeper = Sweeper::new(tables.clone());
            while let Ok(next) = drive(&store, sweeper.step(place.clock.now())) {
                if next != tables::Next::AtOnce {
                    is_done = true;
                    break;
                }
            }
            drop((sweeper, tables));
            std::mem::forget(store);
        }
        place.disk.restart(Survival::Sectors(rounds));
        let (store, tables) = open(&place).unwrap();
        let table = tables.table(TABLE).unwrap().unwrap();
        assert_eq!(check(&tables, &table).len(), ITEMS);
        if is_done {
            let index = table.definition().index("by-note").unwrap();
            assert_eq!(index.status, IndexStatus::Active);
            let left = store.scan(kv::Space::new("table-indexes"), b"").unwrap().count();
            assert_eq!(left, 2 * ITEMS, "of by-level and by-note, and none of by-room");
            return;
        }
        drop(tables);
        store.close();
    }
}
