//! The handle of all tables, and how their definitions are found and changed.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use kv::{Batch, CommitError, Declined, Present, Space, Store};
use model::{Home, TableName};
use records::{Page, Record, Records, StoreError, decode, encode, page};
use serde::{Deserialize, Serialize};
use stdx::clock::Clock;

use crate::change_hook::ChangeHook;
use crate::definition::Definition;
use crate::standing::{Standings, Table, Unsettled};

pub(crate) const TABLES: Space = Space::new("tables");

/// Numbers that are given out once: of tables and of streams.
const NUMBERS: Space = Space::new("table-numbers");

/// What the decision about a definition may write.
const DEFINITION_BYTES: usize = 16 * 1024;

/// All tables of one store. Cheap to clone; every clone is the same.
#[derive(Clone, Debug)]
pub struct Tables {
    records: Records<Redefined>,
    /// Apart from the store: decisions hold it, and must not be the last to hold a store.
    standings: Arc<Standings>,
    home: Arc<Home>,
    clock: Clock,
    pub(crate) hook: Arc<ChangeHook>,
}

/// A table was made, changed or deleted. There may be chores to do.
#[derive(Debug)]
pub struct Redefined {
    pub name: TableName,
    unsettled: Arc<OnceLock<Unsettled>>,
}

#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct StoredTable(Definition);

impl Record for StoredTable {
    const VERSION: u8 = 1;
}

// === finding ===

impl Tables {
    /// Nothing is read yet: a store of a thousand tables opens like an empty one.
    pub fn open(store: Store, home: Home, clock: Clock) -> Tables {
        let standings: Arc<Standings> = Arc::default();
        let records = Records::new(store);
        let watching = Arc::clone(&standings);
        records.watch(move |Redefined { name, unsettled }| {
            if let Some(unsettled) = unsettled.get() {
                watching.settle(name, unsettled);
            }
        });
        Tables { records, standings, home: Arc::new(home), clock, hook: Arc::default() }
    }

    /// The table of this name, if there is one.
    pub fn table(&self, name: &str) -> Result<Option<Table>, StoreError> {
        let load = || self.load(name);
        match self.standings.of(name) {
            Some(standing) => standing.table(load),
            // Only names of tables get a standing: anyone may ask for any name.
            None => match load()? {
                Some(definition) => self.standings.of_or_new(&definition.name).table(load),
                None => Ok(None),
            },
        }
    }

    /// Definitions in the order of their names.
    pub fn tables(&self, after: Option<&str>, limit: usize) -> Result<Page<TableName>, StoreError> {
        page(&self.store().snapshot(), TABLES, "", after, limit, |_, bytes| {
            Ok(decode::<StoredTable>(bytes)?.0.name)
        })
    }

    /// Calls this whenever a definition changed, on the thread that finds it committed, which may be
    /// the store's own: it must be quick and must not wait for the store.
    pub fn watch(&self, watcher: impl Fn(&Redefined) + Send + Sync + 'static) {
        self.records.watch(watcher);
    }

    pub fn home(&self) -> &Home {
        &self.home
    }

    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Where batches are to be committed that [`Tables::put_into`] joined.
    pub fn store(&self) -> &Store {
        self.records.store()
    }

    fn load(&self, name: &str) -> Result<Option<Definition>, StoreError> {
        let Some(bytes) = self.store().get(TABLES, name.as_bytes())? else { return Ok(None) };
        Ok(Some(decode::<StoredTable>(&bytes)?.0))
    }
}

// === changing ===

impl Tables {
    /// Decides about the definition of one table at the moment of the commit. `change` is given what
    /// there is and answers what shall be.
    pub(crate) async fn define<T, E>(
        &self,
        name: &TableName,
        change: impl FnOnce(&mut Present<'_>, Option<Definition>) -> Result<(Option<Definition>, T), E>
        + Send
        + Sync
        + 'static,
    ) -> Result<T, E>
    where
        T: Send + Sync + 'static,
        E: From<StoreError> + Send + Sync + 'static,
    {
        let answer = Arc::new(Mutex::new(None));
        let unsettled = Arc::new(OnceLock::new());
        let mut batch = Batch::new();
        let decision = {
            let (name, answer) = (name.clone(), Arc::clone(&answer));
            let (standings, unsettled) = (Arc::clone(&self.standings), Arc::clone(&unsettled));
            move |present: &mut Present<'_>| {
                let outcome = redefine(present, &name, change);
                let is_done = outcome.as_ref().map(|(_, is_gone)| *is_gone).ok();
                if let Some(is_gone) = is_done {
                    // Set once, as a decision runs once.
                    unsettled.set(standings.decided(&name, is_gone)).ok();
                }
                let told = outcome.map(|(told, _)| told);
                *answer.lock().unwrap_or_else(PoisonError::into_inner) = Some(told);
                is_done.map(drop).ok_or(Declined::ByChoice)
            }
        };
        batch.decide_by(DEFINITION_BYTES, decision);
        let batch = Mutex::new(Some(batch));
        let change = Arc::clone(&unsettled);
        let committed: Result<(), StoreError> = self
            .records
            .mutate(|_| {
                let batch = batch.lock().unwrap_or_else(PoisonError::into_inner).take();
                let batch = batch.ok_or(StoreError::Contended)?;
                let redefined = Redefined { name: name.clone(), unsettled: Arc::clone(&change) };
                Ok(records::Decision { batch, changes: vec![redefined], outcome: () })
            })
            .await;
        let answer = answer.lock().unwrap_or_else(PoisonError::into_inner).take();
        match (committed, answer) {
            (Ok(()), Some(told)) => told,
            // The decision declined, and says why.
            (Err(_), Some(Err(refused))) => Err(refused),
            (Err(error), _) => {
                if let Some(unsettled) = unsettled.get() {
                    self.standings.settle(name, unsettled);
                }
                Err(error.into())
            }
            (Ok(()), None) => Err(StoreError::Commit(CommitError::Closed).into()),
        }
    }
}

/// Answers what the change tells, and whether it took the table away.
fn redefine<T, E: From<StoreError>>(
    present: &mut Present<'_>,
    name: &TableName,
    change: impl FnOnce(&mut Present<'_>, Option<Definition>) -> Result<(Option<Definition>, T), E>,
) -> Result<(T, bool), E> {
    let before = definition_in(present, name)?;
    let (after, told) = change(present, before)?;
    let is_gone = after.is_none();
    match after {
        Some(after) => present.put(TABLES, name.as_str(), encode(&StoredTable(after))),
        None => present.delete(TABLES, name.as_str()),
    }
    Ok((told, is_gone))
}

/// The definition at the moment of a decision.
pub(crate) fn definition_in(
    present: &mut Present<'_>,
    name: &TableName,
) -> Result<Option<Definition>, StoreError> {
    let Some(bytes) = present.get(TABLES, name.as_str().as_bytes())? else { return Ok(None) };
    Ok(Some(decode::<StoredTable>(&bytes)?.0))
}

/// The next number of a kind.
pub(crate) fn next_number(present: &mut Present<'_>, kind: &str) -> Result<u32, StoreError> {
    let last = present.get(NUMBERS, kind.as_bytes())?;
    let last = last.and_then(|bytes| Some(u32::from_le_bytes(bytes[..].try_into().ok()?)));
    let next = last.unwrap_or(0) + 1;
    present.put(NUMBERS, kind, next.to_le_bytes().to_vec());
    Ok(next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    /// The names and forms of a definition's parts are on disk. What is changed here must be a new
    /// version that reads this one.
    #[test]
    fn the_first_form_of_a_definition_is_still_read() {
        let stored = concat!(
            r#"{"name":"lamps","id":"0000","created_at":0,"#,
            r#""key":{"partition":{"name":"id","kind":"S"},"sort":{"name":"at","kind":"N"}},"#,
            r#""attributes":[{"name":"id","kind":"S"},{"name":"at","kind":"N"}],"#,
            r#""indexes":[{"name":"by-room","scope":"Global","#,
            r#""key":{"partition":{"name":"room","kind":"B"},"sort":null},"#,
            r#""projection":{"Include":["note"]},"status":"Backfilling","#,
            r#""billing":{"throughput":{"read_units":1,"write_units":2},"#,
            r#""on_demand":{"read_units_max":-1,"write_units_max":null},"warm":null},"number":3}],"#,
            r#""billing":{"mode":"PayPerRequest","throughput":{"read_units":0,"write_units":0},"#,
            r#""on_demand":null,"warm":null,"on_demand_since":5,"increased_at":null,"#,
            r#""decreased_at":null},"class":"Standard","deletion_protected":false,"#,
            r#""stream":{"label":"then","view":"NewAndOldImages","number":4},"#,
            r#""time_to_live":{"attribute":"expires","number":2},"tags":[["a","b"]],"#,
            r#""number":7,"next_index":5}"#
        );
        let bytes = [&[1], stored.as_bytes()].concat();
        let StoredTable(read) = decode(&bytes).expect("it is read");
        assert_eq!((read.number, read.next_index, read.key), (7, 5, samples::with_sort().key));
        let again = StoredTable(decode::<StoredTable>(&bytes).expect("it is read").0);
        assert_eq!(String::from_utf8_lossy(&encode(&again)[1..]), stored);
    }
}
