//! Policies and what they are attached to, named as callers name it: by ARN.

use model::{Arn, PolicyName};
use registry::{AttachPolicyError, StoreError, Target};

use crate::fleet::Fleet;
use crate::thing::NotAPrincipal;

/// A text names nothing that a policy can be attached to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a policy can be attached to the ARN of a certificate, not to {0:?}")]
pub struct NotATarget(pub String);

#[derive(Debug, thiserror::Error)]
pub enum AttachmentError {
    #[error(transparent)]
    Target(#[from] NotATarget),
    #[error(transparent)]
    Attach(#[from] AttachPolicyError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Fleet {
    /// What an ARN names as the target of a policy.
    pub fn target(arn: &str) -> Result<Target, NotATarget> {
        let certificate = Fleet::principal(arn);
        certificate.map(Target::Certificate).map_err(|NotAPrincipal(arn)| NotATarget(arn))
    }

    /// The ARN of the target of a policy.
    pub fn target_arn(&self, target: &Target) -> Arn {
        let Target::Certificate(id) = target;
        self.registry().certificate_arn(id)
    }

    pub async fn attach_policy(
        &self,
        policy: &PolicyName,
        target: &str,
    ) -> Result<(), AttachmentError> {
        let target = Fleet::target(target)?;
        Ok(self.registry().attach_policy(policy, &target).await?)
    }

    pub async fn detach_policy(
        &self,
        policy: &PolicyName,
        target: &str,
    ) -> Result<(), AttachmentError> {
        let target = Fleet::target(target)?;
        Ok(self.registry().detach_policy(policy, &target).await?)
    }
}
