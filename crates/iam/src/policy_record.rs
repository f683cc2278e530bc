//! Managed policies as they are stored. The key is the name in lower case.

use std::collections::BTreeMap;

use bytes::Bytes;
use kv::{Snapshot, Space};
use model::{IamPath, PolicyName};
use records::{Found, Record, StoreError, encode, find};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::managed_policy::{ManagedPolicy, PolicyScope, PolicyVersion};
use crate::tag::Tags;

pub(crate) const POLICIES: Space = Space::new("iam-policies");

#[derive(Serialize, Deserialize)]
pub(crate) struct StoredPolicy {
    name: PolicyName,
    path: IamPath,
    id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    created_at: UnixMillis,
    updated_at: UnixMillis,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    tags: Tags,
    default_version: u32,
    next_version: u32,
    versions: Vec<StoredVersion>,
}

#[derive(Serialize, Deserialize)]
struct StoredVersion {
    number: u32,
    document: String,
    created_at: UnixMillis,
}

impl Record for StoredPolicy {
    const VERSION: u8 = 1;
}

impl StoredPolicy {
    pub(crate) fn into_policy(self) -> ManagedPolicy {
        let versions = self.versions.into_iter().map(|stored| {
            let StoredVersion { number, document, created_at } = stored;
            PolicyVersion { number, document: document.into(), created_at }
        });
        ManagedPolicy {
            scope: PolicyScope::Local,
            name: self.name,
            path: self.path,
            id: self.id,
            description: self.description,
            created_at: self.created_at,
            updated_at: self.updated_at,
            tags: self.tags,
            default_version: self.default_version,
            next_version: self.next_version,
            versions: versions.collect(),
        }
    }
}

pub(crate) fn bytes_of(policy: &ManagedPolicy) -> Bytes {
    let versions = policy.versions.iter().map(|version| {
        let PolicyVersion { number, document, created_at } = version.clone();
        StoredVersion { number, document: document.into_owned(), created_at }
    });
    let stored = StoredPolicy {
        name: policy.name.clone(),
        path: policy.path.clone(),
        id: policy.id.clone(),
        description: policy.description.clone(),
        created_at: policy.created_at,
        updated_at: policy.updated_at,
        tags: policy.tags.clone(),
        default_version: policy.default_version,
        next_version: policy.next_version,
        versions: versions.collect(),
    };
    encode(&stored).into()
}

/// The policy under a key, and the bytes that it was read from.
pub(crate) fn stored(
    snapshot: &Snapshot,
    key: &str,
) -> Result<Option<Found<ManagedPolicy>>, StoreError> {
    let found = find::<StoredPolicy>(snapshot, POLICIES, key)?;
    Ok(found.map(|Found { record, bytes }| Found { record: record.into_policy(), bytes }))
}
