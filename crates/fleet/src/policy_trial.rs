//! Would something that was refused be allowed, if a policy said something else? Nothing is changed.

use std::sync::Arc;

use ::policy::{ArnComparison, CertificateFacts, Document, PolicyError, Request, Resource};
use model::{CertificateId, ClientId, PolicyName, Principal};
use pki::{Description, PkiError};
use registry::StoreError;

use crate::authority::Who;
use crate::explain::Refusal;
use crate::fleet::Fleet;
use crate::permit::Permit;
use crate::reason::Reason;
use crate::rehearsal::{RehearsalError, path_of};

/// Why it is refused; nothing if it is allowed.
pub type Objection = Option<Reason>;

/// As policies are now, and as they would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyTrial {
    pub before: Objection,
    pub after: Objection,
}

#[derive(Debug, thiserror::Error)]
pub enum PolicyTrialError {
    #[error("the refusal {id} is not one of a certificate's policies")]
    NotOfPolicies { id: u64 },
    #[error("the certificate {id} is not there any more")]
    CertificateGone { id: CertificateId },
    #[error("the document cannot be read: {0}")]
    Document(#[from] PolicyError),
    #[error(transparent)]
    Resource(#[from] RehearsalError),
    #[error(transparent)]
    Pki(#[from] PkiError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Fleet {
    /// Asks again what was refused, with this document under the name of the policy: instead of what it says
    /// now if it counts for the certificate, else beside what does.
    pub fn try_policy(
        &self,
        refusal: &Refusal,
        name: &PolicyName,
        document: &str,
    ) -> Result<PolicyTrial, PolicyTrialError> {
        let foreign = || PolicyTrialError::NotOfPolicies { id: refusal.id };
        let (Some(action), Some(arn)) = (&refusal.action, &refusal.resource) else {
            return Err(foreign());
        };
        let who = self.who_of(refusal, foreign)?;
        let resource = Resource::iot(self.registry().home(), path_of(arn)?);
        let request = Request { action, resource, homes: ArnComparison::AnyHome };
        let document = Arc::new(Document::parse(document)?);
        let before = Permit::look_up(&self.0, &who);
        let after = match &before {
            Ok(permit) => Ok(permit.with(name.as_str(), document)),
            Err(Reason::NoPolicy { .. } | Reason::PolicyMalformed { .. }) => {
                Ok(Permit::of(vec![(name.to_string(), document)], None))
            }
            Err(reason) => Err(reason.clone()),
        };
        let now = self.0.clock.now();
        let objection = |permit: Result<Permit, Reason>| match permit {
            Ok(permit) => permit.objection(&request, &permit.context(&who, now)),
            Err(reason) => Some(reason),
        };
        Ok(PolicyTrial { before: objection(before), after: objection(after) })
    }

    fn who_of(
        &self,
        refusal: &Refusal,
        foreign: impl Fn() -> PolicyTrialError,
    ) -> Result<Who, PolicyTrialError> {
        let id = refusal.principal.as_deref().and_then(|text| text.strip_prefix("certificate "));
        let id = id.and_then(|id| CertificateId::new(id).ok()).ok_or_else(&foreign)?;
        let gone = || PolicyTrialError::CertificateGone { id: id.clone() };
        let certificate = self.registry().certificate(&id)?.ok_or_else(gone)?;
        let Description { serial_number, subject, issuer, .. } =
            pki::describe_pem(&certificate.pem)?;
        let facts = CertificateFacts { id: id.clone(), serial_number, subject, issuer };
        let client_id = refusal.client_id.as_deref().map(ClientId::new).transpose();
        Ok(Who {
            principal: Principal::Certificate(id),
            client_id: client_id.map_err(|_| foreign())?,
            source_ip: refusal.source_ip,
            certificate: Some(facts),
            valid_until: None,
        })
    }
}
