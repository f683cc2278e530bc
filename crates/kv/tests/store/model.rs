//! Random histories, compared with a map after every step.

use std::collections::BTreeMap;

use kv::{
    Batch, Committer, Declined, Direction, Durability, Expect, Options, Present, Snapshot, Space,
    Store,
};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::place::{JOBS, Place, Real, Simulated, THINGS};

type Model = BTreeMap<(usize, Vec<u8>), Vec<u8>>;

/// Small enough that counting goes round.
const COUNTED_MAX: u8 = 9;

const SPACES: [Space; 2] = [THINGS, JOBS];

#[derive(Clone, Debug)]
enum Step {
    Commit { changes: Vec<Change>, buffered: bool, require: Option<(usize, u8, bool)> },
    Checkpoint,
    Reopen,
    Snapshot,
    ForgetSnapshot,
    Range { space: usize, from: u8, to: u8, backward: bool },
}

#[derive(Clone, Debug)]
enum Change {
    Put(usize, u8, u8),
    /// Under a key that no other step uses.
    PutNew(usize),
    Delete(usize, u8),
    /// One of the keys that were put as new.
    DeleteNew(u8),
    /// A decision: one more, or nothing instead of too many.
    Count(usize, u8),
    /// A decision that takes a value to another key, and declines if there is none.
    Move {
        space: usize,
        from: u8,
        to: u8,
    },
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        3 => (0..2usize, 0..20u8, 0..COUNTED_MAX)
            .prop_map(|(space, key, value)| Change::Put(space, key, value)),
        3 => (0..2usize).prop_map(Change::PutNew),
        2 => (0..2usize, 0..20u8).prop_map(|(space, key)| Change::Delete(space, key)),
        2 => any::<u8>().prop_map(Change::DeleteNew),
        3 => (0..2usize, 0..20u8).prop_map(|(space, key)| Change::Count(space, key)),
        1 => (0..2usize, 0..20u8, 0..20u8)
            .prop_map(|(space, from, to)| Change::Move { space, from, to }),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let require = proptest::option::weighted(0.3, (0..2usize, 0..20u8, any::<bool>()));
    prop_oneof![
        12 => (vec(change(), 1..6), any::<bool>(), require)
            .prop_map(|(changes, buffered, require)| Step::Commit { changes, buffered, require }),
        2 => Just(Step::Checkpoint),
        1 => Just(Step::Reopen),
        2 => Just(Step::Snapshot),
        1 => Just(Step::ForgetSnapshot),
        3 => (0..2usize, 0..22u8, 0..22u8, any::<bool>())
            .prop_map(|(space, from, to, backward)| Step::Range { space, from, to, backward }),
    ]
}

/// The store beside the map that it must equal.
struct Pair<'a, P> {
    place: &'a P,
    store: Option<Store>,
    model: Model,
    snapshots: Vec<(Snapshot, Model)>,
    /// Every key that was ever put as new.
    new_keys: Vec<(usize, Vec<u8>)>,
}

impl<'a, P: Place> Pair<'a, P> {
    fn new(place: &'a P) -> Pair<'a, P> {
        let store = Some(place.open(options()));
        let (model, snapshots, new_keys) = (Model::new(), Vec::new(), Vec::new());
        Pair { place, store, model, snapshots, new_keys }
    }

    fn store(&self) -> &Store {
        self.store.as_ref().unwrap()
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Commit { changes, buffered, require } => {
                self.commit(changes, *buffered, *require);
            }
            Step::Checkpoint => self.store().checkpoint().wait().unwrap(),
            Step::Reopen => {
                self.snapshots.clear();
                self.store = None;
                self.store = Some(self.place.open(options()));
            }
            Step::Snapshot => {
                self.snapshots.push((self.store().snapshot(), self.model.clone()));
            }
            Step::ForgetSnapshot => drop(self.snapshots.pop()),
            Step::Range { space, from, to, backward } => self.range(*space, *from, *to, *backward),
        }
    }

    fn commit(&mut self, changes: &[Change], buffered: bool, require: Option<(usize, u8, bool)>) {
        let mut batch = Batch::new();
        let mut after = self.model.clone();
        if buffered {
            batch.durability(Durability::Buffered);
        }
        let mut holds = true;
        for change in changes {
            holds &= self.change(change, &mut batch, &mut after);
        }
        if let Some((space, key, present)) = require {
            let expect = if present { Expect::Present } else { Expect::Absent };
            batch.require(SPACES[space], [key], expect);
            holds &= self.model.contains_key(&(space, vec![key])) == present;
        }
        let outcome = self.store().commit(batch).wait();
        assert_eq!(outcome.is_ok(), holds, "{outcome:?}");
        if holds {
            self.model = after;
        }
    }

    /// Answers no if a decision will decline.
    fn change(&mut self, change: &Change, batch: &mut Batch, after: &mut Model) -> bool {
        match *change {
            Change::Put(space, key, value) => {
                batch.put(SPACES[space], [key], vec![value]);
                after.insert((space, vec![key]), vec![value]);
            }
            Change::PutNew(space) => {
                let key = format!("new {:06}", self.new_keys.len()).into_bytes();
                batch.put_new(SPACES[space], &key, "new");
                after.insert((space, key.clone()), b"new".to_vec());
                self.new_keys.push((space, key));
            }
            Change::Delete(space, key) => {
                batch.delete(SPACES[space], [key]);
                after.remove(&(space, vec![key]));
            }
            Change::DeleteNew(which) => {
                let count = self.new_keys.len().max(1);
                if let Some((space, key)) = self.new_keys.get(usize::from(which) % count) {
                    batch.delete(SPACES[*space], key);
                    after.remove(&(*space, key.clone()));
                }
            }
            Change::Count(space, key) => {
                batch.decide_by(1, move |present| count(present, SPACES[space], key));
                let value = after.entry((space, vec![key])).or_insert_with(|| vec![0]);
                value[0] += 1;
                if value[0] > COUNTED_MAX {
                    after.remove(&(space, vec![key]));
                }
            }
            Change::Move { space, from, to } => {
                batch.decide_by(1, move |present| rename(present, SPACES[space], from, to));
                let Some(value) = after.remove(&(space, vec![from])) else { return false };
                after.insert((space, vec![to]), value);
            }
        }
        true
    }

    fn range(&self, space: usize, from: u8, to: u8, backward: bool) {
        let direction = if backward { Direction::Backward } else { Direction::Forward };
        let (from, to) = ([from], [to]);
        let found = self.store().range(SPACES[space], &from[..]..&to[..], direction).unwrap();
        let found: Vec<Vec<u8>> = found.map(|entry| entry.unwrap().0.to_vec()).collect();
        let in_range = |key: &[u8]| key >= &from[..] && key < &to[..];
        let keys = self.model.keys().filter(|(of, key)| *of == space && in_range(key));
        let mut expected: Vec<Vec<u8>> = keys.map(|(_, key)| key.clone()).collect();
        if backward {
            expected.reverse();
        }
        assert_eq!(found, expected);
    }

    fn check(&self) {
        assert_eq!(content(&self.store().snapshot()), self.model);
        for ((space, key), value) in &self.model {
            let found = self.store().get(SPACES[*space], key).unwrap();
            assert_eq!(found.as_deref(), Some(&value[..]));
        }
        for (snapshot, model) in &self.snapshots {
            assert_eq!(&content(snapshot), model);
        }
    }
}

fn count(present: &mut Present<'_>, space: Space, key: u8) -> Result<(), Declined> {
    let value = present.get(space, &[key])?.map_or(0, |value| value[0]) + 1;
    if value > COUNTED_MAX {
        present.delete(space, [key]);
    } else {
        present.put(space, [key], vec![value]);
    }
    Ok(())
}

fn rename(present: &mut Present<'_>, space: Space, from: u8, to: u8) -> Result<(), Declined> {
    let value = present.get(space, &[from])?.ok_or(Declined::ByChoice)?;
    present.delete(space, [from]);
    present.put(space, [to], value);
    Ok(())
}

fn content(snapshot: &Snapshot) -> Model {
    let mut content = Model::new();
    for (at, space) in SPACES.into_iter().enumerate() {
        for entry in snapshot.scan(space, b"").unwrap() {
            let (key, value) = entry.unwrap();
            content.insert((at, key.to_vec()), value.to_vec());
        }
    }
    content
}

/// Small enough that checkpoints and new journal files also come by themselves.
fn options() -> Options {
    Options {
        checkpoint_bytes: 6_000,
        segment_bytes: 1_024,
        ..Options::for_tests(Committer::Threads)
    }
}

fn follow(place: &impl Place, steps: &[Step]) {
    let mut pair = Pair::new(place);
    for step in steps {
        pair.step(step);
        pair.check();
    }
    pair.step(&Step::Reopen);
    pair.check();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn simulated_store_equals_a_map(steps in vec(step(), 1..60)) {
        follow(&Simulated::new(), &steps);
    }
}

proptest! {
    // Each of these opens an LSM tree and really syncs.
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn real_store_equals_a_map(steps in vec(step(), 1..40)) {
        follow(&Real::new(), &steps);
    }
}
