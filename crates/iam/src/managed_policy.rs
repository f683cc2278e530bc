//! Policies with a name of their own, in up to five versions, and AWS's own.

use std::borrow::Cow;

use kv::{Batch, Expect};
use model::{Arn, Home, IamPath, PolicyName};
use policy::Document;
use records::{Found, Page, decode, forget_end, page_where};
use stdx::clock::UnixMillis;

use crate::attachment::{BOUNDARIES, POLICY, POLICY_ENTITIES, count};
use crate::aws_managed;
use crate::entity;
use crate::entity_store::{ID_CHARACTERS, characters};
use crate::error::IamError;
use crate::iam::{Change, Decision, Iam};
use crate::policy_key::{PolicyKey, managed, own};
use crate::policy_record::{POLICIES, StoredPolicy, bytes_of, stored};
use crate::random;
use crate::tag::{self, Tags};

/// AWS's limit.
pub const VERSIONS_MAX: usize = 5;
/// AWS's limit, white space not counted.
pub(crate) const CHARACTERS_MAX: usize = 6144;
const DESCRIPTION_CHARACTERS_MAX: usize = 1000;

/// Whose policy it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyScope {
    /// AWS's own, the same everywhere.
    Aws,
    Local,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagedPolicy {
    pub scope: PolicyScope,
    pub name: PolicyName,
    pub path: IamPath,
    /// `ANPA…`
    pub id: String,
    pub description: Option<String>,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
    pub tags: Tags,
    pub default_version: u32,
    /// In the order of their numbers.
    pub versions: Vec<PolicyVersion>,
    /// What the next version will be called; numbers are not given out twice.
    pub(crate) next_version: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyVersion {
    pub number: u32,
    /// The text as it was given.
    pub document: Cow<'static, str>,
    pub created_at: UnixMillis,
}

#[derive(Clone, Debug)]
pub struct NewManagedPolicy {
    pub name: PolicyName,
    pub path: IamPath,
    pub description: Option<String>,
    pub document: String,
    pub tags: Vec<(String, String)>,
}

impl ManagedPolicy {
    pub fn arn(&self, home: &Home) -> Arn {
        let (path, name) = (&self.path, self.name.as_str());
        match self.scope {
            PolicyScope::Aws => Arn::from_text(format!("arn:aws:iam::aws:policy{path}{name}")),
            PolicyScope::Local => entity::arn(home, "policy", path, name),
        }
    }

    pub fn version(&self, number: u32) -> Option<&PolicyVersion> {
        self.versions.iter().find(|version| version.number == number)
    }

    /// The version that counts.
    pub fn default(&self) -> &PolicyVersion {
        self.version(self.default_version).expect("the default version is never deleted")
    }

    pub(crate) fn key(&self) -> String {
        match self.scope {
            PolicyScope::Aws => PolicyKey::Aws(self.name.to_string()).to_string(),
            PolicyScope::Local => PolicyKey::Local(self.store_key()).to_string(),
        }
    }

    fn store_key(&self) -> String {
        self.name.as_str().to_ascii_lowercase()
    }

    /// Requires that it is still there.
    pub(crate) fn require(&self, batch: &mut Batch) {
        if self.scope == PolicyScope::Local {
            batch.require(POLICIES, self.store_key(), Expect::Present);
        }
    }
}

impl Iam {
    pub async fn create_policy(
        &self,
        new: NewManagedPolicy,
        now: UnixMillis,
    ) -> Result<ManagedPolicy, IamError> {
        let NewManagedPolicy { name, path, description, document, tags } = new;
        check(&document)?;
        if description.as_ref().is_some_and(|d| d.chars().count() > DESCRIPTION_CHARACTERS_MAX) {
            return Err(IamError::invalid("the description has more than 1000 characters"));
        }
        let document = Cow::Owned(document);
        let policy = ManagedPolicy {
            scope: PolicyScope::Local,
            name,
            path,
            id: random::id("ANPA", ID_CHARACTERS),
            description,
            created_at: now,
            updated_at: now,
            tags: tag::checked(&tags)?,
            default_version: 1,
            versions: vec![PolicyVersion { number: 1, document, created_at: now }],
            next_version: 2,
        };
        self.mutate(|snapshot| {
            let key = policy.store_key();
            if stored(snapshot, &key)?.is_some() {
                let name = policy.name.to_string();
                return Err(IamError::AlreadyExists { what: "Policy", name });
            }
            let mut batch = Batch::new();
            batch.require(POLICIES, &key, Expect::Absent);
            batch.put(POLICIES, &key, bytes_of(&policy));
            Ok(Decision { batch, changes: Vec::new(), outcome: policy.clone() })
        })
        .await
    }

    pub fn policy(&self, arn: &str) -> Result<ManagedPolicy, IamError> {
        managed(&self.snapshot(), self.home(), arn)
    }

    /// To how many entities a policy is attached, and of how many it is the boundary.
    pub fn policy_uses(&self, policy: &ManagedPolicy) -> Result<(usize, usize), IamError> {
        let (snapshot, key) = (self.snapshot(), policy.key());
        let attached = count(&snapshot, POLICY_ENTITIES, &key)?;
        Ok((attached, count(&snapshot, BOUNDARIES, &key)?))
    }

    /// The local policies below a path, in the order of their names.
    pub fn policies(
        &self,
        path_prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<ManagedPolicy>, IamError> {
        let page = page_where(&self.snapshot(), POLICIES, "", after, limit, |_, bytes| {
            let policy = decode::<StoredPolicy>(bytes)?.into_policy();
            Ok(Some(policy).filter(|policy| policy.path.as_str().starts_with(path_prefix)))
        });
        Ok(page?)
    }

    /// AWS's own policies that are known here.
    pub fn aws_policies(&self) -> &'static [ManagedPolicy] {
        aws_managed::all()
    }

    pub async fn create_policy_version(
        &self,
        arn: &str,
        document: &str,
        set_as_default: bool,
        now: UnixMillis,
    ) -> Result<PolicyVersion, IamError> {
        check(document)?;
        self.change_policy(arn, |policy| {
            if policy.versions.len() >= VERSIONS_MAX {
                return Err(IamError::TooManyVersions);
            }
            let (number, document) = (policy.next_version, Cow::Owned(document.to_owned()));
            let version = PolicyVersion { number, document, created_at: now };
            policy.versions.push(version.clone());
            policy.next_version += 1;
            policy.updated_at = now;
            if set_as_default {
                policy.default_version = number;
            }
            Ok(version)
        })
        .await
    }

    pub async fn set_default_policy_version(
        &self,
        arn: &str,
        number: u32,
        now: UnixMillis,
    ) -> Result<(), IamError> {
        self.change_policy(arn, |policy| {
            check_version(policy, arn, number)?;
            policy.default_version = number;
            policy.updated_at = now;
            Ok(())
        })
        .await
    }

    pub async fn delete_policy_version(&self, arn: &str, number: u32) -> Result<(), IamError> {
        self.change_policy(arn, |policy| {
            check_version(policy, arn, number)?;
            if policy.default_version == number {
                let what = "Cannot delete the default version of a policy.";
                return Err(IamError::DeleteConflict { what });
            }
            policy.versions.retain(|version| version.number != number);
            Ok(())
        })
        .await
    }

    pub async fn tag_policy(&self, arn: &str, tags: &[(String, String)]) -> Result<(), IamError> {
        let new = tag::checked(tags)?;
        self.change_policy(arn, |policy| {
            policy.tags = tag::merged(&policy.tags, new.clone())?;
            Ok(())
        })
        .await
    }

    pub async fn untag_policy(&self, arn: &str, keys: &[String]) -> Result<(), IamError> {
        self.change_policy(arn, |policy| {
            policy.tags = tag::without(&policy.tags, keys);
            Ok(())
        })
        .await
    }

    pub async fn delete_policy(&self, arn: &str) -> Result<(), IamError> {
        self.mutate(|snapshot| {
            let Found { record: policy, bytes } = own(snapshot, self.home(), arn)?;
            let (key, edge) = (policy.store_key(), policy.key());
            if POLICY_ENTITIES.has_any_from(snapshot, &edge)?
                || BOUNDARIES.has_any_from(snapshot, &edge)?
            {
                let what = "Cannot delete a policy attached to entities.";
                return Err(IamError::DeleteConflict { what });
            }
            if policy.versions.len() > 1 {
                let what = "This policy has more than one version. Before you delete a policy, \
                            you must delete the policy's versions. The default version is deleted \
                            with the policy.";
                return Err(IamError::DeleteConflict { what });
            }
            let mut batch = Batch::new();
            batch.require(POLICIES, &key, Expect::Value(bytes));
            batch.delete(POLICIES, &key);
            forget_end(&mut batch, snapshot, POLICY, &edge)?;
            Ok(Decision { batch, changes: changed(arn), outcome: () })
        })
        .await
    }

    async fn change_policy<T>(
        &self,
        arn: &str,
        change: impl Fn(&mut ManagedPolicy) -> Result<T, IamError>,
    ) -> Result<T, IamError> {
        self.mutate(|snapshot| {
            let Found { record: mut policy, bytes } = own(snapshot, self.home(), arn)?;
            let outcome = change(&mut policy)?;
            let mut batch = Batch::new();
            batch.require(POLICIES, policy.store_key(), Expect::Value(bytes));
            batch.put(POLICIES, policy.store_key(), bytes_of(&policy));
            Ok(Decision { batch, changes: changed(arn), outcome })
        })
        .await
    }
}

fn changed(arn: &str) -> Vec<Change> {
    vec![Change::Policy { arn: arn.to_owned() }]
}

fn check(document: &str) -> Result<(), IamError> {
    if characters(document) > CHARACTERS_MAX {
        return Err(IamError::Quota { quota: "PolicySize", most: CHARACTERS_MAX });
    }
    Document::parse_within(document, CHARACTERS_MAX)?;
    Ok(())
}

fn check_version(policy: &ManagedPolicy, arn: &str, number: u32) -> Result<(), IamError> {
    match policy.version(number) {
        Some(_) => Ok(()),
        None => {
            let (arn, version) = (arn.to_owned(), format!("v{number}"));
            Err(IamError::VersionNotFound { arn, version })
        }
    }
}
