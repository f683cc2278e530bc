//! Writes and reads of many items at one moment.

use std::time::Duration;

use stdx::task::block_on;
use tables::{
    BatchWriteRefused, ItemChange, ItemWrite, Token, TransactWriteRefused, Transacted, WriteRefused,
};

use crate::checks::content;
use crate::common::{
    Place, condition, create, delete, do_write, key, new_indexed_table, new_table, put, sweep,
    table, tables, update, with, write,
};

#[test]
fn all_are_written_or_none_and_each_refusal_has_its_reason() {
    let tables = tables();
    let one = create(&tables, new_table("one"));
    let two = create(&tables, new_indexed_table("two"));
    do_write(&tables, put(&one, with(key("a", 1), "level", 1))).unwrap();
    let is_new = Some(condition("attribute_not_exists(#id)"));
    let writes = |is_new| {
        let count = update("SET #level = #level + :one");
        vec![
            ItemWrite { condition: is_new, ..put(&one, key("a", 2)) },
            write(&one, ItemChange::Update { key: key("a", 1), update: count }),
            ItemWrite {
                condition: Some(condition("attribute_not_exists(#room)")),
                ..write(&two, ItemChange::Check { key: key("x", 1) })
            },
            put(&two, key("b", 1)),
        ]
    };
    let transact = |writes| block_on(tables.transact_write(writes, None));
    let done = transact(writes(is_new.clone())).unwrap();
    assert!(matches!(&done, Transacted::Written(written) if written.len() == 4), "{done:?}");
    let refused = transact(writes(is_new));
    let Err(TransactWriteRefused::Cancelled { reasons }) = refused else { panic!("{refused:?}") };
    assert!(matches!(&reasons[0], Some(WriteRefused::ConditionFailed { old: Some(_) })));
    assert!(reasons[1..].iter().all(Option::is_none));
    let level = content(&tables, &one)[&("a".to_owned(), 1)].get("level").cloned();
    assert_eq!(level, Some(2.into()), "the second transaction changed nothing");
    assert_eq!((content(&tables, &one).len(), content(&tables, &two).len()), (2, 1));

    let twice = transact(vec![put(&one, key("a", 1)), delete(&one, key("a", 1))]);
    assert!(matches!(twice, Err(TransactWriteRefused::SameItemTwice)), "{twice:?}");
    let large = (0..11).map(|at| put(&one, with(key("l", at), "note", "x".repeat(390_000))));
    let large = transact(large.collect());
    assert!(matches!(large, Err(TransactWriteRefused::TooLarge)), "{large:?}");
}

#[test]
fn a_token_makes_a_transaction_happen_once() {
    let place = Place::new();
    let tables = place.open();
    let one = create(&tables, new_table("one"));
    let transact = |tables: &tables::Tables, fingerprint: &[u8]| {
        let change = ItemChange::Update { key: key("a", 1), update: update("ADD #level :one") };
        let writes = vec![write(&table(tables, "one"), change)];
        let token = Token { text: "token".to_owned(), fingerprint: fingerprint.to_vec() };
        block_on(tables.transact_write(writes, Some(token)))
    };
    assert!(matches!(transact(&tables, b"x"), Ok(Transacted::Written(_))));
    assert!(matches!(transact(&tables, b"x"), Ok(Transacted::Before)));
    assert!(matches!(transact(&tables, b"y"), Err(TransactWriteRefused::TokenMismatch)));
    drop((tables, one));
    let tables = place.open();
    place.hands.advance(Duration::from_secs(599));
    sweep(&tables);
    assert!(matches!(transact(&tables, b"x"), Ok(Transacted::Before)));
    place.hands.advance(Duration::from_secs(1));
    assert!(matches!(transact(&tables, b"y"), Ok(Transacted::Written(_))));
    sweep(&tables);
    assert!(matches!(transact(&tables, b"y"), Ok(Transacted::Before)), "it was used anew");
    place.hands.advance(Duration::from_secs(601));
    sweep(&tables);
    for space in ["table-tokens", "table-token-ends"].map(kv::Space::new) {
        assert_eq!(tables.store().scan(space, b"").unwrap().count(), 0);
    }
}

#[test]
fn many_items_are_read_at_one_moment() {
    let tables = tables();
    let (one, two) = (create(&tables, new_table("one")), create(&tables, new_table("two")));
    do_write(&tables, put(&one, key("a", 1))).unwrap();
    do_write(&tables, put(&two, key("b", 1))).unwrap();
    let keys = [(one.clone(), key("a", 1)), (two.clone(), key("a", 1)), (two, key("b", 1))];
    let found = tables.get_items(&keys).unwrap();
    let found: Vec<_> = found.into_iter().map(|it| it.map(|it| it.decode().unwrap())).collect();
    assert_eq!(found, [Some(key("a", 1)), None, Some(key("b", 1))]);
}

#[test]
fn a_batch_names_no_item_twice() {
    let tables = tables();
    let one = create(&tables, new_table("one"));
    let twice = vec![put(&one, key("a", 1)), delete(&one, key("a", 1))];
    let refused = block_on(tables.batch_write(twice));
    assert!(matches!(refused, Err(BatchWriteRefused::Duplicates)), "{refused:?}");
    let both = vec![put(&one, key("a", 1)), put(&one, key("a", 2))];
    block_on(tables.batch_write(both)).unwrap();
    block_on(tables.batch_write(vec![delete(&one, key("a", 1)), put(&one, key("a", 3))])).unwrap();
    assert_eq!(content(&tables, &one).len(), 2);
}
