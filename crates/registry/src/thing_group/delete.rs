//! Deleting a group. One with children stays; its things leave it, and its policies are detached.

use kv::{Batch, Expect, Snapshot};
use model::ThingGroupName;

use crate::change::Change;
use crate::edge::{Target, forget_end};
use crate::policy_target::{POLICY_TARGETS, attached_to};
use crate::registry::{Decision, Registry, StoreError};
use crate::tags::{Taggable, forget_tags};
use crate::thing_group::membership::left;
use crate::thing_group::record::{
    CHILDREN, MEMBERS, PARENT, THING_GROUPS, ThingGroup, child_key, group, thing_name,
};
use records::{PAGE_ITEMS_MAX, page};

#[derive(Debug, thiserror::Error)]
pub enum DeleteThingGroupError {
    #[error("the thing group {name} has version {found}, not {expected}")]
    VersionConflict { name: ThingGroupName, found: u64, expected: u64 },
    #[error("the thing group {name} still has child groups")]
    HasChildren { name: ThingGroupName },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How far a step of the deletion went.
enum Step {
    /// Some things left; there may be more.
    Emptied,
    /// The group is gone, or was not there.
    Done,
}

impl Registry {
    /// Deleting a group that is not there is no error, as with AWS. A group of many things is
    /// deleted in steps; one that was cut off in the middle is finished by calling it again.
    pub async fn delete_thing_group(
        &self,
        name: &ThingGroupName,
        expected_version: Option<u64>,
    ) -> Result<(), DeleteThingGroupError> {
        let decide = |snapshot: &Snapshot| {
            let Some((group, bytes)) = group(snapshot, name)? else {
                return Ok(Decision::nothing(Step::Done));
            };
            if let Some(expected) = expected_version.filter(|e| *e != group.version) {
                let (name, found) = (name.clone(), group.version);
                return Err(DeleteThingGroupError::VersionConflict { name, found, expected });
            }
            let children = page(snapshot, CHILDREN, &format!("{name}/"), None, 1, |_, _| Ok(()));
            if !children?.items.is_empty() {
                return Err(DeleteThingGroupError::HasChildren { name: name.clone() });
            }
            if let Some(step) = empty(snapshot, &group)? {
                return Ok(step);
            }
            let mut batch = forget(snapshot, &group)?;
            batch.require(THING_GROUPS, name.as_str(), Expect::Value(bytes));
            let changes = vec![Change::Attachment(Target::ThingGroup(name.clone()))];
            Ok(Decision { batch, changes, outcome: Step::Done })
        };
        while let Step::Emptied = self.mutate(decide).await? {}
        Ok(())
    }
}

/// Lets some of the group's things leave, if it has any.
fn empty(snapshot: &Snapshot, group: &ThingGroup) -> Result<Option<Decision<Step>>, StoreError> {
    let path = group.path();
    let things = MEMBERS.from(snapshot, path.as_str(), None, PAGE_ITEMS_MAX, thing_name)?.items;
    if things.is_empty() {
        return Ok(None);
    }
    let mut batch = Batch::new();
    let changes = things.into_iter().map(|thing| left(&mut batch, &path, &thing)).collect();
    Ok(Some(Decision { batch, changes, outcome: Step::Emptied }))
}

/// Takes out a group without things or children, and all that is kept by its name.
fn forget(snapshot: &Snapshot, group: &ThingGroup) -> Result<Batch, StoreError> {
    let ThingGroup { name, .. } = group;
    let mut batch = Batch::new();
    batch.delete(THING_GROUPS, name.as_str());
    if let Some(parent) = group.parent() {
        batch.delete(CHILDREN, child_key(parent, name));
    }
    let target = Target::ThingGroup(name.clone());
    for policy in attached_to(snapshot, &target)? {
        POLICY_TARGETS.detach(&mut batch, policy.as_str(), &target.key());
    }
    forget_tags(&mut batch, &Taggable::ThingGroup(name.clone()));
    forget_end(&mut batch, snapshot, POLICY_TARGETS.to, &target.key())?;
    forget_end(&mut batch, snapshot, MEMBERS.from, group.path().as_str())?;
    forget_end(&mut batch, snapshot, PARENT, name.as_str())?;
    Ok(batch)
}
