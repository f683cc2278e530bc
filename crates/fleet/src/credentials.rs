//! Credentials of a role for a device that has shown its certificate.

use std::collections::BTreeMap;

use iam::{AssumeError, Iam, ServiceCall, SessionCredentials};
use model::{CertificateId, Principal, RoleAliasName, ThingName};
use registry::StoreError;

use crate::authority::Authority;
use crate::fleet::Fleet;

/// Whom the trust of such a role must name.
const SERVICE: &str = "credentials.iot.amazonaws.com";

#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    #[error("the role alias {alias} does not exist")]
    NoAlias { alias: RoleAliasName },
    #[error("a device must show a certificate to be given credentials")]
    NoCertificate,
    #[error("the certificate {id} is not attached to the thing {thing}")]
    NotAttached { id: CertificateId, thing: ThingName },
    #[error(transparent)]
    Assume(#[from] AssumeError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Fleet {
    /// Credentials of the role behind an alias. Whether the device's policies let it have them is
    /// asked before. If the device names a thing that it stands for, the role's policies may ask
    /// for it.
    pub fn device_credentials(
        &self,
        iam: &Iam,
        authority: &Authority,
        alias: &RoleAliasName,
        thing: Option<&ThingName>,
    ) -> Result<SessionCredentials, CredentialsError> {
        let Principal::Certificate(id) = authority.principal() else {
            return Err(CredentialsError::NoCertificate);
        };
        let found = self.registry().role_alias(alias)?;
        let found = found.ok_or_else(|| CredentialsError::NoAlias { alias: alias.clone() })?;
        let call = ServiceCall {
            service: SERVICE.to_owned(),
            role_arn: found.role_arn,
            session_name: id.to_string(),
            source_arn: Some(self.registry().role_alias_arn(alias).to_string()),
            keys: self.keys_of(id, thing)?,
        };
        Ok(iam.service_credentials(&call, found.duration_secs, self.0.clock.now())?)
    }

    /// What policies can ask about the device.
    fn keys_of(
        &self,
        id: &CertificateId,
        thing: Option<&ThingName>,
    ) -> Result<BTreeMap<String, String>, CredentialsError> {
        let certificate = ("credentials-iot:awscertificateid".to_owned(), id.to_string());
        let mut keys = BTreeMap::from([certificate]);
        let Some(name) = thing else { return Ok(keys) };
        let attached = self.registry().grants(id, name.as_str())?.and_then(|grants| grants.thing);
        let attached = attached
            .ok_or_else(|| CredentialsError::NotAttached { id: id.clone(), thing: name.clone() })?;
        keys.insert("credentials-iot:thingname".to_owned(), name.to_string());
        if let Some(type_name) = attached.type_name {
            keys.insert("credentials-iot:thingtypename".to_owned(), type_name.to_string());
        }
        Ok(keys)
    }
}
