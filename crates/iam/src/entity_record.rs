//! Users, groups and roles as they are stored. The key is the name in lower case.

use std::collections::BTreeMap;

use bytes::Bytes;
use kv::{Snapshot, Space};
use model::{IamPath, PolicyName};
use records::{Found, Record, RecordError, StoreError, encode, find};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::entity::{Entity, EntityKind, EntityName, RoleSettings};
use crate::error::IamError;
use crate::tag::Tags;

/// Unique ids, and the name that each belongs to.
pub(crate) const IDS: Space = Space::new("iam-ids");

#[derive(Serialize, Deserialize)]
pub(crate) struct StoredEntity {
    name: String,
    path: IamPath,
    id: String,
    created_at: UnixMillis,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    tags: Tags,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    inline: BTreeMap<PolicyName, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    boundary: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    role: Option<StoredRole>,
}

#[derive(Serialize, Deserialize)]
struct StoredRole {
    trust: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    max_session_secs: u32,
}

/// Where the entity of an id is.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredPlace {
    name: String,
}

impl Record for StoredEntity {
    const VERSION: u8 = 1;
}

impl Record for StoredPlace {
    const VERSION: u8 = 1;
}

impl StoredEntity {
    pub(crate) fn into_entity(self, kind: EntityKind) -> Result<Entity, RecordError> {
        let StoredEntity { name, path, id, created_at, tags, inline, boundary, role } = self;
        let name = kind.name(&name).map_err(|_| RecordError::Key)?;
        let role = role.map(|stored| {
            let StoredRole { trust, description, max_session_secs } = stored;
            RoleSettings { trust, description, max_session_secs }
        });
        Ok(Entity { name, path, id, created_at, tags, inline, boundary, role })
    }
}

pub(crate) fn bytes_of(entity: &Entity) -> Bytes {
    let Entity { name, path, id, created_at, tags, inline, boundary, role } = entity.clone();
    let role = role.map(|settings| {
        let RoleSettings { trust, description, max_session_secs } = settings;
        StoredRole { trust, description, max_session_secs }
    });
    let name = name.as_str().to_owned();
    encode(&StoredEntity { name, path, id, created_at, tags, inline, boundary, role }).into()
}

pub(crate) fn place_of(entity: &Entity) -> Bytes {
    encode(&StoredPlace { name: entity.name.as_str().to_owned() }).into()
}

/// The entity of a name.
pub(crate) fn entity(
    snapshot: &Snapshot,
    name: &EntityName,
) -> Result<Option<Found<Entity>>, StoreError> {
    let kind = name.kind();
    let Some(Found { record, bytes }) = find::<StoredEntity>(snapshot, kind.space(), &name.key())?
    else {
        return Ok(None);
    };
    Ok(Some(Found { record: record.into_entity(kind)?, bytes }))
}

/// The entity of a name that must be there.
pub(crate) fn known(snapshot: &Snapshot, name: &EntityName) -> Result<Found<Entity>, IamError> {
    entity(snapshot, name)?.ok_or_else(|| name.not_found())
}

/// The entity of an id.
pub(crate) fn entity_of_id(snapshot: &Snapshot, id: &str) -> Result<Option<Entity>, StoreError> {
    let kinds = [EntityKind::User, EntityKind::Group, EntityKind::Role];
    let Some(kind) = kinds.into_iter().find(|kind| id.starts_with(kind.id_prefix())) else {
        return Ok(None);
    };
    let Some(place) = find::<StoredPlace>(snapshot, IDS, id)? else { return Ok(None) };
    let name = kind.name(&place.record.name).map_err(|_| RecordError::Key)?;
    Ok(entity(snapshot, &name)?.map(|found| found.record))
}
