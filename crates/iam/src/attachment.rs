//! Managed policies, attached to users, groups and roles, or set as their boundary.

use kv::{Batch, Expect, Snapshot, Space};
use model::Arn;
use records::{EdgeKind, Found, Page, RecordError, StoreError, require_no_newer};

use crate::entity::{Entity, EntityKind, EntityName};
use crate::entity_record::{IDS, entity_of_id, known};
use crate::entity_store::{changed, replace};
use crate::error::IamError;
use crate::iam::{Decision, Iam};
use crate::policy_key::{PolicyKey, managed, managed_of_key};

/// The kinds of ends of edges, which name their marks.
pub(crate) const ENTITY: &str = "iam-entity";
pub(crate) const POLICY: &str = "iam-policy";

pub(crate) const POLICY_ENTITIES: EdgeKind = EdgeKind {
    forward: Space::new("iam-policy-entities"),
    backward: Space::new("iam-entity-policies"),
    from: POLICY,
    to: ENTITY,
};
pub(crate) const BOUNDARIES: EdgeKind = EdgeKind {
    forward: Space::new("iam-boundary-entities"),
    backward: Space::new("iam-entity-boundaries"),
    from: POLICY,
    to: ENTITY,
};

/// AWS's default quota. It bounds what an identity must read.
const ATTACHED_MAX: usize = 10;

/// How an entity uses a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyUsage {
    Permissions,
    Boundary,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttachedPolicy {
    pub name: String,
    pub arn: Arn,
}

impl Iam {
    /// Attaching what is attached is no error.
    pub async fn attach_policy(&self, name: &EntityName, arn: &str) -> Result<(), IamError> {
        self.mutate(|snapshot| {
            let entity = known(snapshot, name)?.record;
            let policy = managed(snapshot, self.home(), arn)?;
            if POLICY_ENTITIES.exists(snapshot, &policy.key(), &entity.id)? {
                return Ok(Decision::nothing(()));
            }
            if attached_to(snapshot, &entity.id)?.len() >= ATTACHED_MAX {
                let quota = name.kind().attached_quota();
                return Err(IamError::Quota { quota, most: ATTACHED_MAX });
            }
            let mut batch = Batch::new();
            policy.require(&mut batch);
            batch.require(IDS, &entity.id, Expect::Present);
            require_no_newer(&mut batch, snapshot, ENTITY, &entity.id)?;
            POLICY_ENTITIES.attach(&mut batch, &policy.key(), &entity.id);
            Ok(Decision { batch, changes: changed(&entity), outcome: () })
        })
        .await
    }

    pub async fn detach_policy(&self, name: &EntityName, arn: &str) -> Result<(), IamError> {
        self.mutate(|snapshot| {
            let entity = known(snapshot, name)?.record;
            let key = policy_key(arn)?;
            if !POLICY_ENTITIES.exists(snapshot, &key, &entity.id)? {
                return Err(IamError::NotAttached { arn: arn.to_owned() });
            }
            let mut batch = Batch::new();
            POLICY_ENTITIES.detach(&mut batch, &key, &entity.id);
            Ok(Decision { batch, changes: changed(&entity), outcome: () })
        })
        .await
    }

    /// The policies attached to an entity, below a path.
    pub fn attached_policies(
        &self,
        name: &EntityName,
        path_prefix: &str,
    ) -> Result<Vec<AttachedPolicy>, IamError> {
        let snapshot = self.snapshot();
        let entity = known(&snapshot, name)?.record;
        let mut attached = Vec::new();
        for key in attached_to(&snapshot, &entity.id)? {
            let policy = managed_of_key(&snapshot, &key)?;
            let below = policy.filter(|policy| policy.path.as_str().starts_with(path_prefix));
            attached.extend(below.map(|policy| AttachedPolicy {
                name: policy.name.to_string(),
                arn: policy.arn(self.home()),
            }));
        }
        Ok(attached)
    }

    /// Sets the policy beyond which no other of the entity reaches, or takes it away.
    pub async fn set_boundary(&self, name: &EntityName, arn: Option<&str>) -> Result<(), IamError> {
        self.mutate(|snapshot| {
            let Found { mut record, bytes } = known(snapshot, name)?;
            let mut batch = Batch::new();
            match (record.boundary.take(), arn) {
                (Some(old), _) => BOUNDARIES.detach(&mut batch, &policy_key(&old)?, &record.id),
                (None, Some(_)) => {}
                (None, None) => {
                    let what = name.kind().as_str();
                    return Err(IamError::not_found(what, format!("{name} with a boundary")));
                }
            }
            if let Some(arn) = arn {
                self.bound(snapshot, &mut batch, &mut record, arn)?;
            }
            replace(&mut batch, &record, Expect::Value(bytes));
            Ok(Decision { batch, changes: changed(&record), outcome: () })
        })
        .await
    }

    /// Who uses a policy, of one kind of entity and below a path.
    pub fn entities_of_policy(
        &self,
        arn: &str,
        kind: Option<EntityKind>,
        path_prefix: &str,
        usage: PolicyUsage,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Entity>, IamError> {
        let snapshot = self.snapshot();
        let policy = managed(&snapshot, self.home(), arn)?;
        let edges = match usage {
            PolicyUsage::Permissions => POLICY_ENTITIES,
            PolicyUsage::Boundary => BOUNDARIES,
        };
        let ids = edges.from(&snapshot, &policy.key(), after, limit, |id| Ok(id.to_owned()))?;
        let mut items = Vec::new();
        for id in ids.items {
            items.extend(entity_of_id(&snapshot, &id)?.filter(|entity| {
                kind.is_none_or(|kind| kind == entity.name.kind())
                    && entity.path.as_str().starts_with(path_prefix)
            }));
        }
        Ok(Page { items, next: ids.next })
    }
}

/// The key under which edges know a policy.
pub(crate) fn policy_key(arn: &str) -> Result<String, IamError> {
    PolicyKey::of_arn(arn).map(|key| key.to_string())
}

/// The keys of the policies of an entity, of which there are few.
pub(crate) fn attached_to(snapshot: &Snapshot, id: &str) -> Result<Vec<PolicyKey>, StoreError> {
    let read = |key: &str| PolicyKey::parse(key).ok_or(RecordError::Key);
    Ok(POLICY_ENTITIES.to(snapshot, id, None, ATTACHED_MAX, read)?.items)
}

/// How many edges begin at a policy.
pub(crate) fn count(
    snapshot: &Snapshot,
    edges: EdgeKind,
    policy: &str,
) -> Result<usize, StoreError> {
    let (mut total, mut after) = (0, None::<String>);
    loop {
        let page =
            edges.from(snapshot, policy, after.as_deref(), records::PAGE_ITEMS_MAX, |_| Ok(()))?;
        total += page.items.len();
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(total),
        }
    }
}
