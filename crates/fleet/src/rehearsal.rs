//! What a certificate would be allowed, if it asked: AWS's TestAuthorization.

use std::collections::BTreeSet;

use ::policy::{
    ArnComparison, CertificateFacts, Context, Decision, Document, PolicyError, Request, Resource,
    evaluate,
};
use model::{CertificateId, PolicyName, ThingName};
use pki::{Description, PkiError};
use registry::{StoreError, Target};

use crate::fleet::Fleet;
use crate::permit::facts;

/// Who would ask, and with which policies more or less.
#[derive(Clone, Debug)]
pub struct Rehearsal {
    pub certificate: CertificateId,
    pub client_id: Option<String>,
    pub add: Vec<PolicyName>,
    pub skip: Vec<PolicyName>,
}

/// The answer, and the policies that it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rehearsed {
    Allowed(BTreeSet<PolicyName>),
    DeniedExplicitly(BTreeSet<PolicyName>),
    DeniedImplicitly,
}

#[derive(Debug, thiserror::Error)]
pub enum RehearsalError {
    #[error("the certificate {id} does not exist")]
    CertificateNotFound { id: CertificateId },
    #[error("the policy {name} does not exist")]
    PolicyNotFound { name: PolicyName },
    #[error("{arn:?} is not the ARN of a resource of the service iot")]
    Resource { arn: String },
    #[error(transparent)]
    Policy(#[from] PolicyError),
    #[error(transparent)]
    Pki(#[from] PkiError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Fleet {
    /// The answer for each action and the ARNs of its resources, all of which it needs.
    pub fn rehearse(
        &self,
        rehearsal: &Rehearsal,
        asked: &[(&str, &[String])],
    ) -> Result<Vec<Rehearsed>, RehearsalError> {
        let id = &rehearsal.certificate;
        let missing = || RehearsalError::CertificateNotFound { id: id.clone() };
        let certificate = self.registry().certificate(id)?.ok_or_else(missing)?;
        let Description { serial_number, subject, issuer, .. } =
            pki::describe_pem(&certificate.pem)?;
        let certificate = CertificateFacts { id: id.clone(), serial_number, subject, issuer };
        let thing = self.thing_of(rehearsal)?;
        let documents = self.documents_for(rehearsal, thing.as_ref())?;
        let thing = thing.map(|name| self.registry().thing(&name)).transpose()?.flatten();
        let thing = thing.map(facts);
        let context = Context {
            client_id: rehearsal.client_id.as_deref(),
            certificate: Some(&certificate),
            thing: thing.as_ref(),
            source_ip: None,
            now: Some(self.0.clock.now()),
            more: &[],
        };
        let answer =
            |(action, arns): &(&str, &[String])| self.answer(&documents, action, arns, &context);
        asked.iter().map(answer).collect()
    }

    /// The thing that the client id stands for.
    fn thing_of(&self, rehearsal: &Rehearsal) -> Result<Option<ThingName>, StoreError> {
        let name = rehearsal.client_id.as_deref().and_then(|id| ThingName::new(id).ok());
        let Some(name) = name else { return Ok(None) };
        let is_attached = self.registry().is_attached(&name, &rehearsal.certificate)?;
        Ok(is_attached.then_some(name))
    }

    fn documents_for(
        &self,
        rehearsal: &Rehearsal,
        thing: Option<&ThingName>,
    ) -> Result<Vec<(String, Document)>, RehearsalError> {
        let target = Target::Certificate(rehearsal.certificate.clone());
        let mut texts = self.registry().effective_policies(Some(&target), thing)?;
        texts.retain(|(name, _)| !rehearsal.skip.contains(name));
        for name in &rehearsal.add {
            let missing = || RehearsalError::PolicyNotFound { name: name.clone() };
            let policy = self.registry().policy(name)?.ok_or_else(missing)?;
            texts.push((name.clone(), policy.default().document.clone()));
        }
        let parse =
            |(name, text): (PolicyName, String)| Ok((name.to_string(), Document::parse(&text)?));
        texts.into_iter().map(parse).collect()
    }

    fn answer(
        &self,
        documents: &[(String, Document)],
        action: &str,
        arns: &[String],
        context: &Context<'_>,
    ) -> Result<Rehearsed, RehearsalError> {
        let (mut allowing, mut denying) = (BTreeSet::new(), BTreeSet::new());
        let mut is_allowed = true;
        for arn in arns {
            let path = path_of(arn)?;
            let resource = Resource::iot(self.registry().home(), path);
            let request = Request { action, resource, homes: ArnComparison::AnyHome };
            let documents = documents.iter().map(|(name, document)| (name.as_str(), document));
            match evaluate(documents, &request, context) {
                Decision::Allowed(cause) => allowing.extend(PolicyName::new(cause.policy).ok()),
                Decision::Denied(cause) => denying.extend(PolicyName::new(cause.policy).ok()),
                Decision::NoMatch => is_allowed = false,
            }
        }
        Ok(match (denying.is_empty(), is_allowed) {
            (false, _) => Rehearsed::DeniedExplicitly(denying),
            (true, true) => Rehearsed::Allowed(allowing),
            (true, false) => Rehearsed::DeniedImplicitly,
        })
    }
}

/// `topic/a/b` of `arn:aws:iot:us-east-1:123456789012:topic/a/b`
pub(crate) fn path_of(arn: &str) -> Result<&str, RehearsalError> {
    let mut parts = arn.splitn(6, ':');
    let is_iot = parts.next() == Some("arn") && parts.nth(1) == Some("iot");
    match parts.nth(2).filter(|_| is_iot) {
        Some(path) => Ok(path),
        None => Err(RehearsalError::Resource { arn: arn.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_the_end_of_an_arn() {
        let arn = "arn:aws:iot:us-east-1:123456789012:topic/a:b/c";
        assert_eq!(path_of(arn).expect("a path"), "topic/a:b/c");
        for other in ["topic/a", "arn:aws:s3:::bucket", "arn:aws:iot:us-east-1"] {
            assert!(path_of(other).is_err(), "{other}");
        }
    }
}
