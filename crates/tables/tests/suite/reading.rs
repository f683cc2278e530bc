//! Queries and scans.

use items::{Item, KeyTest, Value};
use tables::{Page, Query, ReadRefused, Scan, Table, Tables};

use crate::checks::all_pages;
use crate::common::{create, do_write, key, new_indexed_table, put, tables, with};

fn filled() -> (Tables, Table) {
    let tables = tables();
    let table = create(&tables, new_indexed_table("things"));
    for id in ["a", "a\0", "b"] {
        for at in -3..7 {
            let item = with(with(key(id, at), "room", "hall"), "level", at % 3);
            do_write(&tables, put(&table, with(item, "note", "n".repeat(20)))).unwrap();
        }
    }
    (tables, table)
}

fn query<'a>(table: &'a Table, partition: &'a Value) -> Query<'a> {
    let (index, sort, backward, whole_items) = (None, None, false, false);
    Query { table, index, partition, sort, backward, whole_items, limit: None, start: None }
}

fn ats(page: &Page) -> Vec<i64> {
    let at = |item: &tables::StoredItem| item.decode().unwrap().get("at").cloned();
    let number = |value: Option<Value>| value.unwrap().as_n().unwrap().to_i64().unwrap();
    page.items.iter().map(|item| number(at(item))).collect()
}

#[test]
fn a_test_of_the_sort_key_takes_a_range() {
    let (tables, table) = filled();
    let partition = Value::from("a");
    let n = Value::from;
    for (test, expected) in [
        (KeyTest::Equal(n(2)), vec![2]),
        (KeyTest::Less(n(-1)), vec![-3, -2]),
        (KeyTest::LessOrEqual(n(-1)), vec![-3, -2, -1]),
        (KeyTest::Greater(n(4)), vec![5, 6]),
        (KeyTest::GreaterOrEqual(n(4)), vec![4, 5, 6]),
        (KeyTest::Between(n(0), n(2)), vec![0, 1, 2]),
        (KeyTest::Between(n(2), n(0)), vec![]),
    ] {
        let page = tables.query(&Query { sort: Some(&test), ..query(&table, &partition) }).unwrap();
        assert_eq!(ats(&page), expected, "{test:?}");
        assert!(page.last.is_none());
        let back = Query { sort: Some(&test), backward: true, ..query(&table, &partition) };
        let mut expected = expected;
        expected.reverse();
        assert_eq!(ats(&tables.query(&back).unwrap()), expected, "{test:?}");
    }
    let text = KeyTest::Less(Value::from("x"));
    let refused = tables.query(&Query { sort: Some(&text), ..query(&table, &partition) });
    assert!(matches!(refused, Err(ReadRefused::ConditionType)), "{refused:?}");
}

#[test]
fn pages_end_at_their_limit_and_go_on() {
    let (tables, table) = filled();
    let partition = Value::from("a");
    let (elsewhere, half) = (key("b", 1), with(Item::new(), "id", "a"));
    let of = |limit, start| Query { limit, start, ..query(&table, &partition) };
    let first = tables.query(&of(Some(4), None)).unwrap();
    assert_eq!(ats(&first), [-3, -2, -1, 0]);
    assert_eq!(first.last, Some(key("a", 0)));
    let rest = tables.query(&of(None, first.last.as_ref())).unwrap();
    assert_eq!((ats(&rest), rest.last), (vec![1, 2, 3, 4, 5, 6], None));
    let exact = tables.query(&of(Some(10), None)).unwrap();
    assert_eq!(exact.last, Some(key("a", 6)), "nobody looked whether more follow");
    assert_eq!(tables.query(&of(None, exact.last.as_ref())).unwrap().items.len(), 0);

    let outside = tables.query(&of(None, Some(&elsewhere)));
    assert!(matches!(outside, Err(ReadRefused::StartOutside)), "{outside:?}");
    let malformed = tables.query(&of(None, Some(&half)));
    assert!(matches!(malformed, Err(ReadRefused::Start)), "{malformed:?}");
}

#[test]
fn indexes_are_queried_as_tables_are() {
    let (tables, table) = filled();
    let hall = Value::from("hall");
    let by_room = Query { index: Some("by-room"), ..query(&table, &hall) };
    let found = all_pages(|start| {
        tables.query(&Query { limit: Some(7), start, ..by_room.clone() }).unwrap()
    });
    assert_eq!(found.len(), 30);
    let level = |item: &Item| item.get("level").unwrap().as_n().unwrap();
    assert!(found.is_sorted_by_key(level));
    assert!(found.iter().all(|item| item.get("note").is_none()), "only keys are projected");
    let whole = Query { whole_items: true, limit: Some(1), ..by_room.clone() };
    let whole = tables.query(&whole).unwrap().items[0].decode().unwrap();
    assert!(whole.get("note").is_some());

    let one = Value::from(1);
    let at_least = KeyTest::GreaterOrEqual(one);
    let high = Query { sort: Some(&at_least), ..by_room };
    let high = tables.query(&high).unwrap();
    assert_eq!(high.items.len(), 12);
    let partition = Value::from("b");
    let local = Query { index: Some("by-level"), ..query(&table, &partition) };
    assert_eq!(ats(&tables.query(&local).unwrap()), [-2, -1, -3, 0, 3, 6, 1, 4, 2, 5]);
    let none = Query { index: Some("by-none"), ..query(&table, &partition) };
    let none = tables.query(&none);
    assert!(matches!(none, Err(ReadRefused::IndexNotFound { .. })), "{none:?}");
}

#[test]
fn a_page_holds_a_megabyte() {
    let tables = tables();
    let table = create(&tables, new_indexed_table("things"));
    for at in 0..5 {
        let item = with(key("a", at), "note", "x".repeat(300 * 1_024));
        do_write(&tables, put(&table, item)).unwrap();
    }
    let scan = Scan {
        table: &table,
        index: None,
        segment: None,
        whole_items: false,
        limit: None,
        start: None,
    };
    let page = tables.scan(&scan).unwrap();
    assert_eq!((ats(&page), page.last.clone()), (vec![0, 1, 2], Some(key("a", 2))));
    let rest = tables.scan(&Scan { start: page.last.as_ref(), ..scan }).unwrap();
    assert_eq!((ats(&rest), rest.last), (vec![3, 4], None));
}

#[test]
fn segments_hold_every_item_once() {
    let tables = tables();
    let table = create(&tables, new_indexed_table("things"));
    for n in 0..100 {
        do_write(&tables, put(&table, key(&format!("thing-{n}"), 1))).unwrap();
    }
    let scan = |segment, start| Scan {
        table: &table,
        index: None,
        segment: Some(segment),
        whole_items: false,
        limit: None,
        start,
    };
    for total in [1, 2, 7, 1_000_000] {
        let segments = if total > 1_000 { vec![0, 999_999] } else { (0..total).collect() };
        let count = |segment| tables.scan(&scan((segment, total), None)).unwrap().items.len();
        let counts: Vec<usize> = segments.into_iter().map(count).collect();
        if total <= 7 {
            assert_eq!(counts.iter().sum::<usize>(), 100, "{total} segments");
            assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
        }
    }
    let of_first = tables.scan(&scan((0, 2), None)).unwrap().items[0].decode().unwrap();
    let wrong = tables.scan(&scan((1, 2), Some(&of_first)));
    assert!(matches!(wrong, Err(ReadRefused::StartInOtherSegment { .. })), "{wrong:?}");
}
