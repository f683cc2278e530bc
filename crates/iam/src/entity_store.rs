//! Users, groups and roles: made, found, listed, changed, deleted.

use kv::{Batch, Expect, Snapshot};
use model::IamPath;
use policy::ResourceDocument;
use records::{Found, Page, decode, forget_end, page_where};
use stdx::clock::UnixMillis;

use crate::access_key::USER_KEYS;
use crate::attachment::{BOUNDARIES, ENTITY, POLICY_ENTITIES, policy_key};
use crate::entity::{Entity, EntityKind, EntityName, RoleSettings};
use crate::entity_record::{IDS, StoredEntity, bytes_of, entity, known, place_of};
use crate::error::IamError;
use crate::group::GROUP_USERS;
use crate::iam::{Change, Decision, Iam};
use crate::instance_profile::PROFILE_ROLES;
use crate::policy_key::managed;
use crate::random;
use crate::tag;

/// The length of AWS's unique ids.
pub(crate) const ID_CHARACTERS: usize = 21;
/// AWS's default quota, `ACLSizePerRole`.
const TRUST_CHARACTERS_MAX: usize = 2048;
const SESSION_SECS_MIN: u32 = 3_600;
const SESSION_SECS_MAX: u32 = 43_200;
const DESCRIPTION_CHARACTERS_MAX: usize = 1000;

#[derive(Clone, Debug)]
pub struct NewEntity {
    pub name: EntityName,
    pub path: IamPath,
    pub tags: Vec<(String, String)>,
    /// The ARN of a managed policy.
    pub boundary: Option<String>,
    /// For a role, and only for one.
    pub role: Option<RoleSettings>,
}

/// A new name or path; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct EntityUpdate {
    pub name: Option<EntityName>,
    pub path: Option<IamPath>,
}

/// What to change of a role; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct RoleUpdate {
    pub trust: Option<String>,
    pub description: Option<String>,
    pub max_session_secs: Option<u32>,
}

impl Iam {
    pub async fn create_entity(&self, new: NewEntity, now: UnixMillis) -> Result<Entity, IamError> {
        let NewEntity { name, path, tags, boundary, role } = new;
        if let Some(settings) = &role {
            check_role(settings)?;
        }
        let kind = name.kind();
        assert_eq!(role.is_some(), kind == EntityKind::Role, "a role has settings, others none");
        let entity = Entity {
            name,
            path,
            id: random::id(kind.id_prefix(), ID_CHARACTERS),
            created_at: now,
            tags: tag::checked(&tags)?,
            inline: Default::default(),
            boundary,
            role,
        };
        self.mutate(|snapshot| self.decide_to_create(snapshot, entity.clone())).await
    }

    fn decide_to_create(
        &self,
        snapshot: &Snapshot,
        mut entity: Entity,
    ) -> Result<Decision<Entity>, IamError> {
        let (kind, key) = (entity.name.kind(), entity.name.key());
        if self::entity(snapshot, &entity.name)?.is_some() {
            let name = entity.name.as_str().to_owned();
            return Err(IamError::AlreadyExists { what: kind.title(), name });
        }
        let mut batch = Batch::new();
        if let Some(arn) = entity.boundary.take() {
            self.bound(snapshot, &mut batch, &mut entity, &arn)?;
        }
        batch.require(kind.space(), &key, Expect::Absent);
        batch.put(kind.space(), &key, bytes_of(&entity));
        batch.put(IDS, &entity.id, place_of(&entity));
        Ok(Decision { batch, changes: changed(&entity), outcome: entity })
    }

    pub fn entity(&self, name: &EntityName) -> Result<Entity, IamError> {
        Ok(known(&self.snapshot(), name)?.record)
    }

    /// Entities of a kind below a path, in the order of their names.
    pub fn entities(
        &self,
        kind: EntityKind,
        path_prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Entity>, IamError> {
        let page = page_where(&self.snapshot(), kind.space(), "", after, limit, |_, bytes| {
            let entity = decode::<StoredEntity>(bytes)?.into_entity(kind)?;
            Ok(Some(entity).filter(|entity| entity.path.as_str().starts_with(path_prefix)))
        });
        Ok(page?)
    }

    /// Renames or moves a user or group. Its id stays, and so does everything that hangs on it.
    pub async fn update_entity(
        &self,
        name: &EntityName,
        update: &EntityUpdate,
    ) -> Result<(), IamError> {
        self.mutate(|snapshot| {
            let Found { mut record, bytes } = known(snapshot, name)?;
            let space = name.kind().space();
            let mut batch = Batch::new();
            batch.require(space, name.key(), Expect::Value(bytes));
            if let Some(path) = &update.path {
                record.path = path.clone();
            }
            if let Some(new) = &update.name {
                if new.key() != name.key() {
                    if entity(snapshot, new)?.is_some() {
                        let (what, name) = (new.kind().title(), new.as_str().to_owned());
                        return Err(IamError::AlreadyExists { what, name });
                    }
                    batch.require(space, new.key(), Expect::Absent);
                    batch.delete(space, name.key());
                }
                record.name = new.clone();
            }
            batch.put(space, record.name.key(), bytes_of(&record));
            batch.put(IDS, &record.id, place_of(&record));
            Ok(Decision { batch, changes: changed(&record), outcome: () })
        })
        .await
    }

    pub async fn update_role(
        &self,
        name: &EntityName,
        update: &RoleUpdate,
    ) -> Result<(), IamError> {
        self.change_entity(name, |entity| {
            let role = entity.role_mut()?;
            if let Some(trust) = &update.trust {
                role.trust.clone_from(trust);
            }
            if update.description.is_some() {
                role.description.clone_from(&update.description);
            }
            if let Some(seconds) = update.max_session_secs {
                role.max_session_secs = seconds;
            }
            check_role(role)
        })
        .await
    }

    /// Deletes what holds nothing any more.
    pub async fn delete_entity(&self, name: &EntityName) -> Result<(), IamError> {
        self.mutate(|snapshot| {
            let Found { record, bytes } = known(snapshot, name)?;
            check_is_bare(snapshot, &record)?;
            let mut batch = Batch::new();
            batch.require(name.kind().space(), name.key(), Expect::Value(bytes));
            batch.delete(name.kind().space(), name.key());
            batch.delete(IDS, &record.id);
            crate::console_session::end_all(&mut batch, &record.id);
            if let Some(arn) = &record.boundary {
                BOUNDARIES.detach(&mut batch, &policy_key(arn)?, &record.id);
            }
            forget_end(&mut batch, snapshot, ENTITY, &record.id)?;
            Ok(Decision { batch, changes: changed(&record), outcome: () })
        })
        .await
    }

    /// Adds tags, or gives those that are there other values.
    pub async fn tag_entity(
        &self,
        name: &EntityName,
        tags: &[(String, String)],
    ) -> Result<(), IamError> {
        let new = tag::checked(tags)?;
        self.change_entity(name, |entity| {
            entity.tags = tag::merged(&entity.tags, new.clone())?;
            Ok(())
        })
        .await
    }

    pub async fn untag_entity(&self, name: &EntityName, keys: &[String]) -> Result<(), IamError> {
        self.change_entity(name, |entity| {
            entity.tags = tag::without(&entity.tags, keys);
            Ok(())
        })
        .await
    }

    /// Changes a record by itself.
    pub(crate) async fn change_entity(
        &self,
        name: &EntityName,
        change: impl Fn(&mut Entity) -> Result<(), IamError>,
    ) -> Result<(), IamError> {
        self.mutate(|snapshot| {
            let Found { mut record, bytes } = known(snapshot, name)?;
            change(&mut record)?;
            let mut batch = Batch::new();
            replace(&mut batch, &record, Expect::Value(bytes));
            Ok(Decision { batch, changes: changed(&record), outcome: () })
        })
        .await
    }

    /// Binds an entity to a policy, and the policy to the entity.
    pub(crate) fn bound(
        &self,
        snapshot: &Snapshot,
        batch: &mut Batch,
        entity: &mut Entity,
        arn: &str,
    ) -> Result<(), IamError> {
        let policy = managed(snapshot, self.home(), arn)?;
        policy.require(batch);
        BOUNDARIES.attach(batch, &policy.key(), &entity.id);
        entity.boundary = Some(policy.arn(self.home()).to_string());
        Ok(())
    }
}

pub(crate) fn replace(batch: &mut Batch, entity: &Entity, expect: Expect) {
    let (space, key) = (entity.name.kind().space(), entity.name.key());
    batch.require(space, &key, expect);
    batch.put(space, &key, bytes_of(entity));
}

pub(crate) fn changed(entity: &Entity) -> Vec<Change> {
    vec![Change::Entity { id: entity.id.clone() }]
}

fn check_role(role: &RoleSettings) -> Result<(), IamError> {
    if characters(&role.trust) > TRUST_CHARACTERS_MAX {
        return Err(IamError::Quota { quota: "ACLSizePerRole", most: TRUST_CHARACTERS_MAX });
    }
    ResourceDocument::parse_trust(&role.trust, TRUST_CHARACTERS_MAX)?;
    if !(SESSION_SECS_MIN..=SESSION_SECS_MAX).contains(&role.max_session_secs) {
        return Err(IamError::invalid(format!(
            "MaxSessionDuration must be from {SESSION_SECS_MIN} to {SESSION_SECS_MAX} seconds"
        )));
    }
    let description = role.description.as_deref().unwrap_or_default();
    if description.chars().count() > DESCRIPTION_CHARACTERS_MAX {
        return Err(IamError::invalid("the description has more than 1000 characters"));
    }
    Ok(())
}

/// How long a document is for AWS, which does not count white space.
pub(crate) fn characters(document: &str) -> usize {
    document.chars().filter(|character| !character.is_whitespace()).count()
}

fn check_is_bare(snapshot: &Snapshot, entity: &Entity) -> Result<(), IamError> {
    let conflict = |what| Err(IamError::DeleteConflict { what });
    let id = entity.id.as_str();
    if USER_KEYS.has_any_from(snapshot, id)? {
        return conflict("Cannot delete entity, must delete access keys first.");
    }
    if crate::login_profile::profile(snapshot, entity)?.is_some() {
        return conflict("Cannot delete entity, must delete login profile first.");
    }
    if POLICY_ENTITIES.has_any_to(snapshot, id)? {
        return conflict("Cannot delete entity, must detach all policies first.");
    }
    if !entity.inline.is_empty() {
        return conflict("Cannot delete entity, must delete policies first.");
    }
    if GROUP_USERS.has_any_to(snapshot, id)? {
        return conflict("Cannot delete entity, must remove user from all groups first.");
    }
    if GROUP_USERS.has_any_from(snapshot, id)? {
        return conflict("Cannot delete entity, must remove users from group first.");
    }
    if PROFILE_ROLES.has_any_to(snapshot, id)? {
        return conflict("Cannot delete entity, must remove roles from instance profile first.");
    }
    Ok(())
}
