//! Who knocks, and may they come in?

use std::net::IpAddr;

use ::policy::CertificateFacts;
use model::{ClientId, Principal};
use pki::Description;

use crate::authority::{Authority, Verdict, Who};
use crate::explain::{RefusalKind, Subject};
use crate::fleet::Fleet;
use crate::reason::Reason;

/// Someone who asks to be connected, as the listener knows them.
#[derive(Clone, Copy, Debug)]
pub struct Visitor<'a> {
    pub client_id: &'a ClientId,
    pub source_ip: Option<IpAddr>,
    /// The certificate in DER form, whose key the handshake proved; nothing on the plain listener.
    pub certificate: Option<&'a [u8]>,
}

/// Someone was turned away; the refusal is kept under this id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("refused; see refusal {refusal}")]
pub struct Refused {
    pub refusal: u64,
    /// Whether it is not the visitor's fault: the registry could not be read.
    pub is_unavailable: bool,
}

impl Fleet {
    /// Lets a visitor in, or keeps why not. Whether a will may be published is to be asked of the
    /// authority.
    pub fn admit(&self, visitor: &Visitor<'_>) -> Result<Authority, Refused> {
        let who = self.identify(visitor).map_err(|reason| self.turn_away(visitor, reason))?;
        let authority = Authority::new(self.0.clone(), who);
        match authority.may_connect() {
            Verdict::Allowed => Ok(authority),
            Verdict::Refused(refusal) => {
                let kept = self.0.refusals.get(refusal).map(|refusal| refusal.reason);
                let is_unavailable = kept == Some(Reason::Unavailable);
                Err(Refused { refusal, is_unavailable })
            }
        }
    }

    /// The authority of someone who calls over HTTPS and is not connected.
    pub fn admit_caller(&self, source_ip: IpAddr, certificate: &[u8]) -> Result<Authority, Reason> {
        let who = Who {
            principal: Principal::Anonymous,
            client_id: None,
            source_ip: Some(source_ip),
            certificate: None,
            valid_until: None,
        };
        Ok(Authority::new(self.0.clone(), self.recognize(certificate, who)?))
    }

    /// Keeps that a peer did not get as far as to say who it is.
    pub fn refused_handshake(&self, source_ip: IpAddr, what: &str) -> u64 {
        let subject = Subject {
            kind: RefusalKind::Handshake,
            principal: None,
            client_id: None,
            source_ip: Some(source_ip),
            action: None,
            resource: None,
            what: Some(what.to_owned()),
        };
        let reason = || (Reason::Handshake { what: what.to_owned() }, Vec::new());
        self.0.refusals.keep(subject, false, self.0.clock.now(), 0, reason)
    }

    fn identify(&self, visitor: &Visitor<'_>) -> Result<Who, Reason> {
        let who = Who {
            principal: Principal::Anonymous,
            client_id: Some(visitor.client_id.clone()),
            source_ip: visitor.source_ip,
            certificate: None,
            valid_until: None,
        };
        match visitor.certificate {
            Some(der) => self.recognize(der, who),
            None => Ok(who),
        }
    }

    /// Whose certificate it is, and whether it is valid by its dates.
    fn recognize(&self, der: &[u8], who: Who) -> Result<Who, Reason> {
        let described = pki::describe(der).map_err(|_| Reason::CertificateMalformed)?;
        let Description { id, serial_number, subject, issuer, not_before, not_after, .. } =
            described;
        let now = self.0.clock.now();
        if now < not_before {
            return Err(Reason::CertificateNotYetValid { id });
        }
        if now > not_after {
            return Err(Reason::CertificateExpired { id });
        }
        let principal = Principal::Certificate(id.clone());
        let facts = CertificateFacts { id, serial_number, subject, issuer };
        Ok(Who { principal, certificate: Some(facts), valid_until: Some(not_after), ..who })
    }

    fn turn_away(&self, visitor: &Visitor<'_>, reason: Reason) -> Refused {
        let principal = match &reason {
            Reason::CertificateNotYetValid { id } | Reason::CertificateExpired { id } => {
                Some(Principal::Certificate(id.clone()).to_string())
            }
            _ => None,
        };
        let path = format!("client/{}", visitor.client_id);
        let resource = ::policy::Resource::iot(self.0.registry.home(), &path).arn();
        let subject = Subject {
            kind: RefusalKind::Connect,
            principal,
            client_id: Some(visitor.client_id.to_string()),
            source_ip: visitor.source_ip,
            action: Some("iot:Connect".to_owned()),
            resource: Some(resource),
            what: Some(reason.to_string()),
        };
        let (now, epoch) = (self.0.clock.now(), self.0.registry.epoch());
        let refusal = self.0.refusals.keep(subject, false, now, epoch, || (reason, Vec::new()));
        Refused { refusal, is_unavailable: false }
    }
}
