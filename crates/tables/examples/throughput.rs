//! What tables cost: CPU time per operation, user and system, of all threads of the store.
//!
//! `cargo run --release -p thingstead-tables --example throughput [DIR]`; without a directory the
//! store is made in the system's temporary one.

#![allow(clippy::print_stdout, reason = "its output is what this program is for")]

use std::path::PathBuf;
use std::pin::Pin;
use std::task::{Context, Waker};
use std::time::Duration;

use items::{Condition, Item, Value};
use kv::{Batch, Options, Space, Store};
use model::{Home, IndexName, TableName};
use stdx::clock::Clock;
use stdx::task::block_on;
use tables::{
    Billing, BillingMode, IndexBilling, ItemChange, ItemWrite, KeyAttribute, KeyKind, KeySchema,
    NewIndex, NewTable, Projection, Query, Scope, StreamView, Table, TableClass, Tables,
    Throughput,
};

/// The kernel's unit of CPU time in `/proc`; 100 a second on every Linux in use.
const TICKS_PER_SEC: f64 = 100.0;

/// Commits that wait together, as those of so many connections would.
const IN_FLIGHT: usize = 64;

const ITEMS: usize = 200_000;
const PLAIN: Space = Space::new("plain");

fn main() {
    let parent = std::env::args_os().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let dir = tempfile::tempdir_in(parent).expect("a directory to work in");
    let store = Store::open(dir.path(), Options::default()).expect("the store opens");
    let tables = Tables::open(store.clone(), Home::default(), Clock::system());
    println!("{:<44} {:>9} {:>9} {:>9} {:>9}", "", "per sec", "CPU us", "user", "system");

    small(&tables);
    plain(&store);
    let table = create(&tables, "plain", false);
    puts("put, no index", &tables, &table, None);
    let indexed = create(&tables, "indexed", true);
    puts("put, GSI (all) and stream", &tables, &indexed, None);
    puts("put, condition", &tables, &table, Some(&Condition::exists("nothing", false)));
    batches(&tables, &table);
    into(&tables, &table);
    gets("get, overlay and settled", &tables, &table);
    settle(&store);
    gets("get, settled", &tables, &table);
    queries("query last 10, settled", &tables, &table, (None, 10_000));
    queries("same, of 100 partitions", &tables, &table, (None, 100));
    queries("query last 10 of an index, settled", &tables, &indexed, (Some("by-room"), 1_000));
    queries("same, of 100 partitions", &tables, &indexed, (Some("by-room"), 100));
    puts_by_writers("put over what is settled, GSI and stream, 4 writers", &tables, &indexed);
    restart(store, tables, dir.path());
}

fn create(tables: &Tables, name: &str, is_indexed: bool) -> Table {
    let attribute = |name: &str, kind| KeyAttribute { name: name.to_owned(), kind };
    let (id, at) = (attribute("id", KeyKind::S), attribute("at", KeyKind::N));
    let room = attribute("room", KeyKind::S);
    let billing = Billing {
        mode: BillingMode::PayPerRequest,
        throughput: Throughput::default(),
        on_demand: None,
        warm: None,
        on_demand_since: None,
        increased_at: None,
        decreased_at: None,
    };
    let index = NewIndex {
        name: IndexName::new("by-room").expect("a name"),
        scope: Scope::Global,
        key: KeySchema { partition: room.clone(), sort: Some(at.clone()) },
        projection: Projection::All,
        billing: IndexBilling::default(),
    };
    let new = NewTable {
        name: TableName::new(name).expect("a name"),
        key: KeySchema { partition: id.clone(), sort: Some(at.clone()) },
        attributes: if is_indexed { vec![id, at, room] } else { vec![id, at] },
        indexes: if is_indexed { vec![index] } else { Vec::new() },
        billing,
        class: TableClass::Standard,
        deletion_protected: false,
        stream: is_indexed.then_some(StreamView::NewAndOldImages),
        tags: Vec::new(),
    };
    block_on(tables.create_table(new)).expect("it is made");
    tables.table(name).expect("the store can be read").expect("it was made")
}

/// 250 bytes.
fn item(n: usize) -> Item {
    let mut item = key(n);
    item.insert("room", format!("room-{}", n % 1_000));
    item.insert("temperature", 21);
    item.insert("online", Value::Bool(true));
    item.insert("payload", "x".repeat(190));
    item
}

fn key(n: usize) -> Item {
    let mut key = Item::new();
    key.insert("id", format!("device-{:05}", n % 10_000));
    key.insert("at", (n / 10_000) as i64);
    key
}

/// Starts up to `IN_FLIGHT` at once, then waits for them.
fn in_flight<F: Future>(count: usize, start: impl Fn(usize) -> F) {
    let mut context = Context::from_waker(Waker::noop());
    for first in (0..count).step_by(IN_FLIGHT) {
        let started = (first..(first + IN_FLIGHT).min(count)).map(|n| {
            let mut future: Pin<Box<F>> = Box::pin(start(n));
            let is_pending = future.as_mut().poll(&mut context).is_pending();
            is_pending.then_some(future)
        });
        let started: Vec<_> = started.collect();
        started.into_iter().flatten().for_each(|future| drop(block_on(future)));
    }
}

fn plain(store: &Store) {
    let value = vec![b'v'; 250];
    measure("kv: plain puts of 250 B", ITEMS, || {
        in_flight(ITEMS, |n| {
            let mut batch = Batch::new();
            batch.put(PLAIN, format!("device-{:05}/{}", n % 10_000, n / 10_000), value.clone());
            store.commit(batch)
        });
    });
    measure("kv: plain puts in batches of 100: items", ITEMS, || {
        in_flight(ITEMS / 100, |n| {
            let mut batch = Batch::new();
            for n in n * 100..(n + 1) * 100 {
                let key = format!("device-{:05}/{}", n % 10_000, n / 10_000);
                batch.put(PLAIN, key, value.clone());
            }
            store.commit(batch)
        });
    });
}

fn puts(what: &str, tables: &Tables, table: &Table, condition: Option<&Condition>) {
    let items: Vec<Item> = (0..1_000).map(item).collect();
    measure(what, ITEMS, || {
        in_flight(ITEMS, |n| {
            let mut item = items[n % items.len()].clone();
            for (name, value) in key(n) {
                item.insert(name, value);
            }
            let (change, condition) = (ItemChange::Put(item), condition.cloned());
            let write = ItemWrite { table: table.clone(), change, condition, wants_old: false };
            async { tables.write_item(write).await.expect("it is written") }
        });
    });
}

/// Each on a thread of its own, in no order: what is there has to be read from the disk.
fn puts_by_writers(what: &str, tables: &Tables, table: &Table) {
    const WRITERS: usize = 4;
    measure(what, ITEMS, || {
        std::thread::scope(|scope| {
            for writer in 0..WRITERS {
                scope.spawn(move || {
                    in_flight(ITEMS / WRITERS, |n| {
                        let n = (n * WRITERS + writer).wrapping_mul(7_919) % ITEMS;
                        let mut item = item(n);
                        item.insert("temperature", 22);
                        let (change, table) = (ItemChange::Put(item), table.clone());
                        let write = ItemWrite { table, change, condition: None, wants_old: false };
                        async { tables.write_item(write).await.expect("it is written") }
                    });
                });
            }
        });
    });
}

fn batches(tables: &Tables, table: &Table) {
    measure("batch write of 25", ITEMS / 25, || {
        in_flight(ITEMS / 25, |n| {
            let put = |n| {
                let change = ItemChange::Put(item(n));
                ItemWrite { table: table.clone(), change, condition: None, wants_old: false }
            };
            let writes = (n * 25..(n + 1) * 25).map(put).collect();
            async { tables.batch_write(writes).await.expect("they are written") }
        });
    });
}

fn into(tables: &Tables, table: &Table) {
    measure("put into batches of 100: items", ITEMS, || {
        in_flight(ITEMS / 100, |n| {
            let mut batch = Batch::new();
            for n in n * 100..(n + 1) * 100 {
                let put = tables.put_into(&mut batch, table, item(n)).expect("it fits");
                tables.committed(&put);
            }
            tables.store().commit(batch)
        });
    });
}

/// A table that is wholly in memory, as one is that was just written.
fn small(tables: &Tables) {
    let table = create(tables, "small", false);
    for first in (0..ITEMS / 10).step_by(100) {
        let mut batch = Batch::new();
        for n in first..first + 100 {
            let put = tables.put_into(&mut batch, &table, item(n)).expect("it fits");
            tables.committed(&put);
        }
        block_on(tables.store().commit(batch)).expect("it is written");
    }
    measure("get, overlay", ITEMS, || {
        for n in 0..ITEMS {
            let found = tables.get_item(&table, &key(n % (ITEMS / 10)));
            assert!(found.expect("the store can be read").is_some());
        }
    });
    let partition = Value::from("device-00007");
    let last = Query {
        table: &table,
        index: None,
        partition: &partition,
        sort: None,
        backward: true,
        whole_items: false,
        limit: Some(10),
        start: None,
    };
    for n in 0..20 {
        let mut item = item(n);
        item.insert("id", "device-00007");
        item.insert("at", n as i64);
        let change = ItemChange::Put(item);
        let write = ItemWrite { table: table.clone(), change, condition: None, wants_old: false };
        block_on(tables.write_item(write)).expect("it is written");
    }
    measure("query last 10, overlay", ITEMS, || {
        for _ in 0..ITEMS {
            let page = tables.query(&last).expect("the store can be read");
            assert_eq!(page.items.len(), 10);
        }
    });
}

fn gets(what: &str, tables: &Tables, table: &Table) {
    measure(what, ITEMS, || {
        for n in 0..ITEMS {
            let found = tables.get_item(table, &key(n.wrapping_mul(7_919) % ITEMS));
            assert!(found.expect("the store can be read").is_some());
        }
    });
}

/// Of so many partitions.
fn queries(what: &str, tables: &Tables, table: &Table, (index, partitions): (Option<&str>, usize)) {
    const QUERIES: usize = 50_000;
    measure(what, QUERIES, || {
        for n in 0..QUERIES {
            let partition = match index {
                Some(_) => Value::from(format!("room-{}", n % partitions)),
                None => Value::from(format!("device-{:05}", n % partitions)),
            };
            let page = tables.query(&Query {
                table,
                index,
                partition: &partition,
                sort: None,
                backward: true,
                whole_items: false,
                limit: Some(10),
                start: None,
            });
            assert_eq!(page.expect("the store can be read").items.len(), 10);
        }
    });
}

fn settle(store: &Store) {
    store.checkpoint().wait().expect("the checkpoint succeeds");
}

fn restart(store: Store, tables: Tables, dir: &std::path::Path) {
    drop((store, tables));
    measure("restart and one get", 1, || {
        let store = Store::open(dir, Options::default()).expect("the store opens");
        let tables = Tables::open(store, Home::default(), Clock::system());
        let table = tables.table("plain").expect("readable").expect("there");
        assert!(tables.get_item(&table, &key(7)).expect("readable").is_some());
    });
}

fn measure(what: &str, operations: usize, work: impl FnOnce()) {
    let clock = Clock::system();
    let (start, before) = (clock.now(), cpu_secs());
    work();
    let secs = Duration::from_millis(clock.now() - start).as_secs_f64().max(0.001);
    let after = cpu_secs();
    let micros =
        |part: fn(&(f64, f64)) -> f64| (part(&after) - part(&before)) * 1e6 / operations as f64;
    let (user, system) = (micros(|cpu| cpu.0), micros(|cpu| cpu.1));
    let per_sec = operations as f64 / secs;
    println!("{what:<44} {per_sec:>9.0} {:>9.2} {user:>9.2} {system:>9.2}", user + system);
}

/// User and system time of the whole process.
fn cpu_secs() -> (f64, f64) {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux has /proc");
    let after_name = stat.rsplit(')').next().expect("the name is in brackets");
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks = |at: usize| fields[at].parse::<f64>().expect("a number");
    (ticks(11) / TICKS_PER_SEC, ticks(12) / TICKS_PER_SEC)
}
