//! Whether a definition that somebody holds is still the table's.
//!
//! Writes are planned with a definition and decided later, by the committer, where it must still be
//! the right one: an item that a new index does not know of would never be found there. Reading the
//! definition again for each write would cost more than the write. So each table has an epoch, which
//! the decision that changes a definition raises: in the order of commits, as all decisions are.
//!
//! Between the decision and its commit readers still see the old definition. What is read meanwhile
//! is given no epoch that could ever be the table's, and so is checked wherever it is used.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use model::TableName;

use crate::definition::Definition;

/// The epoch of a definition that must not be trusted.
const NEVER: u64 = u64::MAX;

/// A table as it was when it was looked up. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Table(Arc<Known>);

#[derive(Debug)]
struct Known {
    definition: Definition,
    epoch: u64,
    standing: Arc<Standing>,
}

/// How definitions of one name stand.
#[derive(Debug, Default)]
pub(crate) struct Standing {
    epoch: AtomicU64,
    /// Changes that were decided and are not known to be committed.
    unsettled: AtomicU64,
    /// What was decided last took the table away.
    is_gone: AtomicBool,
    cached: RwLock<Option<Table>>,
}

#[derive(Debug, Default)]
pub(crate) struct Standings(Mutex<HashMap<TableName, Arc<Standing>>>);

/// What a change must be told when its commit is known.
#[derive(Debug)]
pub(crate) struct Unsettled(Arc<Standing>);

impl Table {
    /// A definition that was read in a decision: good for that decision alone.
    pub(crate) fn of_the_moment(definition: Definition) -> Table {
        Table(Arc::new(Known { definition, epoch: NEVER, standing: Arc::default() }))
    }

    pub fn definition(&self) -> &Definition {
        &self.0.definition
    }

    /// Asked in a decision: whether no other definition was decided since.
    pub(crate) fn is_current(&self) -> bool {
        self.0.standing.epoch.load(Ordering::Acquire) == self.0.epoch
    }
}

impl Standing {
    /// What is known of the table, or else what `load` reads.
    pub(crate) fn table<E>(
        self: &Arc<Standing>,
        load: impl FnOnce() -> Result<Option<Definition>, E>,
    ) -> Result<Option<Table>, E> {
        if let Some(table) = self.cached() {
            return Ok(Some(table));
        }
        let epoch = self.epoch.load(Ordering::Acquire);
        let is_settled = self.unsettled.load(Ordering::Acquire) == 0;
        let Some(definition) = load()? else { return Ok(None) };
        let epoch = if is_settled { epoch } else { NEVER };
        let table = Table(Arc::new(Known { definition, epoch, standing: Arc::clone(self) }));
        if table.is_current() {
            *self.cached.write().unwrap_or_else(PoisonError::into_inner) = Some(table.clone());
        }
        Ok(Some(table))
    }

    /// A table and its standing hold each other.
    fn forget(&self) {
        *self.cached.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn cached(&self) -> Option<Table> {
        let cached = self.cached.read().unwrap_or_else(PoisonError::into_inner);
        cached.as_ref().filter(|table| table.is_current()).cloned()
    }
}

impl Standings {
    pub(crate) fn of(&self, name: &str) -> Option<Arc<Standing>> {
        self.lock().get(name).cloned()
    }

    pub(crate) fn of_or_new(&self, name: &TableName) -> Arc<Standing> {
        Arc::clone(self.lock().entry(name.clone()).or_default())
    }

    /// Called by the decision that changes the definition, when nothing can make it decline.
    pub(crate) fn decided(&self, name: &TableName, is_gone: bool) -> Unsettled {
        let mut standings = self.lock();
        let standing = standings.entry(name.clone()).or_default();
        standing.unsettled.fetch_add(1, Ordering::AcqRel);
        standing.is_gone.store(is_gone, Ordering::Release);
        standing.epoch.fetch_add(1, Ordering::AcqRel);
        Unsettled(Arc::clone(standing))
    }

    /// The change is committed, or nothing came of it.
    pub(crate) fn settle(&self, name: &TableName, Unsettled(standing): &Unsettled) {
        let mut standings = self.lock();
        let is_last = standing.unsettled.fetch_sub(1, Ordering::AcqRel) == 1;
        // Names that were used once must not stay for ever.
        if is_last && standing.is_gone.load(Ordering::Acquire) {
            standing.forget();
            standings.remove(name);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<TableName, Arc<Standing>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Standings {
    fn drop(&mut self) {
        self.lock().values().for_each(|standing| standing.forget());
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;
    use crate::samples;

    fn look(standings: &Standings) -> Table {
        let name = samples::table().name;
        let load = || Ok::<_, Infallible>(Some(samples::table()));
        let Ok(table) = standings.of_or_new(&name).table(load);
        table.expect("it was loaded")
    }

    #[test]
    fn a_definition_is_current_until_another_is_decided() {
        let (standings, name) = (Standings::default(), samples::table().name);
        let before = look(&standings);
        assert!(before.is_current());
        let again = look(&standings);
        assert!(Arc::ptr_eq(&before.0, &again.0), "it is loaded once");

        let unsettled = standings.decided(&name, false);
        assert!(!before.is_current());
        let meanwhile = look(&standings);
        assert!(!meanwhile.is_current(), "nobody knows whether it is the old one");
        standings.settle(&name, &unsettled);
        assert!(!before.is_current() && !meanwhile.is_current());
        assert!(look(&standings).is_current());
    }

    #[test]
    fn a_name_is_forgotten_with_its_table_but_not_before_all_is_settled() {
        let (standings, name) = (Standings::default(), samples::table().name);
        let table = look(&standings);
        let (deleted, made) = (standings.decided(&name, true), standings.decided(&name, false));
        standings.settle(&name, &made);
        standings.settle(&name, &deleted);
        assert!(standings.of(name.as_str()).is_some(), "whichever is told first");
        let deleted = standings.decided(&name, true);
        standings.settle(&name, &deleted);
        assert!(standings.of(name.as_str()).is_none());
        assert!(!table.is_current(), "whoever holds the old one sees that it is old");
    }

    #[test]
    fn nothing_is_held_for_ever() {
        let (standings, name) = (Standings::default(), samples::table().name);
        let table = look(&standings);
        let standing = Arc::downgrade(&table.0.standing);
        drop(table);
        let unsettled = standings.decided(&name, true);
        standings.settle(&name, &unsettled);
        drop(unsettled);
        assert_eq!(standing.strong_count(), 0);
        let standing = Arc::downgrade(&look(&standings).0.standing);
        drop(standings);
        assert_eq!(standing.strong_count(), 0);
    }
}
