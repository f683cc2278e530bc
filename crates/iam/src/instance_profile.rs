//! Instance profiles: a role in a frame, which deploy tools expect to find and to look into.

use kv::{Batch, Expect, Snapshot, Space};
use model::{Arn, Home, IamPath, InstanceProfileName, RoleName};
use records::{
    EdgeKind, Found, Page, Record, RecordError, decode, encode, find, forget_end, page_where,
};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::attachment::ENTITY;
use crate::entity::{self, Entity, EntityName};
use crate::entity_record::{IDS, entity_of_id, known};
use crate::entity_store::ID_CHARACTERS;
use crate::error::IamError;
use crate::iam::{Decision, Iam};
use crate::random;
use crate::tag::{self, Tags};

const PROFILES: Space = Space::new("iam-instance-profiles");
const PROFILE: &str = "iam-instance-profile";
pub(crate) const PROFILE_ROLES: EdgeKind = EdgeKind {
    forward: Space::new("iam-profile-roles"),
    backward: Space::new("iam-role-profiles"),
    from: PROFILE,
    to: ENTITY,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceProfile {
    pub name: InstanceProfileName,
    pub path: IamPath,
    /// `AIPA…`
    pub id: String,
    pub created_at: UnixMillis,
    pub tags: Tags,
    pub role: Option<Entity>,
}

#[derive(Clone, Debug)]
pub struct NewInstanceProfile {
    pub name: InstanceProfileName,
    pub path: IamPath,
    pub tags: Vec<(String, String)>,
}

/// A profile as it is stored; the key is its name in lower case.
#[derive(Serialize, Deserialize)]
struct StoredProfile {
    name: InstanceProfileName,
    path: IamPath,
    id: String,
    created_at: UnixMillis,
    #[serde(default)]
    tags: Tags,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    role_id: Option<String>,
}

impl Record for StoredProfile {
    const VERSION: u8 = 1;
}

impl InstanceProfile {
    pub fn arn(&self, home: &Home) -> Arn {
        entity::arn(home, "instance-profile", &self.path, self.name.as_str())
    }
}

impl Iam {
    pub async fn create_instance_profile(
        &self,
        new: NewInstanceProfile,
        now: UnixMillis,
    ) -> Result<InstanceProfile, IamError> {
        let NewInstanceProfile { name, path, tags } = new;
        let stored = StoredProfile {
            path,
            id: random::id("AIPA", ID_CHARACTERS),
            created_at: now,
            tags: tag::checked(&tags)?,
            role_id: None,
            name,
        };
        self.mutate(|snapshot| {
            let key = key(&stored.name);
            if find::<StoredProfile>(snapshot, PROFILES, &key)?.is_some() {
                let name = stored.name.to_string();
                return Err(IamError::AlreadyExists { what: "Instance Profile", name });
            }
            let mut batch = Batch::new();
            batch.require(PROFILES, &key, Expect::Absent);
            batch.put(PROFILES, &key, encode(&stored));
            Ok(Decision { batch, changes: Vec::new(), outcome: () })
        })
        .await?;
        self.instance_profile(&stored.name)
    }

    pub fn instance_profile(
        &self,
        name: &InstanceProfileName,
    ) -> Result<InstanceProfile, IamError> {
        let snapshot = self.snapshot();
        let found = known_profile(&snapshot, name)?;
        with_role(&snapshot, found.record)
    }

    pub async fn delete_instance_profile(
        &self,
        name: &InstanceProfileName,
    ) -> Result<(), IamError> {
        self.mutate(|snapshot| {
            let Found { record, bytes } = known_profile(snapshot, name)?;
            if record.role_id.is_some() {
                let what = "Cannot delete entity, must remove roles from instance profile first.";
                return Err(IamError::DeleteConflict { what });
            }
            let mut batch = Batch::new();
            batch.require(PROFILES, key(name), Expect::Value(bytes));
            batch.delete(PROFILES, key(name));
            forget_end(&mut batch, snapshot, PROFILE, &key(name))?;
            Ok(Decision::<()> { batch, changes: Vec::new(), outcome: () })
        })
        .await
    }

    pub async fn add_role_to_instance_profile(
        &self,
        name: &InstanceProfileName,
        role: &RoleName,
    ) -> Result<(), IamError> {
        self.mutate(|snapshot| {
            let Found { mut record, bytes } = known_profile(snapshot, name)?;
            let role = known(snapshot, &EntityName::from(role.clone()))?.record;
            if record.role_id.is_some() {
                let quota = "InstanceSessionsPerInstanceProfile";
                return Err(IamError::Quota { quota, most: 1 });
            }
            record.role_id = Some(role.id.clone());
            let mut batch = Batch::new();
            batch.require(PROFILES, key(name), Expect::Value(bytes));
            batch.require(IDS, &role.id, Expect::Present);
            batch.put(PROFILES, key(name), encode(&record));
            PROFILE_ROLES.attach(&mut batch, &key(name), &role.id);
            Ok(Decision { batch, changes: Vec::new(), outcome: () })
        })
        .await
    }

    pub async fn remove_role_from_instance_profile(
        &self,
        name: &InstanceProfileName,
        role: &RoleName,
    ) -> Result<(), IamError> {
        self.mutate(|snapshot| {
            let Found { mut record, bytes } = known_profile(snapshot, name)?;
            let role = known(snapshot, &EntityName::from(role.clone()))?.record;
            if record.role_id.as_ref() != Some(&role.id) {
                return Err(role.name.not_found());
            }
            record.role_id = None;
            let mut batch = Batch::new();
            batch.require(PROFILES, key(name), Expect::Value(bytes));
            batch.put(PROFILES, key(name), encode(&record));
            PROFILE_ROLES.detach(&mut batch, &key(name), &role.id);
            Ok(Decision { batch, changes: Vec::new(), outcome: () })
        })
        .await
    }

    pub fn instance_profiles(
        &self,
        path_prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<InstanceProfile>, IamError> {
        let snapshot = self.snapshot();
        let page = page_where(&snapshot, PROFILES, "", after, limit, |_, bytes| {
            let stored: StoredProfile = decode(bytes)?;
            Ok(Some(stored).filter(|stored| stored.path.as_str().starts_with(path_prefix)))
        })?;
        profiles(&snapshot, page)
    }

    pub fn instance_profiles_of_role(
        &self,
        role: &RoleName,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<InstanceProfile>, IamError> {
        let snapshot = self.snapshot();
        let role = known(&snapshot, &EntityName::from(role.clone()))?.record;
        let read = |key: &str| Ok::<_, RecordError>(key.to_owned());
        let keys = PROFILE_ROLES.to(&snapshot, &role.id, after, limit, read)?;
        let mut items = Vec::new();
        for key in keys.items {
            items.extend(find::<StoredProfile>(&snapshot, PROFILES, &key)?.map(|f| f.record));
        }
        profiles(&snapshot, Page { items, next: keys.next })
    }

    pub async fn tag_instance_profile(
        &self,
        name: &InstanceProfileName,
        tags: &[(String, String)],
    ) -> Result<(), IamError> {
        let new = tag::checked(tags)?;
        self.retag(name, |old| tag::merged(old, new.clone())).await
    }

    pub async fn untag_instance_profile(
        &self,
        name: &InstanceProfileName,
        keys: &[String],
    ) -> Result<(), IamError> {
        self.retag(name, |old| Ok(tag::without(old, keys))).await
    }

    async fn retag(
        &self,
        name: &InstanceProfileName,
        change: impl Fn(&Tags) -> Result<Tags, IamError>,
    ) -> Result<(), IamError> {
        self.mutate(|snapshot| {
            let Found { mut record, bytes } = known_profile(snapshot, name)?;
            record.tags = change(&record.tags)?;
            let mut batch = Batch::new();
            batch.require(PROFILES, key(name), Expect::Value(bytes));
            batch.put(PROFILES, key(name), encode(&record));
            Ok(Decision { batch, changes: Vec::new(), outcome: () })
        })
        .await
    }
}

fn key(name: &InstanceProfileName) -> String {
    name.as_str().to_ascii_lowercase()
}

fn known_profile(
    snapshot: &Snapshot,
    name: &InstanceProfileName,
) -> Result<Found<StoredProfile>, IamError> {
    find(snapshot, PROFILES, &key(name))?
        .ok_or_else(|| IamError::not_found("Instance Profile", name.as_str()))
}

fn with_role(snapshot: &Snapshot, stored: StoredProfile) -> Result<InstanceProfile, IamError> {
    let StoredProfile { name, path, id, created_at, tags, role_id } = stored;
    let role = match role_id {
        Some(id) => entity_of_id(snapshot, &id)?,
        None => None,
    };
    Ok(InstanceProfile { name, path, id, created_at, tags, role })
}

fn profiles(
    snapshot: &Snapshot,
    page: Page<StoredProfile>,
) -> Result<Page<InstanceProfile>, IamError> {
    let items = page.items.into_iter().map(|stored| with_role(snapshot, stored));
    Ok(Page { items: items.collect::<Result<_, _>>()?, next: page.next })
}
