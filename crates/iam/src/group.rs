//! Who is in which group.

use kv::{Batch, Expect, Snapshot, Space};
use model::{GroupName, UserName};
use records::{EdgeKind, Page, StoreError, require_no_newer};

use crate::attachment::ENTITY;
use crate::entity::{Entity, EntityName};
use crate::entity_record::{IDS, entity_of_id, known};
use crate::entity_store::changed;
use crate::error::IamError;
use crate::iam::{Decision, Iam};

pub(crate) const GROUP_USERS: EdgeKind = EdgeKind {
    forward: Space::new("iam-group-users"),
    backward: Space::new("iam-user-groups"),
    from: ENTITY,
    to: ENTITY,
};

/// AWS's limit. It bounds what an identity must read.
const GROUPS_PER_USER_MAX: usize = 10;

impl Iam {
    /// Adding who is in it already is no error.
    pub async fn add_user_to_group(
        &self,
        user: &UserName,
        group: &GroupName,
    ) -> Result<(), IamError> {
        self.mutate(|snapshot| {
            let (user, group) = both(snapshot, user, group)?;
            if GROUP_USERS.exists(snapshot, &group.id, &user.id)? {
                return Ok(Decision::nothing(()));
            }
            if groups_of(snapshot, &user.id)?.len() >= GROUPS_PER_USER_MAX {
                return Err(IamError::Quota { quota: "GroupsPerUser", most: GROUPS_PER_USER_MAX });
            }
            let mut batch = Batch::new();
            batch.require(IDS, &user.id, Expect::Present);
            batch.require(IDS, &group.id, Expect::Present);
            require_no_newer(&mut batch, snapshot, ENTITY, &user.id)?;
            GROUP_USERS.attach(&mut batch, &group.id, &user.id);
            Ok(Decision { batch, changes: changed(&user), outcome: () })
        })
        .await
    }

    /// Removing who is not in it is no error.
    pub async fn remove_user_from_group(
        &self,
        user: &UserName,
        group: &GroupName,
    ) -> Result<(), IamError> {
        self.mutate(|snapshot| {
            let (user, group) = both(snapshot, user, group)?;
            let mut batch = Batch::new();
            GROUP_USERS.detach(&mut batch, &group.id, &user.id);
            Ok(Decision { batch, changes: changed(&user), outcome: () })
        })
        .await
    }

    /// The users in a group.
    pub fn users_of_group(
        &self,
        group: &GroupName,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Entity>, IamError> {
        let snapshot = self.snapshot();
        let group = known(&snapshot, &EntityName::from(group.clone()))?.record;
        let page = GROUP_USERS.from(&snapshot, &group.id, after, limit, |id| Ok(id.to_owned()))?;
        entities(&snapshot, page)
    }

    /// The groups that a user is in.
    pub fn groups_of_user(
        &self,
        user: &UserName,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Entity>, IamError> {
        let snapshot = self.snapshot();
        let user = known(&snapshot, &EntityName::from(user.clone()))?.record;
        let page = GROUP_USERS.to(&snapshot, &user.id, after, limit, |id| Ok(id.to_owned()))?;
        entities(&snapshot, page)
    }
}

/// The ids of the groups of a user, of which there are few.
pub(crate) fn groups_of(snapshot: &Snapshot, user_id: &str) -> Result<Vec<String>, StoreError> {
    let most = GROUPS_PER_USER_MAX;
    Ok(GROUP_USERS.to(snapshot, user_id, None, most, |id| Ok(id.to_owned()))?.items)
}

fn both(
    snapshot: &Snapshot,
    user: &UserName,
    group: &GroupName,
) -> Result<(Entity, Entity), IamError> {
    let group = known(snapshot, &EntityName::from(group.clone()))?.record;
    let user = known(snapshot, &EntityName::from(user.clone()))?.record;
    Ok((user, group))
}

fn entities(snapshot: &Snapshot, page: Page<String>) -> Result<Page<Entity>, IamError> {
    let mut items = Vec::new();
    for id in page.items {
        items.extend(entity_of_id(snapshot, &id)?);
    }
    Ok(Page { items, next: page.next })
}
