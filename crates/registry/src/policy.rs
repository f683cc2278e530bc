//! Policies: documents in up to five versions, one of which counts.

use bytes::Bytes;
use kv::{Batch, Expect, Snapshot, Space};
use model::{Arn, PolicyName};
use policy::{Document, PolicyError};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::change::Change;
use crate::edge::{forget_end, policy_name};
use crate::policy_target::POLICY_TARGETS;
use crate::record::{self, Record};
use crate::registry::{Decision, Found, Registry, StoreError, find};
use crate::tags::{TagError, Taggable, Tags, check_tags, forget_tags, put_tags};
use records::{Page, page};

pub(crate) const POLICIES: Space = Space::new("policies");

/// AWS's limit.
pub const VERSIONS_MAX: usize = 5;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    pub name: PolicyName,
    /// The number of the version that counts.
    pub default_version: u32,
    /// In the order of their numbers.
    pub versions: Vec<PolicyVersion>,
    /// What the next version will be called; numbers are not given out twice.
    next_version: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyVersion {
    pub number: u32,
    /// The text as it was given.
    pub document: String,
    pub created_at: UnixMillis,
}

#[derive(Debug, thiserror::Error)]
pub enum CreatePolicyError {
    #[error("the policy {name} already exists")]
    AlreadyExists { name: PolicyName },
    #[error(transparent)]
    Malformed(#[from] PolicyError),
    #[error(transparent)]
    Tags(#[from] TagError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Debug, thiserror::Error)]
pub enum CreatePolicyVersionError {
    #[error("the policy {name} does not exist")]
    NotFound { name: PolicyName },
    #[error("the policy {name} has five versions already; delete one first")]
    TooManyVersions { name: PolicyName },
    #[error(transparent)]
    Malformed(#[from] PolicyError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a version could not be made the default, or deleted.
#[derive(Debug, thiserror::Error)]
pub enum PolicyVersionError {
    #[error("the policy {name} does not exist")]
    NotFound { name: PolicyName },
    #[error("the policy {name} has no version {number}")]
    VersionNotFound { name: PolicyName, number: u32 },
    #[error("version {number} is the default version of the policy {name}")]
    IsDefault { name: PolicyName, number: u32 },
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Debug, thiserror::Error)]
pub enum DeletePolicyError {
    #[error("the policy {name} does not exist")]
    NotFound { name: PolicyName },
    #[error("the policy {name} is still attached")]
    IsAttached { name: PolicyName },
    #[error("the policy {name} has versions beside its default; delete them first")]
    HasVersions { name: PolicyName },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Policy {
    pub fn version(&self, number: u32) -> Option<&PolicyVersion> {
        self.versions.iter().find(|version| version.number == number)
    }

    /// The version that counts.
    pub fn default(&self) -> &PolicyVersion {
        self.version(self.default_version).expect("the default version is never deleted")
    }
}

// === documents and versions ===

impl Registry {
    pub fn policy_arn(&self, name: &PolicyName) -> Arn {
        self.home().iot("policy", name.as_str())
    }

    pub async fn create_policy(
        &self,
        name: &PolicyName,
        document: &str,
        tags: &Tags,
        now: UnixMillis,
    ) -> Result<Policy, CreatePolicyError> {
        Document::parse(document)?;
        check_tags(tags)?;
        let version = PolicyVersion { number: 1, document: document.to_owned(), created_at: now };
        let policy = Policy {
            name: name.clone(),
            default_version: 1,
            versions: vec![version],
            next_version: 2,
        };
        self.mutate(|snapshot| {
            if find::<StoredPolicy>(snapshot, POLICIES, name.as_str())?.is_some() {
                return Err(CreatePolicyError::AlreadyExists { name: name.clone() });
            }
            let mut batch = Batch::new();
            batch.require(POLICIES, name.as_str(), Expect::Absent);
            batch.put(POLICIES, name.as_str(), encode(&policy));
            put_tags(&mut batch, &Taggable::Policy(name.clone()), tags);
            Ok(Decision { batch, changes: changes(name), outcome: policy.clone() })
        })
        .await
    }

    pub async fn create_policy_version(
        &self,
        name: &PolicyName,
        document: &str,
        set_as_default: bool,
        now: UnixMillis,
    ) -> Result<PolicyVersion, CreatePolicyVersionError> {
        Document::parse(document)?;
        self.mutate(|snapshot| {
            let missing = || CreatePolicyVersionError::NotFound { name: name.clone() };
            let (mut policy, bytes) = policy(snapshot, name)?.ok_or_else(missing)?;
            if policy.versions.len() == VERSIONS_MAX {
                return Err(CreatePolicyVersionError::TooManyVersions { name: name.clone() });
            }
            let (number, document) = (policy.next_version, document.to_owned());
            let version = PolicyVersion { number, document, created_at: now };
            policy.versions.push(version.clone());
            policy.next_version += 1;
            if set_as_default {
                policy.default_version = number;
            }
            let changes = if set_as_default { changes(name) } else { Vec::new() };
            Ok(Decision { batch: replace(&policy, bytes), changes, outcome: version })
        })
        .await
    }

    pub async fn set_default_policy_version(
        &self,
        name: &PolicyName,
        number: u32,
    ) -> Result<(), PolicyVersionError> {
        self.mutate(|snapshot| {
            let (mut policy, bytes) = policy_with(snapshot, name, number)?;
            policy.default_version = number;
            let batch = replace(&policy, bytes);
            Ok(Decision { batch, changes: changes(name), outcome: () })
        })
        .await
    }

    pub async fn delete_policy_version(
        &self,
        name: &PolicyName,
        number: u32,
    ) -> Result<(), PolicyVersionError> {
        self.mutate(|snapshot| {
            let (mut policy, bytes) = policy_with(snapshot, name, number)?;
            if policy.default_version == number {
                return Err(PolicyVersionError::IsDefault { name: name.clone(), number });
            }
            policy.versions.retain(|version| version.number != number);
            let batch = replace(&policy, bytes);
            Ok(Decision { batch, changes: Vec::new(), outcome: () })
        })
        .await
    }

    pub async fn delete_policy(&self, name: &PolicyName) -> Result<(), DeletePolicyError> {
        self.mutate(|snapshot| {
            let missing = || DeletePolicyError::NotFound { name: name.clone() };
            let (policy, bytes) = policy(snapshot, name)?.ok_or_else(missing)?;
            if POLICY_TARGETS.has_any_from(snapshot, name.as_str())? {
                return Err(DeletePolicyError::IsAttached { name: name.clone() });
            }
            if policy.versions.len() > 1 {
                return Err(DeletePolicyError::HasVersions { name: name.clone() });
            }
            let mut batch = Batch::new();
            batch.require(POLICIES, name.as_str(), Expect::Value(bytes));
            batch.delete(POLICIES, name.as_str());
            forget_tags(&mut batch, &Taggable::Policy(name.clone()));
            forget_end(&mut batch, snapshot, POLICY_TARGETS.from, name.as_str())?;
            Ok(Decision { batch, changes: changes(name), outcome: () })
        })
        .await
    }

    pub fn policy(&self, name: &PolicyName) -> Result<Option<Policy>, StoreError> {
        Ok(policy(&self.snapshot(), name)?.map(|(policy, _)| policy))
    }

    /// Policies in the order of their names.
    pub fn policies(&self, after: Option<&str>, limit: usize) -> Result<Page<Policy>, StoreError> {
        page(&self.snapshot(), POLICIES, "", after, limit, |name, bytes| {
            Ok(record::decode::<StoredPolicy>(bytes)?.into_policy(policy_name(name)?))
        })
    }
}

fn changes(name: &PolicyName) -> Vec<Change> {
    vec![Change::Policy(name.clone())]
}

/// A policy and the bytes that it was read from.
pub(crate) fn policy(
    snapshot: &Snapshot,
    name: &PolicyName,
) -> Result<Option<(Policy, Bytes)>, StoreError> {
    let found = find::<StoredPolicy>(snapshot, POLICIES, name.as_str())?;
    Ok(found.map(|Found { record, bytes }| (record.into_policy(name.clone()), bytes)))
}

/// A policy that has this version.
fn policy_with(
    snapshot: &Snapshot,
    name: &PolicyName,
    number: u32,
) -> Result<(Policy, Bytes), PolicyVersionError> {
    let missing = || PolicyVersionError::NotFound { name: name.clone() };
    let (policy, bytes) = policy(snapshot, name)?.ok_or_else(missing)?;
    match policy.version(number) {
        Some(_) => Ok((policy, bytes)),
        None => Err(PolicyVersionError::VersionNotFound { name: name.clone(), number }),
    }
}

fn replace(policy: &Policy, bytes: Bytes) -> Batch {
    let mut batch = Batch::new();
    batch.require(POLICIES, policy.name.as_str(), Expect::Value(bytes));
    batch.put(POLICIES, policy.name.as_str(), encode(policy));
    batch
}

/// A policy as it is stored; its name is the key.
#[derive(Serialize, Deserialize)]
struct StoredPolicy {
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
    fn into_policy(self, name: PolicyName) -> Policy {
        let StoredPolicy { default_version, next_version, versions } = self;
        let versions = versions.into_iter().map(|stored| {
            let StoredVersion { number, document, created_at } = stored;
            PolicyVersion { number, document, created_at }
        });
        Policy { name, default_version, versions: versions.collect(), next_version }
    }
}

fn encode(policy: &Policy) -> Bytes {
    let versions = policy.versions.iter().map(|version| {
        let PolicyVersion { number, document, created_at } = version.clone();
        StoredVersion { number, document, created_at }
    });
    let stored = StoredPolicy {
        default_version: policy.default_version,
        next_version: policy.next_version,
        versions: versions.collect(),
    };
    record::encode(&stored).into()
}
