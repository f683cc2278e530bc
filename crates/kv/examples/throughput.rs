//! What the store costs: CPU time per operation, user and system, of all its threads.
//!
//! `cargo run --release -p thingstead-kv --example throughput [DIR]`; without a directory the store
//! is made in the system's temporary one.

#![allow(clippy::print_stdout, reason = "its output is what this program is for")]

use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use kv::{Batch, Direction, Durability, Options, Space, Store};
use stdx::clock::Clock;

const TABLE: Space = Space::new("table");
const QUEUE: Space = Space::new("queue");
const READ: Space = Space::new("read");

/// The kernel's unit of CPU time in `/proc`; 100 a second on every Linux in use.
const TICKS_PER_SEC: f64 = 100.0;

const VALUE: [u8; 200] = [b'v'; 200];

fn main() {
    let parent = std::env::args_os().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let dir = tempfile::tempdir_in(parent).expect("a directory to work in");
    let open = || Store::open(dir.path(), Options::default()).expect("the store opens");
    let store = open();
    let heads = ["operations", "per sec", "CPU us", "user", "system"];
    println!(
        "{:<44} {:>10} {:>9} {:>9} {:>9} {:>9}",
        "", heads[0], heads[1], heads[2], heads[3], heads[4]
    );

    // Each begins with an empty overlay and ends before a checkpoint is due, which has its own
    // line.
    single_puts(&store, 64, 600);
    settle(&store);
    single_puts(&store, 512, 200);
    settle(&store);
    batches(&store, "batches of 100 x 200 B, durable: entries", 1, 1_600);
    settle(&store);
    batches(&store, "same, 4 threads: entries", 4, 400);
    settle(&store);
    queue_pairs(&store, "put_new + delete pairs, one a batch", 1, 200_000);
    queue_pairs(&store, "put_new + delete pairs, 100 a batch", 100, 400_000);
    settle(&store);
    overlay_and_settled(&store);
    println!("{:?}", store.stats());
    restart(store, open);
}

fn single_puts(store: &Store, threads: usize, each: usize) {
    measure(&format!("single 200 B puts, durable, {threads} threads"), threads * each, || {
        thread::scope(|scope| {
            for at in 0..threads {
                scope.spawn(move || {
                    for n in 0..each {
                        let mut batch = Batch::new();
                        batch.put(TABLE, format!("single/{at}/{n}"), &VALUE[..]);
                        store.commit(batch).wait().expect("the commit succeeds");
                    }
                });
            }
        });
    });
}

fn settle(store: &Store) {
    let before = store.stats();
    let entries = (before.overlay_bytes / (200 + 16 + 160)).max(1);
    measure("a checkpoint: entries (about)", entries as usize, || {
        store.checkpoint().wait().expect("the checkpoint succeeds");
    });
}

fn batches(store: &Store, what: &str, threads: usize, each: usize) {
    measure(what, threads * each * 100, || {
        thread::scope(|scope| {
            for at in 0..threads {
                scope.spawn(move || {
                    for n in 0..each {
                        let mut batch = Batch::new();
                        for entry in 0..100_u64 {
                            let mut key = *b"0123456789abcdef";
                            key[..8].copy_from_slice(&scattered(at, n, entry).to_be_bytes());
                            batch.put(TABLE, key, &VALUE[..]);
                        }
                        store.commit(batch).wait().expect("the commit succeeds");
                    }
                });
            }
        });
    });
}

/// Messages that wait a while in a queue and are taken off again.
fn queue_pairs(store: &Store, what: &str, per_batch: u64, pairs: u64) {
    const LAG: u64 = 5_000;
    let groups = pairs / per_batch;
    let lag = LAG / per_batch;
    measure(what, pairs as usize, || {
        let mut tickets = std::collections::VecDeque::new();
        for group in 0..groups + lag {
            let mut batch = Batch::new();
            for n in 0..per_batch {
                if group < groups {
                    let number = group * per_batch + n;
                    batch.put_new(QUEUE, queue_key(per_batch, number), &VALUE[..]);
                }
                if group >= lag {
                    let number = (group - lag) * per_batch + n;
                    batch.delete(QUEUE, queue_key(per_batch, number));
                }
            }
            tickets.push_back(store.commit(batch));
            if tickets.len() == 64 {
                let first = tickets.pop_front().expect("64 are waiting");
                first.wait().expect("the commit succeeds");
            }
        }
        tickets.into_iter().for_each(|ticket| ticket.wait().expect("the commit succeeds"));
    });
}

fn queue_key(run: u64, number: u64) -> [u8; 20] {
    let mut key = [b'q'; 20];
    key[..4].copy_from_slice(&(run as u32).to_be_bytes());
    key[12..].copy_from_slice(&number.to_be_bytes());
    key
}

fn overlay_and_settled(store: &Store) {
    const KEYS: u64 = 100_000;
    let fill = |prefix: u8| {
        for start in (0..KEYS).step_by(1_000) {
            let mut batch = Batch::new();
            batch.durability(Durability::Buffered);
            for n in start..start + 1_000 {
                batch.put(READ, read_key(prefix, n), &VALUE[..]);
            }
            store.commit(batch).wait().expect("the commit succeeds");
        }
    };
    let read = |what: &str, prefix: u8| {
        measure(what, 500_000, || {
            for n in 0..500_000 {
                let key = read_key(prefix, scattered(1, 1, n) % KEYS);
                let found = store.get(READ, &key).expect("the store can be read");
                assert!(found.is_some());
            }
        });
    };
    fill(b's');
    settle(store);
    fill(b'o');
    read("random gets, overlay", b'o');
    read("random gets, settled", b's');
    let scan = |what: &str, prefix: u8| {
        measure(what, KEYS as usize, || {
            let (from, to) = ([prefix], [prefix + 1]);
            let range = store.range(READ, &from[..]..&to[..], Direction::Forward);
            assert_eq!(range.expect("the store can be read").count(), KEYS as usize);
        });
    };
    scan("range, overlay: entries", b'o');
    scan("range, settled: entries", b's');
}

fn read_key(prefix: u8, n: u64) -> [u8; 16] {
    let mut key = [prefix; 16];
    key[8..].copy_from_slice(&n.to_be_bytes());
    key
}

fn restart(store: Store, open: impl Fn() -> Store) {
    store.checkpoint().wait().expect("the checkpoint succeeds");
    for _ in 0..600 {
        let mut batch = Batch::new();
        for n in 0..400_u64 {
            batch.put(TABLE, format!("restart/{}", scattered(0, 0, n)), &VALUE[..]);
        }
        batch.durability(Durability::Buffered);
        store.commit(batch).wait().expect("the commit succeeds");
    }
    let journal = store.stats().journal_bytes;
    drop(store);
    measure(&format!("restart (journal of {} MB in all)", journal >> 20), 1, || drop(open()));
}

fn scattered(a: usize, b: usize, n: u64) -> u64 {
    let seed = n ^ ((a as u64) << 48) ^ ((b as u64) << 24);
    let mixed = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb)
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
    println!(
        "{what:<44} {operations:>10} {per_sec:>9.0} {:>9.2} {user:>9.2} {system:>9.2}",
        user + system
    );
}

/// User and system time of the whole process.
fn cpu_secs() -> (f64, f64) {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux has /proc");
    let after_name = stat.rsplit(')').next().expect("the name is in brackets");
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks = |at: usize| fields[at].parse::<f64>().expect("a number");
    (ticks(11) / TICKS_PER_SEC, ticks(12) / TICKS_PER_SEC)
}
