//! What stacks give to each other: exports, and who imports them.

use bytes::Bytes;
use kv::Snapshot;
use records::{decode, encode, find};

use crate::error::StacksError;
use crate::export::Export;
use crate::key::{EXPORTS, IMPORTS, below};
use crate::stacks::{Stacks, text};

impl Stacks {
    pub fn export(&self, name: &str) -> Result<Option<Export>, StacksError> {
        let found = find::<Export>(&self.store.snapshot(), EXPORTS, name)?;
        Ok(found.map(|found| found.record))
    }

    pub fn exports(&self) -> Result<Vec<Export>, StacksError> {
        let snapshot = self.store.snapshot();
        snapshot.scan(EXPORTS, b"")?.map(|entry| Ok(decode(&entry?.1)?)).collect()
    }

    /// The ids of stacks that use an export.
    pub fn importers(&self, name: &str) -> Result<Vec<String>, StacksError> {
        importers(&self.store.snapshot(), name)
    }

    /// Sets what a stack exports and imports, if no other stack minds.
    pub async fn trade(
        &self,
        stack_id: &str,
        exports: Vec<Export>,
        imports: Vec<String>,
    ) -> Result<(), StacksError> {
        let snapshot = self.store.snapshot();
        let held: Vec<Export> =
            self.exports()?.into_iter().filter(|export| export.stack_id == stack_id).collect();
        let gone: Vec<String> = held
            .iter()
            .filter(|held| !exports.iter().any(|export| export.name == held.name))
            .map(|held| held.name.clone())
            .collect();
        for name in &gone {
            self.refuse_in_use(&snapshot, name, "deleted")?;
        }
        for export in &exports {
            let old = held.iter().find(|held| held.name == export.name);
            if old.is_some_and(|old| old.value != export.value) {
                self.refuse_in_use(&snapshot, &export.name, "updated")?;
            }
        }
        let mut dropped = Vec::new();
        for entry in snapshot.scan(IMPORTS, b"")? {
            let key = entry?.0;
            let key = text(&key)?;
            if key.split_once('\0').is_some_and(|(_, by)| by == stack_id) {
                dropped.push(key.to_owned());
            }
        }
        let stack_id = stack_id.to_owned();
        self.decide(move |present| {
            for export in &exports {
                let found = present.get(EXPORTS, export.name.as_bytes())?;
                let found = found.map(|bytes| decode::<Export>(&bytes)).transpose()?;
                if let Some(other) = found.filter(|found| found.stack_id != stack_id) {
                    let (name, stack) = (export.name.clone(), other.stack_id);
                    return Err(StacksError::Exported { name, stack });
                }
                present.put(EXPORTS, &export.name, encode(export));
            }
            gone.iter().for_each(|name| present.delete(EXPORTS, name));
            dropped.iter().for_each(|key| present.delete(IMPORTS, key));
            imports
                .iter()
                .for_each(|name| present.put(IMPORTS, below(name, &stack_id), Bytes::new()));
            Ok(())
        })
        .await
    }

    fn refuse_in_use(
        &self,
        snapshot: &Snapshot,
        name: &str,
        what: &'static str,
    ) -> Result<(), StacksError> {
        let Some(by) = importers(snapshot, name)?.into_iter().next() else { return Ok(()) };
        let by = self.find(&by)?.name;
        Err(StacksError::InUse { name: name.to_owned(), what, by })
    }
}

fn importers(snapshot: &Snapshot, name: &str) -> Result<Vec<String>, StacksError> {
    let start = below(name, "");
    let found = snapshot.scan(IMPORTS, start.as_bytes())?;
    found.map(|entry| Ok(text(&entry?.0[start.len()..])?.to_owned())).collect()
}
