//! Power fails at every single operation on the disk. What was acknowledged must survive, batches
//! stay whole, and what survives is a prefix of the history.

use kv::{Batch, Committer, Durability, Options, Space, Store, Survival, Ticket};
use proptest::prelude::*;

use crate::place::{Place, Simulated};

const LOG: Space = Space::new("log");
const MIRROR: Space = Space::new("mirror");
const QUEUE: Space = Space::new("queue");

/// One file of the journal holds a few records, and a few files make a checkpoint.
fn options() -> Options {
    Options {
        checkpoint_bytes: 3_000,
        segment_bytes: 1_024,
        ..Options::for_tests(Committer::Manual)
    }
}

/// What the decision of a batch says of its size.
const DECISION_BYTES: usize = 32;

/// Commit number `n` writes its number twice, so that half a batch is noticed, and a queued message
/// that the next but one takes away again. A decision counts the commits.
fn batch(n: u64, buffered: bool, bytes: usize) -> Batch {
    let mut batch = Batch::new();
    let key = n.to_be_bytes();
    batch.put_new(LOG, key, vec![n as u8; bytes]);
    batch.put_new(QUEUE, key, "queued");
    if n >= 2 {
        batch.delete(QUEUE, (n - 2).to_be_bytes());
    }
    batch.put(MIRROR, "latest", key.to_vec());
    batch.decide_by(DECISION_BYTES, |present| {
        let counted = present.get(MIRROR, b"count")?.map_or(0, |bytes| number(&bytes));
        present.put(MIRROR, "count", (counted + 1).to_be_bytes().to_vec());
        Ok(())
    });
    if buffered {
        batch.durability(Durability::Buffered);
    }
    batch
}

/// A life of the store: `groups` are the sizes of the groups that are committed together.
#[derive(Clone, Debug)]
struct Workload {
    groups: Vec<(usize, bool, usize)>,
}

#[derive(Default)]
struct Acknowledged {
    /// How many commits were begun.
    begun: u64,
    /// All commits below are on disk for sure.
    synced: u64,
}

fn workload() -> impl Strategy<Value = Workload> {
    let group = (1..5usize, proptest::bool::weighted(0.3), 1..700usize);
    proptest::collection::vec(group, 4..24).prop_map(|groups| Workload { groups })
}

/// Runs until the end or until the power fails.
fn run(store: &Store, workload: &Workload, from: u64) -> Acknowledged {
    let mut known = Acknowledged { begun: from, synced: from };
    for (count, buffered, bytes) in &workload.groups {
        let mut tickets: Vec<Ticket> = Vec::new();
        for _ in 0..*count {
            tickets.push(store.commit(batch(known.begun, *buffered, *bytes)));
            known.begun += 1;
        }
        while store.pump() {}
        let outcomes: Vec<bool> = tickets.into_iter().map(|ticket| ticket.wait().is_ok()).collect();
        assert!(outcomes.iter().all(|ok| *ok == outcomes[0]), "a group stands or falls together");
        if !outcomes[0] {
            return known;
        }
        if !buffered {
            known.synced = known.begun;
        }
    }
    known
}

/// How many commits the store holds. Panics unless they are the first ones, each of them whole.
fn check_prefix(store: &Store) -> u64 {
    let log: Vec<u64> = numbers(store, LOG);
    let count = log.len() as u64;
    assert_eq!(log, (0..count).collect::<Vec<u64>>(), "no gap");
    let latest = store.get(MIRROR, b"latest").unwrap();
    let expected = count.checked_sub(1).map(|last| last.to_be_bytes().to_vec());
    assert_eq!(latest.map(|latest| latest.to_vec()), expected, "no half batch");
    let counted = store.get(MIRROR, b"count").unwrap().map_or(0, |bytes| number(&bytes));
    assert_eq!(counted, count, "each decision was made once");
    let queued: Vec<u64> = (count.saturating_sub(2)..count).collect();
    assert_eq!(numbers(store, QUEUE), queued, "nothing deleted comes back");
    count
}

fn numbers(store: &Store, space: Space) -> Vec<u64> {
    let keys = store.scan(space, b"").unwrap().map(|entry| entry.unwrap().0);
    keys.map(|key| number(&key)).collect()
}

fn number(bytes: &[u8]) -> u64 {
    u64::from_be_bytes(bytes.try_into().unwrap())
}

/// A life ends when the power fails after so many operations; this much of it survives.
type Ends = [(u64, Survival); 2];

/// Two lives, as the second meets the remains of the first. Answers whether the workload outran the
/// first failure.
fn live_twice(workload: &Workload, options: &Options, ends: Ends) -> bool {
    let place = Simulated::new();
    let mut from = 0;
    let mut outran = false;
    for (life, (operations, survival)) in ends.into_iter().enumerate() {
        place.disk.crash_after(operations);
        let mut known = Acknowledged { begun: from, synced: from };
        if let Ok(store) = place.try_open(options.clone()) {
            assert_eq!(check_prefix(&store), from, "opening again changes nothing");
            known = run(&store, workload, from);
            std::mem::forget(store);
        }
        outran |= life == 0 && place.disk.operations() < operations;
        place.disk.restart(survival);
        let store = place.open(options.clone());
        let count = check_prefix(&store);
        assert!(known.synced <= count, "{} were acknowledged, {count} are left", known.synced);
        assert!(count <= known.begun, "{} were begun, {count} are there", known.begun);
        from = count;
        std::mem::forget(store);
        place.disk.restart(Survival::Everything);
    }
    outran
}

fn crash_everywhere(workload: &Workload, survivals: [Survival; 2]) {
    let ends = |operations| survivals.map(|survival| (operations, survival));
    let mut operations = 0;
    while !live_twice(workload, &options(), ends(operations)) {
        operations += 1;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn torn_writes_lose_nothing_acknowledged(workload in workload(), seeds in any::<[u64; 2]>()) {
        crash_everywhere(&workload, seeds.map(Survival::Sectors));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn lost_writes_lose_nothing_acknowledged(workload in workload()) {
        crash_everywhere(&workload, [Survival::Nothing; 2]);
    }

    #[test]
    fn surviving_writes_do_no_harm(workload in workload()) {
        crash_everywhere(&workload, [Survival::Everything; 2]);
    }
}

/// Of records that were not synced an early one may be lost and a later one survive. Once the
/// journal is written on from the gap, that later one must not seem to follow.
#[test]
fn a_discarded_record_never_returns() {
    let workload = Workload { groups: vec![(1, true, 300); 8] };
    let options = Options { segment_bytes: 8_192, ..options() };
    for seed in 0..40 {
        for first in 4..12 {
            for second in 0..8 {
                let ends = [(first, Survival::Sectors(seed)), (second, Survival::Everything)];
                live_twice(&workload, &options, ends);
            }
        }
    }
}
