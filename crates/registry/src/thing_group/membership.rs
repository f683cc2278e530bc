//! Which things are in which groups.

use std::collections::BTreeSet;

use bytes::Bytes;
use kv::{Batch, Expect, Snapshot};
use model::{ThingGroupName, ThingName};

use crate::change::Change;
use crate::edge::require_no_newer;
use crate::job;
use crate::registry::{Decision, Registry, StoreError};
use crate::thing::{THING, THINGS};
use crate::thing_group::record::{GroupPath, MEMBERS, THING_GROUPS, group};

/// AWS's limit. It bounds what a decision about a thing must read.
pub const GROUPS_PER_THING_MAX: usize = 10;

#[derive(Debug, thiserror::Error)]
pub enum MembershipError {
    #[error("the thing {name} does not exist")]
    ThingNotFound { name: ThingName },
    #[error("the thing group {name} does not exist")]
    GroupNotFound { name: ThingGroupName },
    #[error("the thing {thing} is in 10 thing groups already")]
    TooMany { thing: ThingName },
    #[error("the thing {thing} is already in {there}, which is in the same hierarchy as {group}")]
    SameHierarchy { thing: ThingName, there: ThingGroupName, group: ThingGroupName },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Registry {
    /// Takes a thing out of some groups and puts it into others, all or nothing. Being where it is
    /// to go, or not being what it is to leave, is no error.
    pub async fn change_thing_groups(
        &self,
        thing: &ThingName,
        leave: &[ThingGroupName],
        join: &[ThingGroupName],
    ) -> Result<(), MembershipError> {
        self.mutate(|snapshot| {
            if snapshot.get(THINGS, thing.as_str().as_bytes()).map_err(StoreError::from)?.is_none()
            {
                return Err(MembershipError::ThingNotFound { name: thing.clone() });
            }
            let mut batch = Batch::new();
            let mut changes = Vec::new();
            let mut paths = paths_of(snapshot, thing)?;
            for name in unique(leave) {
                let (path, _) = path_of(snapshot, name)?;
                if let Some(at) = paths.iter().position(|there| *there == path) {
                    paths.remove(at);
                    changes.push(left(&mut batch, &path, thing));
                }
            }
            for name in unique(join) {
                let (path, bytes) = path_of(snapshot, name)?;
                if paths.contains(&path) {
                    continue;
                }
                check(thing, &paths, &path)?;
                // Not only there: one that was made anew may stand elsewhere.
                batch.require(THING_GROUPS, name.as_str(), Expect::Value(bytes));
                changes.push(joined(&mut batch, &path, thing));
                paths.push(path);
            }
            if changes.is_empty() {
                return Ok(Decision::nothing(()));
            }
            batch.require(THINGS, thing.as_str(), Expect::Present);
            // Another that puts the same thing elsewhere at once would not see this.
            require_no_newer(&mut batch, snapshot, THING, thing.as_str())?;
            Ok(Decision { batch, changes, outcome: () })
        })
        .await
    }

    pub async fn add_thing_to_group(
        &self,
        thing: &ThingName,
        group: &ThingGroupName,
    ) -> Result<(), MembershipError> {
        self.change_thing_groups(thing, &[], std::slice::from_ref(group)).await
    }

    pub async fn remove_thing_from_group(
        &self,
        thing: &ThingName,
        group: &ThingGroupName,
    ) -> Result<(), MembershipError> {
        self.change_thing_groups(thing, std::slice::from_ref(group), &[]).await
    }
}

/// The places of the groups that a thing is in, of which there are few.
pub(crate) fn paths_of(
    snapshot: &Snapshot,
    thing: &ThingName,
) -> Result<Vec<GroupPath>, StoreError> {
    let most = GROUPS_PER_THING_MAX;
    Ok(MEMBERS.to(snapshot, thing.as_str(), None, most, GroupPath::parse)?.items)
}

/// Takes a thing that is to be deleted out of its groups.
pub(crate) fn leave_all(
    batch: &mut Batch,
    snapshot: &Snapshot,
    thing: &ThingName,
) -> Result<Vec<Change>, StoreError> {
    let paths = paths_of(snapshot, thing)?;
    Ok(paths.iter().map(|path| left(batch, path, thing)).collect())
}

fn joined(batch: &mut Batch, path: &GroupPath, thing: &ThingName) -> Change {
    MEMBERS.attach(batch, path.as_str(), thing.as_str());
    job::thing_moved(batch, thing);
    Change::Membership { thing: thing.clone(), group: path.name(), is_member: true }
}

pub(crate) fn left(batch: &mut Batch, path: &GroupPath, thing: &ThingName) -> Change {
    MEMBERS.detach(batch, path.as_str(), thing.as_str());
    job::thing_moved(batch, thing);
    Change::Membership { thing: thing.clone(), group: path.name(), is_member: false }
}

/// Where a group stands, and the bytes that say so.
fn path_of(
    snapshot: &Snapshot,
    name: &ThingGroupName,
) -> Result<(GroupPath, Bytes), MembershipError> {
    let missing = || MembershipError::GroupNotFound { name: name.clone() };
    let (group, bytes) = group(snapshot, name)?.ok_or_else(missing)?;
    Ok((group.path(), bytes))
}

/// A thing is in ten groups at most, and in one of each hierarchy.
fn check(thing: &ThingName, paths: &[GroupPath], path: &GroupPath) -> Result<(), MembershipError> {
    if let Some(there) = paths.iter().find(|there| there.root() == path.root()) {
        let (there, group) = (there.name(), path.name());
        return Err(MembershipError::SameHierarchy { thing: thing.clone(), there, group });
    }
    match paths.len() >= GROUPS_PER_THING_MAX {
        true => Err(MembershipError::TooMany { thing: thing.clone() }),
        false => Ok(()),
    }
}

fn unique(names: &[ThingGroupName]) -> BTreeSet<&ThingGroupName> {
    names.iter().collect()
}
