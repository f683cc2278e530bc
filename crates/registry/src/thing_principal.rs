//! Which certificates stand for which things.

use kv::{Batch, Expect, Space};
use model::{CertificateId, ThingName};

use crate::certificate::{CERTIFICATE, CERTIFICATES};
use crate::change::Change;
use crate::edge::EdgeKind;
use crate::record::RecordError;
use crate::registry::{Decision, Registry, StoreError};
use crate::thing::{THING, THINGS};
use records::Page;

pub(crate) const THING_PRINCIPALS: EdgeKind = EdgeKind {
    forward: Space::new("thing-principals"),
    backward: Space::new("principal-things"),
    from: THING,
    to: CERTIFICATE,
};

#[derive(Debug, thiserror::Error)]
pub enum AttachThingPrincipalError {
    #[error("the thing {name} does not exist")]
    ThingNotFound { name: ThingName },
    #[error("the certificate {id} does not exist")]
    CertificateNotFound { id: CertificateId },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Registry {
    /// Attaching what is attached is no error.
    pub async fn attach_thing_principal(
        &self,
        name: &ThingName,
        id: &CertificateId,
    ) -> Result<(), AttachThingPrincipalError> {
        self.mutate(|snapshot| {
            let thing = snapshot.get(THINGS, name.as_str().as_bytes());
            if thing.map_err(StoreError::from)?.is_none() {
                return Err(AttachThingPrincipalError::ThingNotFound { name: name.clone() });
            }
            let certificate = snapshot.get(CERTIFICATES, id.as_str().as_bytes());
            if certificate.map_err(StoreError::from)?.is_none() {
                return Err(AttachThingPrincipalError::CertificateNotFound { id: id.clone() });
            }
            if THING_PRINCIPALS.exists(snapshot, name.as_str(), id.as_str())? {
                return Ok(Decision::nothing(()));
            }
            let mut batch = Batch::new();
            batch.require(THINGS, name.as_str(), Expect::Present);
            batch.require(CERTIFICATES, id.as_str(), Expect::Present);
            THING_PRINCIPALS.attach(&mut batch, name.as_str(), id.as_str());
            Ok(Decision { batch, changes: changes(name, id), outcome: () })
        })
        .await
    }

    /// Detaching what is not attached is no error.
    pub async fn detach_thing_principal(
        &self,
        name: &ThingName,
        id: &CertificateId,
    ) -> Result<(), StoreError> {
        self.mutate(|snapshot| {
            if !THING_PRINCIPALS.exists(snapshot, name.as_str(), id.as_str())? {
                return Ok(Decision::nothing(()));
            }
            let mut batch = Batch::new();
            THING_PRINCIPALS.detach(&mut batch, name.as_str(), id.as_str());
            Ok(Decision { batch, changes: changes(name, id), outcome: () })
        })
        .await
    }

    /// The certificates that are attached to a thing.
    pub fn principals_of(
        &self,
        name: &ThingName,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<CertificateId>, StoreError> {
        let read = |id: &str| CertificateId::new(id).map_err(|_| RecordError::Key);
        THING_PRINCIPALS.from(&self.snapshot(), name.as_str(), after, limit, read)
    }

    /// The things that a certificate is attached to.
    pub fn things_of(
        &self,
        id: &CertificateId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<ThingName>, StoreError> {
        let read = |name: &str| ThingName::new(name).map_err(|_| RecordError::Key);
        THING_PRINCIPALS.to(&self.snapshot(), id.as_str(), after, limit, read)
    }
}

fn changes(name: &ThingName, id: &CertificateId) -> Vec<Change> {
    vec![Change::ThingPrincipal(name.clone(), id.clone())]
}
