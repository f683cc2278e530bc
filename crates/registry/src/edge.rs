//! Attachments of policies.

use model::{CertificateId, PolicyName};
pub(crate) use records::{EdgeKind, forget_end, require_no_newer};

use crate::record::RecordError;

/// What a policy can be attached to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    Certificate(CertificateId),
}

impl Target {
    pub(crate) fn key(&self) -> String {
        match self {
            Target::Certificate(id) => format!("cert/{id}"),
        }
    }

    pub(crate) fn parse(key: &str) -> Result<Target, RecordError> {
        let id = key.strip_prefix("cert/").and_then(|id| CertificateId::new(id).ok());
        id.map(Target::Certificate).ok_or(RecordError::Key)
    }
}

pub(crate) fn policy_name(key: &str) -> Result<PolicyName, RecordError> {
    PolicyName::new(key).map_err(|_| RecordError::Key)
}
