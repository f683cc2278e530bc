//! Random histories of a table with indexes, a stream and a time to live, compared with a map after
//! every step.

use items::{Condition, Item, Value};
use kv::Batch;
use model::IndexName;
use proptest::collection::vec;
use proptest::prelude::*;
use stdx::task::block_on;
use tables::{
    IndexChange, ItemChange, ItemWrite, KeyKind, Projection, Scope, Table, TableUpdate, Tables,
    TransactWriteRefused, Transacted, WriteRefused,
};

use crate::checks::{Content, Replay, check_indexes, check_query, content, place_of};
use crate::common::{
    NOW, Place, attribute, create, do_write, index, key, new_indexed_table, schema, sweep, table,
    update, with,
};

const TABLE: &str = "things";
const IDS: [&str; 3] = ["a", "b", "ünï"];

#[derive(Clone, Debug)]
enum Step {
    One(Write),
    Transaction(Vec<Write>),
    Batch(Vec<Write>),
    /// Puts in a batch of somebody else's.
    Into(Vec<Write>),
    Checkpoint,
    Reopen,
    Sweep,
    /// Items whose second has come expire.
    Later,
    CreateIndex,
    DeleteIndex,
    TimeToLive(bool),
}

#[derive(Clone, Debug)]
struct Write {
    id: usize,
    at: i64,
    change: Change,
    /// That the item is there, or is not.
    condition: Option<bool>,
}

#[derive(Clone, Debug)]
enum Change {
    Put { room: Option<bool>, level: Option<i64>, note: Option<i64>, lives: Option<u64> },
    Update,
    Delete,
    Check,
}

fn write() -> impl Strategy<Value = Write> {
    let put = (any::<Option<bool>>(), option(3), option(2), option(3)).prop_map(
        |(room, level, note, lives)| {
            let lives = lives.map(i64::unsigned_abs);
            Change::Put { room, level, note, lives }
        },
    );
    let change = prop_oneof![6 => put, 3 => Just(Change::Update), 2 => Just(Change::Delete), 1 => Just(Change::Check)];
    let condition = proptest::option::weighted(0.3, any::<bool>());
    (0..IDS.len(), -1..3i64, change, condition).prop_map(|(id, at, change, condition)| Write {
        id,
        at,
        change,
        condition,
    })
}

fn option(end: i64) -> impl Strategy<Value = Option<i64>> {
    proptest::option::of(0..end)
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => write().prop_map(Step::One),
        3 => vec(write(), 1..5).prop_map(Step::Transaction),
        2 => vec(write(), 1..5).prop_map(Step::Batch),
        2 => vec(write(), 1..5).prop_map(Step::Into),
        1 => Just(Step::Checkpoint),
        1 => Just(Step::Reopen),
        2 => Just(Step::Sweep),
        1 => Just(Step::Later),
        1 => Just(Step::CreateIndex),
        1 => Just(Step::DeleteIndex),
        1 => any::<bool>().prop_map(Step::TimeToLive),
    ]
}

struct Pair {
    place: Place,
    tables: Option<Tables>,
    model: Content,
    replay: Replay,
    has_index: bool,
    has_time_to_live: bool,
}

impl Pair {
    fn new() -> Pair {
        let place = Place::new();
        let tables = place.open();
        let table = create(&tables, new_indexed_table(TABLE));
        let replay = Replay::new(&tables, &table);
        let (model, tables) = (Content::new(), Some(tables));
        Pair { place, tables, model, replay, has_index: false, has_time_to_live: false }
    }

    fn tables(&self) -> &Tables {
        self.tables.as_ref().unwrap()
    }

    fn table(&self) -> Table {
        table(self.tables(), TABLE)
    }

    fn now_secs(&self) -> u64 {
        self.place.clock.now() / 1_000
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::One(write) => self.one(write),
            Step::Transaction(writes) => self.transaction(writes),
            Step::Batch(writes) => self.batch(writes),
            Step::Into(writes) => self.into(writes),
            Step::Checkpoint => {
                block_on(self.tables().store().checkpoint()).unwrap();
            }
            Step::Reopen => {
                self.tables = None;
                self.tables = Some(self.place.open());
            }
            Step::Sweep => self.sweep(),
            Step::Later => self.place.hands.advance(std::time::Duration::from_secs(1)),
            Step::CreateIndex => self.create_index(),
            Step::DeleteIndex => self.delete_index(),
            Step::TimeToLive(is_enabled) => self.time_to_live(*is_enabled),
        }
    }

    fn one(&mut self, write: &Write) {
        let outcome = do_write(self.tables(), self.plan(write));
        let old = self.model.get(&place(write)).cloned();
        if holds(&self.model, write) {
            let written = outcome.unwrap();
            if let Some(told) = &written.old {
                assert_eq!(Some(told.decode().unwrap()), old);
            }
            apply(&mut self.model, write, self.place.clock.now());
            let new = written.new.map(|new| new.decode().unwrap());
            if !matches!(write.change, Change::Check) {
                assert_eq!(new, self.model.get(&place(write)).cloned());
            }
        } else {
            let Err(WriteRefused::ConditionFailed { old: told }) = outcome else {
                panic!("{outcome:?}")
            };
            assert_eq!(told.map(|told| told.decode().unwrap()), old);
        }
    }

    fn transaction(&mut self, writes: &[Write]) {
        let planned = writes.iter().map(|write| self.plan(write)).collect();
        let outcome = block_on(self.tables().transact_write(planned, None));
        let is_twice = has_twice(writes);
        let fails: Vec<bool> = writes.iter().map(|write| !holds(&self.model, write)).collect();
        match outcome {
            Err(TransactWriteRefused::SameItemTwice) => assert!(is_twice),
            Err(TransactWriteRefused::Cancelled { reasons }) => {
                let told: Vec<bool> = reasons.iter().map(Option::is_some).collect();
                assert_eq!(told, fails);
                assert!(told.contains(&true));
            }
            Ok(Transacted::Written(written)) => {
                assert!(!is_twice && !fails.contains(&true));
                assert_eq!(written.len(), writes.len());
                let now = self.place.clock.now();
                writes.iter().for_each(|write| apply(&mut self.model, write, now));
            }
            outcome => panic!("{outcome:?}"),
        }
    }

    fn batch(&mut self, writes: &[Write]) {
        let writes: Vec<Write> = unconditional(writes);
        let planned = writes.iter().map(|write| self.plan(write)).collect();
        let outcome = block_on(self.tables().batch_write(planned));
        assert_eq!(outcome.is_err(), has_twice(&writes), "{outcome:?}");
        if outcome.is_ok() {
            let now = self.place.clock.now();
            writes.iter().for_each(|write| apply(&mut self.model, write, now));
        }
    }

    fn into(&mut self, writes: &[Write]) {
        let mut writes = unconditional(writes);
        writes.retain(|write| matches!(write.change, Change::Put { .. }));
        let (mut batch, mut pending) = (Batch::new(), Vec::new());
        for write in &writes {
            let ItemChange::Put(item) = self.plan(write).change else { continue };
            pending.push(self.tables().put_into(&mut batch, &self.table(), item).unwrap());
        }
        block_on(self.tables().store().commit(batch)).unwrap();
        pending.iter().for_each(|put| self.tables().committed(put));
        let now = self.place.clock.now();
        writes.iter().for_each(|write| apply(&mut self.model, write, now));
    }

    fn sweep(&mut self) {
        sweep(self.tables());
        let now = self.now_secs();
        if self.has_time_to_live {
            self.model.retain(|_, item| {
                let second = item.get("expires").and_then(Value::as_n);
                second.is_none_or(|second| second.to_i64().unwrap().unsigned_abs() > now)
            });
        }
    }

    fn create_index(&mut self) {
        let note = attribute("note", KeyKind::N);
        let key = schema(note.clone(), None);
        let new = index("by-note", Scope::Global, key, Projection::All);
        let (attributes, index) = (vec![note], Some(IndexChange::Create(new)));
        let update = TableUpdate { attributes, index, ..TableUpdate::default() };
        let outcome = block_on(self.tables().update_table(&self.table().definition().name, update));
        assert_eq!(outcome.is_ok(), !self.has_index, "{outcome:?}");
        self.has_index = true;
    }

    fn delete_index(&mut self) {
        let index = Some(IndexChange::Delete(IndexName::new("by-note").unwrap()));
        let update = TableUpdate { index, ..TableUpdate::default() };
        let outcome = block_on(self.tables().update_table(&self.table().definition().name, update));
        assert_eq!(outcome.is_ok(), self.has_index, "{outcome:?}");
        self.has_index = false;
    }

    fn time_to_live(&mut self, is_enabled: bool) {
        let name = self.table().definition().name.clone();
        let outcome =
            block_on(self.tables().update_time_to_live(&name, "expires".to_owned(), is_enabled));
        assert_eq!(outcome.is_ok(), is_enabled != self.has_time_to_live, "{outcome:?}");
        self.has_time_to_live = is_enabled;
    }

    fn plan(&self, write: &Write) -> ItemWrite {
        let (id, at) = (IDS[write.id], write.at);
        let change = match &write.change {
            Change::Put { .. } => ItemChange::Put(item(write, self.place.clock.now())),
            Change::Update => {
                let update =
                    update("SET #level = if_not_exists(#level, :zero) + :one REMOVE #room");
                ItemChange::Update { key: key(id, at), update }
            }
            Change::Delete => ItemChange::Delete { key: key(id, at) },
            Change::Check => ItemChange::Check { key: key(id, at) },
        };
        let condition = write.condition.map(|is_there| Condition::exists("id", is_there));
        ItemWrite { table: self.table(), change, condition, wants_old: write.at == 0 }
    }

    fn check(&mut self) {
        let (tables, table) = (self.tables(), self.table());
        let found = content(tables, &table);
        assert_eq!(found, self.model);
        check_indexes(tables, &table, &found);
        for id in IDS {
            check_query(tables, &table, id, &found);
        }
        let tables = tables.clone();
        self.replay.follow(&tables);
        assert_eq!(self.replay.content, self.model, "the stream tells how the table came to be");
    }
}

fn place(write: &Write) -> (String, i64) {
    (IDS[write.id].to_owned(), write.at)
}

fn has_twice(writes: &[Write]) -> bool {
    let mut places: Vec<_> = writes.iter().map(place).collect();
    places.sort();
    places.windows(2).any(|pair| pair[0] == pair[1])
}

fn unconditional(writes: &[Write]) -> Vec<Write> {
    let is_certain = |write: &&Write| matches!(write.change, Change::Put { .. } | Change::Delete);
    let writes = writes.iter().filter(is_certain).cloned();
    writes.map(|write| Write { condition: None, ..write }).collect()
}

fn holds(model: &Content, write: &Write) -> bool {
    write.condition.is_none_or(|is_there| model.contains_key(&place(write)) == is_there)
}

fn item(write: &Write, now: u64) -> Item {
    let Change::Put { room, level, note, lives } = &write.change else { panic!("a put") };
    let mut item = key(IDS[write.id], write.at);
    if let Some(room) = room {
        item = with(item, "room", if *room { "hall" } else { "attic" });
    }
    for (name, value) in [("level", level), ("note", note)] {
        if let Some(value) = value {
            item = with(item, name, *value);
        }
    }
    if let Some(lives) = lives {
        item = with(item, "expires", (now / 1_000 + lives).cast_signed());
    }
    item
}

fn apply(model: &mut Content, write: &Write, now: u64) {
    match &write.change {
        Change::Put { .. } => {
            let item = item(write, now);
            assert_eq!(place_of(&item), place(write));
            model.insert(place(write), item);
        }
        Change::Update => {
            let item = model.entry(place(write)).or_insert_with(|| key(IDS[write.id], write.at));
            let level = item.get("level").and_then(Value::as_n);
            let level = level.map_or(0, |level| level.to_i64().unwrap());
            item.insert("level", level + 1);
            item.remove("room");
        }
        Change::Delete => {
            model.remove(&place(write));
        }
        Change::Check => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn a_table_equals_a_map(steps in vec(step(), 1..50)) {
        let mut pair = Pair::new();
        assert_eq!(pair.place.clock.now(), NOW);
        for step in &steps {
            pair.step(step);
            pair.check();
        }
        pair.step(&Step::Sweep);
        pair.step(&Step::Reopen);
        pair.check();
    }
}
