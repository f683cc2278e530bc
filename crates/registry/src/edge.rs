//! Attachments of policies.

use std::fmt;

use model::{CertificateId, PolicyName, ThingGroupName};
pub(crate) use records::{EdgeKind, forget_end, mark, require_no_newer};

use crate::record::RecordError;

/// What a policy can be attached to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    Certificate(CertificateId),
    /// It counts for the things of the group, and of the groups below it.
    ThingGroup(ThingGroupName),
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::Certificate(id) => write!(f, "the certificate {id}"),
            Target::ThingGroup(name) => write!(f, "the thing group {name}"),
        }
    }
}

impl Target {
    pub(crate) fn key(&self) -> String {
        match self {
            Target::Certificate(id) => format!("cert/{id}"),
            Target::ThingGroup(name) => format!("thinggroup/{name}"),
        }
    }

    pub(crate) fn parse(key: &str) -> Result<Target, RecordError> {
        let target = match key.split_once('/') {
            Some(("cert", id)) => CertificateId::new(id).ok().map(Target::Certificate),
            Some(("thinggroup", name)) => ThingGroupName::new(name).ok().map(Target::ThingGroup),
            _ => None,
        };
        target.ok_or(RecordError::Key)
    }
}

pub(crate) fn policy_name(key: &str) -> Result<PolicyName, RecordError> {
    PolicyName::new(key).map_err(|_| RecordError::Key)
}
