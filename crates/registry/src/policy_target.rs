//! What policies are attached to.

use kv::{Batch, Expect, Snapshot, Space};
use model::{CertificateId, PolicyName, ThingGroupName};
use records::Page;

use crate::certificate::CERTIFICATES;
use crate::change::Change;
use crate::edge::{EdgeKind, Target, policy_name, require_no_newer};
use crate::policy::POLICIES;
use crate::registry::{Decision, Registry, StoreError};
use crate::thing_group::THING_GROUPS;

pub(crate) const POLICY_TARGETS: EdgeKind = EdgeKind {
    forward: Space::new("policy-targets"),
    backward: Space::new("target-policies"),
    from: "policy",
    to: "target",
};

/// AWS's limit. It bounds what a connection must hold and each decision must read.
pub const POLICIES_PER_TARGET_MAX: usize = 10;

#[derive(Debug, thiserror::Error)]
pub enum AttachPolicyError {
    #[error("the policy {name} does not exist")]
    PolicyNotFound { name: PolicyName },
    #[error("the certificate {id} does not exist")]
    CertificateNotFound { id: CertificateId },
    #[error("the thing group {name} does not exist")]
    ThingGroupNotFound { name: ThingGroupName },
    #[error("ten policies are attached to {target} already")]
    TooMany { target: Target },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Registry {
    /// Attaching what is attached is no error.
    pub async fn attach_policy(
        &self,
        name: &PolicyName,
        target: &Target,
    ) -> Result<(), AttachPolicyError> {
        self.mutate(|snapshot| {
            if snapshot.get(POLICIES, name.as_str().as_bytes()).map_err(StoreError::from)?.is_none()
            {
                return Err(AttachPolicyError::PolicyNotFound { name: name.clone() });
            }
            let (space, key) = target_record(target);
            if snapshot.get(space, key.as_bytes()).map_err(StoreError::from)?.is_none() {
                return Err(AttachPolicyError::not_found(target));
            }
            if POLICY_TARGETS.exists(snapshot, name.as_str(), &target.key())? {
                return Ok(Decision::nothing(()));
            }
            if attached_to(snapshot, target)?.len() >= POLICIES_PER_TARGET_MAX {
                return Err(AttachPolicyError::TooMany { target: target.clone() });
            }
            let mut batch = Batch::new();
            require_no_newer(&mut batch, snapshot, POLICY_TARGETS.to, &target.key())?;
            batch.require(POLICIES, name.as_str(), Expect::Present);
            batch.require(space, key, Expect::Present);
            POLICY_TARGETS.attach(&mut batch, name.as_str(), &target.key());
            Ok(Decision { batch, changes: vec![Change::Attachment(target.clone())], outcome: () })
        })
        .await
    }

    /// Detaching what is not attached is no error.
    pub async fn detach_policy(
        &self,
        name: &PolicyName,
        target: &Target,
    ) -> Result<(), StoreError> {
        self.mutate(|snapshot| {
            if !POLICY_TARGETS.exists(snapshot, name.as_str(), &target.key())? {
                return Ok(Decision::nothing(()));
            }
            let mut batch = Batch::new();
            POLICY_TARGETS.detach(&mut batch, name.as_str(), &target.key());
            Ok(Decision { batch, changes: vec![Change::Attachment(target.clone())], outcome: () })
        })
        .await
    }

    /// The policies that are attached to a target.
    pub fn policies_of(
        &self,
        target: &Target,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<PolicyName>, StoreError> {
        POLICY_TARGETS.to(&self.snapshot(), &target.key(), after, limit, policy_name)
    }

    /// What a policy is attached to.
    pub fn targets_of(
        &self,
        name: &PolicyName,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Target>, StoreError> {
        POLICY_TARGETS.from(&self.snapshot(), name.as_str(), after, limit, Target::parse)
    }
}

/// The space and key of the record of a target.
fn target_record(target: &Target) -> (Space, &str) {
    match target {
        Target::Certificate(id) => (CERTIFICATES, id.as_str()),
        Target::ThingGroup(name) => (THING_GROUPS, name.as_str()),
    }
}

impl AttachPolicyError {
    fn not_found(target: &Target) -> AttachPolicyError {
        match target.clone() {
            Target::Certificate(id) => AttachPolicyError::CertificateNotFound { id },
            Target::ThingGroup(name) => AttachPolicyError::ThingGroupNotFound { name },
        }
    }
}

/// The policies of a target, of which there are few.
pub(crate) fn attached_to(
    snapshot: &Snapshot,
    target: &Target,
) -> Result<Vec<PolicyName>, StoreError> {
    let most = POLICIES_PER_TARGET_MAX;
    Ok(POLICY_TARGETS.to(snapshot, &target.key(), None, most, policy_name)?.items)
}
