//! Policies and what they are attached to, named as callers name it: by ARN.

use model::{Arn, PolicyName, ThingGroupName, ThingName};
use registry::{AttachPolicyError, StoreError, Target};

use crate::fleet::Fleet;

/// A text names nothing that a policy can be attached to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a policy can be attached to the ARN of a certificate or of a thing group, not to {0:?}")]
pub struct NotATarget(pub String);

#[derive(Debug, thiserror::Error)]
pub enum EffectivePoliciesError {
    #[error("{target} does not exist")]
    NotFound { target: Target },
    #[error("the thing {name} does not exist")]
    ThingNotFound { name: ThingName },
    #[error(transparent)]
    Store(#[from] StoreError),
}

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
        let named = Arn::from_text(arn);
        let target = match named.iot_resource() {
            Some(("cert", _)) => Fleet::principal(arn).ok().map(Target::Certificate),
            Some(("thinggroup", name)) => ThingGroupName::new(name).ok().map(Target::ThingGroup),
            _ => None,
        };
        target.ok_or_else(|| NotATarget(arn.to_owned()))
    }

    /// The ARN of the target of a policy.
    pub fn target_arn(&self, target: &Target) -> Arn {
        match target {
            Target::Certificate(id) => self.registry().certificate_arn(id),
            Target::ThingGroup(name) => self.registry().thing_group_arn(name),
        }
    }

    /// The policies that count for a certificate or a group and, if one is named, for who connects
    /// as a thing.
    pub fn effective_policies(
        &self,
        target: Option<&Target>,
        thing: Option<&ThingName>,
    ) -> Result<Vec<(PolicyName, String)>, EffectivePoliciesError> {
        let registry = self.registry();
        if let Some(name) = thing
            && registry.thing(name)?.is_none()
        {
            return Err(EffectivePoliciesError::ThingNotFound { name: name.clone() });
        }
        let is_there = match target {
            Some(Target::Certificate(id)) => registry.certificate(id)?.is_some(),
            Some(Target::ThingGroup(name)) => registry.thing_group(name)?.is_some(),
            None => true,
        };
        match target.filter(|_| !is_there) {
            Some(target) => Err(EffectivePoliciesError::NotFound { target: target.clone() }),
            None => Ok(registry.effective_policies(target, thing)?),
        }
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
