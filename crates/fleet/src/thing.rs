//! Things and their principals, named as callers name them: by ARN.

use model::{Arn, CertificateId, ThingName};
use registry::{AttachThingPrincipalError, StoreError, ThingPrincipalType};

use crate::fleet::Fleet;

/// A text names no certificate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not the ARN of a certificate")]
pub struct NotAPrincipal(pub String);

#[derive(Debug, thiserror::Error)]
pub enum ThingPrincipalError {
    #[error(transparent)]
    Principal(#[from] NotAPrincipal),
    #[error(transparent)]
    Attach(#[from] AttachThingPrincipalError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Fleet {
    /// The certificate that an ARN names, of whichever region and account: people copy ARNs from
    /// scripts that were written for another home.
    pub fn principal(arn: &str) -> Result<CertificateId, NotAPrincipal> {
        let named = Arn::from_text(arn);
        let certificate = match named.iot_resource() {
            Some(("cert", id)) => CertificateId::new(id).ok(),
            _ => None,
        };
        certificate.ok_or_else(|| NotAPrincipal(arn.to_owned()))
    }

    pub async fn attach_thing_principal(
        &self,
        thing: &ThingName,
        principal: &str,
        kind: Option<ThingPrincipalType>,
    ) -> Result<(), ThingPrincipalError> {
        let id = Fleet::principal(principal)?;
        Ok(self.registry().attach_thing_principal(thing, &id, kind).await?)
    }

    pub async fn detach_thing_principal(
        &self,
        thing: &ThingName,
        principal: &str,
    ) -> Result<(), ThingPrincipalError> {
        let id = Fleet::principal(principal)?;
        Ok(self.registry().detach_thing_principal(thing, &id).await?)
    }
}
