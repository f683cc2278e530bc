//! What must hold of every table at all times: its indexes hold what its items say, queries find what
//! scans find, and its stream tells how it came to be.

use std::collections::BTreeMap;

use items::{Item, Value};
use tables::{
    ChangeKind, Index, IndexStatus, Page, Projection, Query, Scan, ShardIterator, StartAt, Table,
    Tables,
};

/// Items by their key.
pub(crate) type Content = BTreeMap<(String, i64), Item>;

pub(crate) fn place_of(item: &Item) -> (String, i64) {
    let id = item.get("id").and_then(Value::as_s).unwrap().to_owned();
    (id, item.get("at").and_then(Value::as_n).unwrap().to_i64().unwrap())
}

/// Everything in a table, by a scan in pages of three and two segments.
pub(crate) fn content(tables: &Tables, table: &Table) -> Content {
    let mut content = Content::new();
    for segment in 0..2 {
        for item in scan_all(tables, table, None, Some((segment, 2))) {
            assert_eq!(content.insert(place_of(&item), item), None, "told twice");
        }
    }
    content
}

pub(crate) fn scan_all(
    tables: &Tables,
    table: &Table,
    index: Option<&str>,
    segment: Option<(u32, u32)>,
) -> Vec<Item> {
    let page = |start: Option<&Item>| {
        let (whole_items, limit) = (false, Some(3));
        tables.scan(&Scan { table, index, segment, whole_items, limit, start }).unwrap()
    };
    all_pages(page)
}

/// Follows pages to the end.
pub(crate) fn all_pages(page: impl Fn(Option<&Item>) -> Page) -> Vec<Item> {
    let (mut items, mut start) = (Vec::new(), None);
    loop {
        let found = page(start.as_ref());
        items.extend(found.items.iter().map(|item| item.decode().unwrap()));
        match found.last {
            Some(last) => start = Some(last),
            None => return items,
        }
    }
}

/// The indexes of a table are those that its items make.
pub(crate) fn check_indexes(tables: &Tables, table: &Table, content: &Content) {
    for index in &table.definition().indexes {
        if index.status == IndexStatus::Backfilling {
            continue;
        }
        let mut found = scan_all(tables, table, Some(index.name.as_str()), None);
        let mut expected: Vec<Item> =
            content.values().filter_map(|item| entry(index, item)).collect();
        let by_place = |item: &Item| place_of(item);
        found.sort_by_key(by_place);
        expected.sort_by_key(by_place);
        assert_eq!(found, expected, "{}", index.name);
    }
}

/// What an index holds of an item.
fn entry(index: &Index, item: &Item) -> Option<Item> {
    let is_there = index.key.attributes().all(|attribute| {
        item.get(&attribute.name).is_some_and(|value| value.kind() == attribute.kind.into())
    });
    let is_held = |name: &str| match &index.projection {
        Projection::All => true,
        Projection::KeysOnly => ["id", "at"].contains(&name) || index.key.contains(name),
        Projection::Include(names) => {
            ["id", "at"].contains(&name)
                || index.key.contains(name)
                || names.iter().any(|it| it == name)
        }
    };
    let held = item.iter().filter(|(name, _)| is_held(name));
    is_there.then(|| held.map(|(name, value)| (name, value.clone())).collect())
}

/// A query of a partition answers it in order, both ways.
pub(crate) fn check_query(tables: &Tables, table: &Table, id: &str, content: &Content) {
    let partition = Value::from(id);
    let query = |backward, start: Option<&Item>| {
        let query = Query {
            table,
            index: None,
            partition: &partition,
            sort: None,
            backward,
            whole_items: false,
            limit: Some(2),
            start,
        };
        tables.query(&query).unwrap()
    };
    let of_partition = content.iter().filter(|((of, _), _)| of == id);
    let mut expected: Vec<Item> = of_partition.map(|(_, item)| item.clone()).collect();
    assert_eq!(all_pages(|start| query(false, start)), expected);
    expected.reverse();
    assert_eq!(all_pages(|start| query(true, start)), expected);
}

/// Follows a stream and does what it tells.
pub(crate) struct Replay {
    pub(crate) content: Content,
    next: Option<ShardIterator>,
    pub(crate) expired: usize,
}

impl Replay {
    pub(crate) fn new(tables: &Tables, table: &Table) -> Replay {
        let streams = tables.streams(Some(&table.definition().name)).unwrap();
        let next = tables.shard_iterator(streams.last().unwrap(), StartAt::TrimHorizon).unwrap();
        Replay { content: Content::new(), next: Some(next), expired: 0 }
    }

    pub(crate) fn follow(&mut self, tables: &Tables) {
        loop {
            let iterator = self.next.expect("the stream did not end");
            let page = tables.records(iterator, 4).unwrap();
            self.next = page.next;
            if page.records.is_empty() {
                return;
            }
            for record in page.records {
                self.expired += usize::from(record.by_service);
                let place = place_of(&record.key().unwrap());
                let old = record.old_image.map(|image| image.decode().unwrap());
                let new = record.new_image.map(|image| image.decode().unwrap());
                let kind = match (&old, &new) {
                    (None, Some(_)) => ChangeKind::Insert,
                    (Some(_), Some(_)) => ChangeKind::Modify,
                    (_, None) => ChangeKind::Remove,
                };
                assert_eq!(record.kind, kind);
                let before = match new {
                    Some(new) => self.content.insert(place, new),
                    None => self.content.remove(&place),
                };
                assert_eq!(before, old, "the old image is what was there");
            }
        }
    }
}
