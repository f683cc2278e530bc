//! Devices that come with a certificate which nobody registered, but which a registered authority
//! signed. Each is registered when it first connects, and provisioned if the authority has a
//! template; the connection ends all the same, and the device comes again.

use std::collections::BTreeMap;

use model::{CertificateId, NameField};
use pki::{Description, describe};
use registry::{
    CaCertificate, CertificateStatus, NewCertificate, RegisterCertificateError, RegistrationConfig,
};
use serde_json::json;

use crate::events::message;
use crate::fleet::Fleet;
use crate::provisioning::error::ProvisionError;
use crate::provisioning::template::Template;

/// A certificate that is to be registered.
#[derive(Clone, Debug)]
pub struct Newcomer {
    der: Vec<u8>,
    described: Description,
    authority: CaCertificate,
}

impl Newcomer {
    pub fn id(&self) -> &CertificateId {
        &self.described.id
    }
}

impl Fleet {
    /// What to do for someone who was turned away, if that is more than nothing.
    pub fn newcomer(&self, der: &[u8]) -> Option<Newcomer> {
        let described =
            describe(der).ok().filter(|described| described.is_valid_at(self.0.clock.now()))?;
        let status = self.registry().certificate(&described.id).ok()?;
        let status = status.map(|certificate| certificate.status);
        if status.is_some_and(|status| status != CertificateStatus::PendingActivation) {
            return None;
        }
        let authorities = self.authorities_of(der, &described).ok()?;
        let takes = |authority: &CaCertificate| {
            // One that waits is taken again only where a template may now succeed.
            let has_more = status.is_none() || authority.registration.has_template();
            authority.is_active && authority.registers_automatically && has_more
        };
        let authority = authorities.into_iter().find(takes)?;
        Some(Newcomer { der: der.to_vec(), described, authority })
    }

    /// Registers a newcomer, and provisions it if its authority has a template.
    pub async fn welcome(&self, newcomer: Newcomer) -> Result<(), ProvisionError> {
        let Newcomer { der, described, authority } = newcomer;
        let id = described.id.clone();
        let new = NewCertificate {
            id: id.clone(),
            pem: pki::pem_of_der(&der),
            status: CertificateStatus::PendingActivation,
            ca_certificate_id: Some(authority.id.clone()),
            mode: authority.mode,
        };
        match self.registry().register_certificate(new, self.0.clock.now()).await {
            Ok(_) => self.tell_of_newcomer(&described, &authority).await,
            Err(RegisterCertificateError::AlreadyExists { .. }) => {}
            Err(RegisterCertificateError::Store(error)) => return Err(error.into()),
        }
        let Some(body) = self.body_of(&authority.registration)? else { return Ok(()) };
        let plan = Template::parse(&body)?.plan(&parameters(&described))?;
        self.provision(plan, Some(&id)).await?;
        Ok(())
    }

    fn body_of(&self, registration: &RegistrationConfig) -> Result<Option<String>, ProvisionError> {
        let RegistrationConfig { template_body, template_name, .. } = registration;
        if template_body.is_some() {
            return Ok(template_body.clone());
        }
        let Some(name) = template_name else { return Ok(None) };
        let template = self.registry().template(name)?.filter(|template| template.is_enabled);
        Ok(template.map(|template| template.default().body.clone()))
    }

    /// AWS tells this without being asked: rules listen to it, and decide about the device.
    async fn tell_of_newcomer(&self, described: &Description, authority: &CaCertificate) {
        let topic = format!("$aws/events/certificates/registered/{}", authority.id);
        let payload = json!({
            "certificateId": described.id,
            "caCertificateId": authority.id,
            "timestamp": self.0.clock.now(),
            "certificateStatus": "PENDING_ACTIVATION",
            "awsAccountId": self.registry().home().account,
            "certificateRegistrationTimestamp": null,
        });
        let told = self.0.post.commit(kv::Batch::new(), vec![message(&topic, &payload)]);
        if let Err(error) = told.await {
            tracing::error!(%error, id = %described.id, "the event of a registration was lost");
        }
    }
}

/// What AWS takes from a certificate for the parameters of a template.
fn parameters(described: &Description) -> BTreeMap<String, String> {
    let fields = [
        ("Country", NameField::Country),
        ("Organization", NameField::Organization),
        ("OrganizationalUnit", NameField::OrganizationalUnit),
        ("DistinguishedNameQualifier", NameField::DistinguishedNameQualifier),
        ("StateName", NameField::State),
        ("CommonName", NameField::CommonName),
        ("SerialNumber", NameField::SerialNumber),
    ];
    let values = fields.into_iter().filter_map(|(name, field)| {
        let value = described.subject.values(field).next()?;
        Some((format!("AWS::IoT::Certificate::{name}"), value.to_owned()))
    });
    let id = ("AWS::IoT::Certificate::Id".to_owned(), described.id.to_string());
    values.chain([id]).collect()
}
