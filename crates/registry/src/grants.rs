//! What a certificate brings to a connection, read at one moment.

use model::{CertificateId, PolicyName, ThingName};

use crate::certificate::{CERTIFICATES, Certificate, StoredCertificate};
use crate::edge::Target;
use crate::policy::{attached_to, policy};
use crate::registry::{Registry, StoreError, find};
use crate::thing::{StoredThing, THINGS, Thing};
use crate::thing_principal::THING_PRINCIPALS;

/// A certificate and the documents that count for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grants {
    pub certificate: Certificate,
    /// In the order of their names; each with its default document.
    pub policies: Vec<(PolicyName, String)>,
    /// The thing whose name was asked for, if the certificate is attached to it.
    pub thing: Option<Thing>,
}

impl Registry {
    /// What counts for a certificate that connects under a client id which, if it is the name of a
    /// thing that the certificate is attached to, stands for that thing.
    pub fn grants(
        &self,
        id: &CertificateId,
        client_id: &str,
    ) -> Result<Option<Grants>, StoreError> {
        let snapshot = self.snapshot();
        let found = find::<StoredCertificate>(&snapshot, CERTIFICATES, id.as_str())?;
        let Some(found) = found else { return Ok(None) };
        let mut policies = Vec::new();
        for name in attached_to(&snapshot, &Target::Certificate(id.clone()))? {
            // An edge without its policy cannot be: deleting a policy requires that it has none.
            if let Some((policy, _)) = policy(&snapshot, &name)? {
                policies.push((name, policy.default().document.clone()));
            }
        }
        let thing = match ThingName::new(client_id) {
            Ok(name) if THING_PRINCIPALS.exists(&snapshot, client_id, id.as_str())? => {
                let found = find::<StoredThing>(&snapshot, THINGS, client_id)?;
                found.map(|found| found.record.into_thing(name))
            }
            _ => None,
        };
        let certificate = found.record.into_certificate(id.clone());
        Ok(Some(Grants { certificate, policies, thing }))
    }
}
