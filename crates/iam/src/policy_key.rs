//! How policies are found: by ARN, and by the key that edges know them by.

use std::fmt;

use kv::Snapshot;
use model::Home;
use records::{Found, StoreError};

use crate::aws_managed;
use crate::error::IamError;
use crate::managed_policy::ManagedPolicy;
use crate::policy_record::stored;

/// What a policy is kept under: `aws:AdministratorAccess`, `local:readers`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PolicyKey {
    Aws(String),
    /// In lower case: names are not told apart by it.
    Local(String),
}

impl PolicyKey {
    /// Of an ARN in any account: documents and scripts bring the one that they come from.
    pub(crate) fn of_arn(arn: &str) -> Result<PolicyKey, IamError> {
        let malformed = || IamError::invalid(format!("ARN {arn} is not valid."));
        let rest = arn.strip_prefix("arn:aws:iam::").ok_or_else(malformed)?;
        let (account, resource) = rest.split_once(':').ok_or_else(malformed)?;
        let path = resource.strip_prefix("policy/").ok_or_else(malformed)?;
        let name = path.rsplit('/').next().filter(|name| !name.is_empty());
        let name = name.ok_or_else(malformed)?;
        Ok(match account {
            "aws" => PolicyKey::Aws(name.to_owned()),
            _ => PolicyKey::Local(name.to_ascii_lowercase()),
        })
    }

    pub(crate) fn parse(text: &str) -> Option<PolicyKey> {
        let (scope, name) = text.split_once(':')?;
        match scope {
            "aws" => Some(PolicyKey::Aws(name.to_owned())),
            "local" => Some(PolicyKey::Local(name.to_owned())),
            _ => None,
        }
    }
}

impl fmt::Display for PolicyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PolicyKey::Aws(name) => write!(f, "aws:{name}"),
            PolicyKey::Local(name) => write!(f, "local:{name}"),
        }
    }
}

/// The policy of an ARN: AWS's, or one of ours.
pub(crate) fn managed(
    snapshot: &Snapshot,
    home: &Home,
    arn: &str,
) -> Result<ManagedPolicy, IamError> {
    let policy = managed_of_key(snapshot, &PolicyKey::of_arn(arn)?)?;
    let is_there = |policy: &ManagedPolicy| has_path(policy, home, arn);
    policy.filter(is_there).ok_or_else(|| IamError::PolicyNotFound { arn: arn.to_owned() })
}

pub(crate) fn managed_of_key(
    snapshot: &Snapshot,
    key: &PolicyKey,
) -> Result<Option<ManagedPolicy>, StoreError> {
    match key {
        PolicyKey::Aws(name) => Ok(aws_managed::find(name).cloned()),
        PolicyKey::Local(key) => Ok(stored(snapshot, key)?.map(|found| found.record)),
    }
}

/// A policy that may be changed.
pub(crate) fn own(
    snapshot: &Snapshot,
    home: &Home,
    arn: &str,
) -> Result<Found<ManagedPolicy>, IamError> {
    match PolicyKey::of_arn(arn)? {
        PolicyKey::Aws(_) => Err(IamError::AwsManaged { arn: arn.to_owned() }),
        PolicyKey::Local(key) => stored(snapshot, &key)?
            .filter(|found| has_path(&found.record, home, arn))
            .ok_or_else(|| IamError::PolicyNotFound { arn: arn.to_owned() }),
    }
}

/// Whether the ARN has the policy's path and name, in whatever account.
fn has_path(policy: &ManagedPolicy, home: &Home, arn: &str) -> bool {
    let resource = |arn: &str| arn.splitn(6, ':').nth(5).map(str::to_ascii_lowercase);
    resource(arn) == resource(policy.arn(home).as_str())
}
