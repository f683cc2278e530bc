//! A store of tables on a clock that stands still, and short ways to say things.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use items::{Arguments, Condition, Item, Names, Parameter, Update, Value, Values};
use kv::{Committer, MemorySettled, Options, SimDisk, Store};
use model::{Home, IndexName, TableName};
use stdx::clock::{Clock, Hands, UnixMillis};
use stdx::task::block_on;
use tables::{
    Billing, BillingMode, IndexBilling, ItemChange, ItemWrite, KeyAttribute, KeyKind, KeySchema,
    NewIndex, NewTable, Next, Projection, Scope, StreamView, Sweeper, Table, TableClass, Tables,
    Throughput, WriteRefused, Written,
};

pub(crate) const NOW: UnixMillis = 1_790_000_000_000;

/// Where the store is, so that it can be closed and opened again.
pub(crate) struct Place {
    pub(crate) disk: SimDisk,
    settled: MemorySettled,
    pub(crate) clock: Clock,
    pub(crate) hands: Hands,
}

impl Place {
    pub(crate) fn new() -> Place {
        let disk = SimDisk::new();
        let settled = MemorySettled::new(&disk);
        let (clock, hands) = Clock::stopped_at(NOW);
        Place { disk, settled, clock, hands }
    }

    /// So small that checkpoints come by themselves.
    pub(crate) fn store(&self, committer: Committer) -> Result<Store, kv::OpenError> {
        let options = Options {
            checkpoint_bytes: 20_000,
            segment_bytes: 4_096,
            ..Options::for_tests(committer)
        };
        Store::open_on(Arc::new(self.disk.clone()), Arc::new(self.settled.clone()), options)
    }

    pub(crate) fn open(&self) -> Tables {
        let store = self.store(Committer::Threads).unwrap();
        Tables::open(store, Home::default(), self.clock.clone())
    }
}

pub(crate) fn tables() -> Tables {
    Place::new().open()
}

pub(crate) fn name(text: &str) -> TableName {
    TableName::new(text).unwrap()
}

pub(crate) fn attribute(name: &str, kind: KeyKind) -> KeyAttribute {
    KeyAttribute { name: name.to_owned(), kind }
}

pub(crate) fn schema(partition: KeyAttribute, sort: Option<KeyAttribute>) -> KeySchema {
    KeySchema { partition, sort }
}

pub(crate) fn index(name: &str, scope: Scope, key: KeySchema, projection: Projection) -> NewIndex {
    let name = IndexName::new(name).unwrap();
    NewIndex { name, scope, key, projection, billing: IndexBilling::default() }
}

pub(crate) fn on_demand() -> Billing {
    Billing {
        mode: BillingMode::PayPerRequest,
        throughput: Throughput::default(),
        on_demand: None,
        warm: None,
        on_demand_since: None,
        increased_at: None,
        decreased_at: None,
    }
}

/// Items by `id` (a text) and `at` (a number).
pub(crate) fn new_table(table: &str) -> NewTable {
    let (id, at) = (attribute("id", KeyKind::S), attribute("at", KeyKind::N));
    NewTable {
        name: name(table),
        key: schema(id.clone(), Some(at.clone())),
        attributes: vec![id, at],
        indexes: Vec::new(),
        billing: on_demand(),
        class: TableClass::Standard,
        deletion_protected: false,
        stream: None,
        tags: Vec::new(),
    }
}

/// The same with `by-room` (room, level) of keys, and `by-level` (id, level) with notes.
pub(crate) fn new_indexed_table(table: &str) -> NewTable {
    let mut new = new_table(table);
    let (room, level) = (attribute("room", KeyKind::S), attribute("level", KeyKind::N));
    let by_room = schema(room.clone(), Some(level.clone()));
    let by_level = schema(new.key.partition.clone(), Some(level.clone()));
    new.attributes.extend([room, level]);
    new.indexes = vec![
        index("by-room", Scope::Global, by_room, Projection::KeysOnly),
        index("by-level", Scope::Local, by_level, Projection::Include(vec!["note".to_owned()])),
    ];
    new.stream = Some(StreamView::NewAndOldImages);
    new
}

pub(crate) fn create(tables: &Tables, new: NewTable) -> Table {
    let name = new.name.clone();
    block_on(tables.create_table(new)).unwrap();
    table(tables, name.as_str())
}

pub(crate) fn table(tables: &Tables, name: &str) -> Table {
    tables.table(name).unwrap().unwrap()
}

pub(crate) fn key(id: &str, at: i64) -> Item {
    let mut key: Item = [("id", id)].into_iter().collect();
    key.insert("at", at);
    key
}

/// An item with more than its key.
pub(crate) fn with<V: Into<Value>>(mut item: Item, name: &str, value: V) -> Item {
    item.insert(name, value);
    item
}

pub(crate) fn write(table: &Table, change: ItemChange) -> ItemWrite {
    ItemWrite { table: table.clone(), change, condition: None, wants_old: false }
}

pub(crate) fn put(table: &Table, item: Item) -> ItemWrite {
    write(table, ItemChange::Put(item))
}

pub(crate) fn delete(table: &Table, key: Item) -> ItemWrite {
    write(table, ItemChange::Delete { key })
}

pub(crate) fn do_write(tables: &Tables, write: ItemWrite) -> Result<Written, WriteRefused> {
    block_on(tables.write_item(write))
}

fn arguments(text: &str) -> Arguments {
    let names = ["level", "note", "room", "id"];
    let names = names.map(|name| (format!("#{name}"), name.to_owned()));
    let names = names.into_iter().filter(|(key, _)| text.contains(key.as_str()));
    let names: Vec<_> = names.collect();
    let values = [("zero", 0), ("one", 1), ("seven", 7)];
    let values = values.map(|(name, value)| (format!(":{name}"), Value::from(value)));
    let values = values.into_iter().filter(|(key, _)| text.contains(key.as_str()));
    let values: Vec<_> = values.collect();
    let names = (!names.is_empty()).then_some(Names(names));
    let values = (!values.is_empty()).then_some(Values(values));
    Arguments::new(names, values).unwrap()
}

/// An update of `#level`, `#note`, `#room`, with `:zero`, `:one`, `:seven`.
pub(crate) fn update(text: &str) -> Update {
    arguments(text).update(text).unwrap()
}

pub(crate) fn condition(text: &str) -> Condition {
    arguments(text).condition(Parameter::Condition, text).unwrap()
}

/// Runs a future on a store that nobody else drives.
pub(crate) fn drive<T>(store: &Store, future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        while store.pump() {}
    }
}

/// Does all that is due.
pub(crate) fn sweep(tables: &Tables) {
    let mut sweeper = Sweeper::new(tables.clone());
    while block_on(sweeper.step(tables.clock().now())).unwrap() == Next::AtOnce {}
}
