//! The store of change sets.

use records::{decode, encode};

use crate::change_set::ChangeSet;
use crate::error::StacksError;
use crate::key::{CHANGE_SETS, below};
use crate::stacks::Stacks;

impl Stacks {
    pub async fn put_change_set(
        &self,
        change_set: ChangeSet,
        is_new: bool,
    ) -> Result<(), StacksError> {
        self.decide(move |present| {
            let key = below(&change_set.stack_id, &change_set.name);
            if is_new && present.get(CHANGE_SETS, key.as_bytes())?.is_some() {
                return Err(StacksError::ChangeSetExists(change_set.name));
            }
            present.put(CHANGE_SETS, key, encode(&change_set));
            Ok(())
        })
        .await
    }

    pub async fn delete_change_set(&self, change_set: &ChangeSet) -> Result<(), StacksError> {
        let key = below(&change_set.stack_id, &change_set.name);
        self.decide(move |present| {
            present.delete(CHANGE_SETS, key);
            Ok(())
        })
        .await
    }

    pub fn change_sets(&self, stack_id: &str) -> Result<Vec<ChangeSet>, StacksError> {
        let snapshot = self.store.snapshot();
        let found = snapshot.scan(CHANGE_SETS, below(stack_id, "").as_bytes())?;
        found.map(|entry| Ok(decode(&entry?.1)?)).collect()
    }

    /// A change set by its ARN, or by its name and its stack.
    pub fn find_change_set(
        &self,
        name: &str,
        stack: Option<&str>,
    ) -> Result<ChangeSet, StacksError> {
        let missing = || StacksError::NoChangeSet(name.to_owned());
        if let Some(stack) = stack {
            let stack = self.find(stack)?;
            let found = self.change_sets(&stack.id)?.into_iter();
            return found
                .into_iter()
                .find(|set| set.name == name || set.id == name)
                .ok_or_else(missing);
        }
        for entry in self.store.snapshot().scan(CHANGE_SETS, b"")? {
            let found: ChangeSet = decode(&entry?.1)?;
            if found.id == name {
                return Ok(found);
            }
        }
        Err(missing())
    }
}
