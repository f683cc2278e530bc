//! Access keys of users: a name that is sent, and a secret that signs and is never shown again.

use std::fmt;

use kv::{Batch, Expect, Snapshot, Space};
use model::UserName;
use records::{
    EdgeKind, Found, Record, RecordError, StoreError, encode, find, forget_end, require_no_newer,
};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::attachment::ENTITY;
use crate::entity::{Entity, EntityName};
use crate::entity_record::{entity_of_id, known};
use crate::error::IamError;
use crate::iam::{Change, Decision, Iam};
use crate::random;

pub(crate) const ACCESS_KEYS: Space = Space::new("iam-access-keys");
const ACCESS_KEY: &str = "iam-access-key";
pub(crate) const USER_KEYS: EdgeKind = EdgeKind {
    forward: Space::new("iam-user-keys"),
    backward: Space::new("iam-key-users"),
    from: ENTITY,
    to: ACCESS_KEY,
};

/// AWS's limit: one in use, and one to change to.
pub const ACCESS_KEYS_MAX: usize = 2;
pub(crate) const ACCESS_KEY_CHARACTERS: usize = 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccessKeyStatus {
    Active,
    Inactive,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessKey {
    pub id: String,
    pub user: EntityName,
    pub status: AccessKeyStatus,
    pub created_at: UnixMillis,
}

/// A key and, this once, its secret.
#[derive(Clone, PartialEq, Eq)]
pub struct NewAccessKey {
    pub key: AccessKey,
    pub secret: String,
}

impl fmt::Debug for NewAccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Never the secret.
        f.debug_tuple("NewAccessKey").field(&self.key).finish()
    }
}

impl AccessKeyStatus {
    pub fn as_str(self) -> &'static str {
        match self {
            AccessKeyStatus::Active => "Active",
            AccessKeyStatus::Inactive => "Inactive",
        }
    }
}

/// A key as it is stored; its id is the key. The secret is as it is, since signatures are checked
/// with it.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredAccessKey {
    pub(crate) user_id: String,
    pub(crate) secret: String,
    pub(crate) status: AccessKeyStatus,
    created_at: UnixMillis,
}

impl Record for StoredAccessKey {
    const VERSION: u8 = 1;
}

impl Iam {
    pub async fn create_access_key(
        &self,
        user: &UserName,
        now: UnixMillis,
    ) -> Result<NewAccessKey, IamError> {
        let name = EntityName::from(user.clone());
        let (id, secret) = (random::id("AKIA", ACCESS_KEY_CHARACTERS), random::secret());
        self.mutate(|snapshot| {
            let Found { record, .. } = known(snapshot, &name)?;
            if key_ids(snapshot, &record)?.len() >= ACCESS_KEYS_MAX {
                let quota = "AccessKeysPerUser";
                return Err(IamError::Quota { quota, most: ACCESS_KEYS_MAX });
            }
            let status = AccessKeyStatus::Active;
            let stored = StoredAccessKey {
                user_id: record.id.clone(),
                secret: secret.clone(),
                status,
                created_at: now,
            };
            let mut batch = Batch::new();
            // That the user is there, and has no more keys than were counted.
            batch.require(crate::entity_record::IDS, &record.id, Expect::Present);
            require_no_newer(&mut batch, snapshot, ENTITY, &record.id)?;
            batch.put(ACCESS_KEYS, &id, encode(&stored));
            USER_KEYS.attach(&mut batch, &record.id, &id);
            let key = AccessKey { id: id.clone(), user: record.name, status, created_at: now };
            let outcome = NewAccessKey { key, secret: secret.clone() };
            Ok(Decision { batch, changes: changed(&id), outcome })
        })
        .await
    }

    /// The keys of a user.
    pub fn access_keys(&self, user: &UserName) -> Result<Vec<AccessKey>, IamError> {
        let snapshot = self.snapshot();
        let owner = known(&snapshot, &EntityName::from(user.clone()))?.record;
        let mut keys = Vec::new();
        for id in key_ids(&snapshot, &owner)? {
            if let Some(found) = find::<StoredAccessKey>(&snapshot, ACCESS_KEYS, &id)? {
                let StoredAccessKey { status, created_at, .. } = found.record;
                keys.push(AccessKey { id, user: owner.name.clone(), status, created_at });
            }
        }
        keys.sort_by_key(|key| key.created_at);
        Ok(keys)
    }

    /// Whose key it is.
    pub fn access_key_owner(&self, id: &str) -> Result<EntityName, IamError> {
        let snapshot = self.snapshot();
        let found = find::<StoredAccessKey>(&snapshot, ACCESS_KEYS, id)?;
        let owner = match found {
            Some(found) => entity_of_id(&snapshot, &found.record.user_id)?,
            None => None,
        };
        owner.map(|user| user.name).ok_or_else(|| not_found(id))
    }

    pub async fn update_access_key(
        &self,
        user: &UserName,
        id: &str,
        status: AccessKeyStatus,
    ) -> Result<(), IamError> {
        self.mutate(|snapshot| {
            let Found { mut record, bytes } = key_of(snapshot, user, id)?;
            record.status = status;
            let mut batch = Batch::new();
            batch.require(ACCESS_KEYS, id, Expect::Value(bytes));
            batch.put(ACCESS_KEYS, id, encode(&record));
            Ok(Decision { batch, changes: changed(id), outcome: () })
        })
        .await
    }

    pub async fn delete_access_key(&self, user: &UserName, id: &str) -> Result<(), IamError> {
        self.mutate(|snapshot| {
            let Found { record, bytes } = key_of(snapshot, user, id)?;
            let mut batch = Batch::new();
            batch.require(ACCESS_KEYS, id, Expect::Value(bytes));
            batch.delete(ACCESS_KEYS, id);
            USER_KEYS.detach(&mut batch, &record.user_id, id);
            forget_end(&mut batch, snapshot, ACCESS_KEY, id)?;
            crate::last_used::forget(&mut batch, id);
            Ok(Decision { batch, changes: changed(id), outcome: () })
        })
        .await
    }
}

fn changed(id: &str) -> Vec<Change> {
    vec![Change::AccessKey { id: id.to_owned() }]
}

fn not_found(id: &str) -> IamError {
    IamError::NotFound { what: "Access Key", by: "id", name: id.to_owned() }
}

fn key_ids(snapshot: &Snapshot, user: &Entity) -> Result<Vec<String>, StoreError> {
    let read = |id: &str| Ok::<_, RecordError>(id.to_owned());
    Ok(USER_KEYS.from(snapshot, &user.id, None, ACCESS_KEYS_MAX, read)?.items)
}

/// A key that must be this user's.
fn key_of(
    snapshot: &Snapshot,
    user: &UserName,
    id: &str,
) -> Result<Found<StoredAccessKey>, IamError> {
    let owner = known(snapshot, &EntityName::from(user.clone()))?.record;
    find::<StoredAccessKey>(snapshot, ACCESS_KEYS, id)?
        .filter(|found| found.record.user_id == owner.id)
        .ok_or_else(|| not_found(id))
}
