//! Writing single items.

use items::{Item, Value};
use tables::{ItemChange, ItemWrite, WriteRefused};

use crate::common::{
    condition, create, delete, do_write, key, new_indexed_table, new_table, put, tables, update,
    with, write,
};

fn get(tables: &tables::Tables, table: &tables::Table, key: &Item) -> Option<Item> {
    tables.get_item(table, key).unwrap().map(|item| item.decode().unwrap())
}

#[test]
fn a_put_replaces_and_tells_what_was_there() {
    let tables = tables();
    let table = create(&tables, new_table("things"));
    let (first, second) = (with(key("a", 1), "room", "hall"), with(key("a", 1), "level", 2));
    let written = do_write(&tables, put(&table, first.clone())).unwrap();
    assert!(written.old.is_none());
    let wants_old = ItemWrite { wants_old: true, ..put(&table, second.clone()) };
    let written = do_write(&tables, wants_old).unwrap();
    assert_eq!(written.old.unwrap().decode().unwrap(), first);
    assert_eq!(get(&tables, &table, &key("a", 1)), Some(second));
    assert_eq!(get(&tables, &table, &key("a", 2)), None);
    do_write(&tables, delete(&table, key("a", 1))).unwrap();
    assert_eq!(get(&tables, &table, &key("a", 1)), None);
}

#[test]
fn a_condition_is_asked_at_the_moment_of_the_commit() {
    let tables = tables();
    let table = create(&tables, new_table("things"));
    let once = |level: i64| {
        let condition = Some(condition("attribute_not_exists(#id)"));
        ItemWrite { condition, ..put(&table, with(key("a", 1), "level", level)) }
    };
    do_write(&tables, once(1)).unwrap();
    let Err(WriteRefused::ConditionFailed { old }) = do_write(&tables, once(2)) else {
        panic!("it is there already")
    };
    assert_eq!(old.unwrap().decode().unwrap(), with(key("a", 1), "level", 1));
}

#[test]
fn an_update_changes_or_makes() {
    let tables = tables();
    let table = create(&tables, new_table("things"));
    let count = || {
        let update = update("SET #level = if_not_exists(#level, :zero) + :one");
        write(&table, ItemChange::Update { key: key("a", 1), update })
    };
    for level in 1..4 {
        let written = do_write(&tables, count()).unwrap();
        let new = written.new.unwrap().decode().unwrap();
        assert_eq!(new, with(key("a", 1), "level", level));
    }
    let bad = ItemChange::Update { key: key("a", 2), update: update("SET #level = #level + :one") };
    let refused = do_write(&tables, write(&table, bad));
    assert!(matches!(refused, Err(WriteRefused::Update(_))), "{refused:?}");
    let of_key = ItemChange::Update { key: key("a", 1), update: update("SET #id = :one") };
    let refused = do_write(&tables, write(&table, of_key)).expect_err("the key stays");
    assert_eq!(
        refused.to_string(),
        "One or more parameter values were invalid: Cannot update attribute id. This attribute is \
         part of the key"
    );
}

#[test]
fn what_a_table_cannot_hold_is_refused() {
    let tables = tables();
    let table = create(&tables, new_indexed_table("things"));
    let refused = |item| do_write(&tables, put(&table, item)).expect_err("refused").to_string();
    assert!(refused(with(Item::new(), "id", "a")).ends_with("Missing the key at in the item"));
    let level = refused(with(with(key("a", 1), "level", "high"), "room", "hall"));
    assert!(level.contains("Type mismatch for Index Key level Expected: N Actual: S"), "{level}");
    let room = refused(with(key("a", 1), "room", ""));
    assert!(room.contains("cannot contain an empty string value"), "{room}");
    let large = with(key("a", 1), "note", "x".repeat(400 * 1_024));
    assert_eq!(refused(large), "Item size has exceeded the maximum allowed size");
    let fits = with(key("a", 1), "note", "x".repeat(400 * 1_024 - 12));
    do_write(&tables, put(&table, fits)).unwrap();
    let grow = update("SET #room = #note, #level = :seven");
    let grow =
        do_write(&tables, write(&table, ItemChange::Update { key: key("a", 1), update: grow }));
    assert!(matches!(grow, Err(WriteRefused::UpdatedTooLarge)), "{grow:?}");
}

#[test]
fn counting_from_many_threads_loses_nothing() {
    let tables = tables();
    let table = create(&tables, new_indexed_table("things"));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..50 {
                    let update = update("ADD #level :one");
                    let change = ItemChange::Update { key: key("a", 1), update };
                    do_write(&tables, write(&table, change)).unwrap();
                }
            });
        }
    });
    let item = get(&tables, &table, &key("a", 1)).unwrap();
    assert_eq!(item.get("level"), Some(&Value::from(200)));
}
