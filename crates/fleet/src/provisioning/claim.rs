//! Claims: certificates that are good for some minutes and for provisioning by one template, for an
//! installer's app that hands one to each device.

use model::{CertificateId, PolicyName, TemplateName};
use pki::{Issued, KeyKind, PkiError, describe_pem};
use registry::{
    AttachPolicyError, CertificateStatus, CreatePolicyError, DeleteCertificateError,
    PAGE_ITEMS_MAX, RegisterCertificateError, StoreError, Target, UpdateCertificateError,
};
use serde_json::json;

use crate::certificate::RegisteredCertificate;
use crate::fleet::Fleet;

/// AWS's: how long a claim is good for.
pub const CLAIM_MINUTES: u32 = 5;

const COMMON_NAME: &str = "Thingstead provisioning claim";

#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    #[error("the provisioning template {name} does not exist")]
    NotFound { name: TemplateName },
    #[error("the provisioning template {name} is not enabled")]
    Disabled { name: TemplateName },
    #[error(transparent)]
    Pki(#[from] PkiError),
    #[error(transparent)]
    Register(#[from] RegisterCertificateError),
    #[error(transparent)]
    Policy(#[from] CreatePolicyError),
    #[error(transparent)]
    Attach(#[from] AttachPolicyError),
    #[error(transparent)]
    Update(#[from] UpdateCertificateError),
    #[error(transparent)]
    Delete(#[from] DeleteCertificateError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Fleet {
    /// Makes the key and the certificate of a claim, not registered yet. Call this where it holds up
    /// nobody, and then [`Fleet::register_claim`].
    pub fn issue_claim(&self) -> Result<Issued, PkiError> {
        let (kind, now) = (KeyKind::Rsa2048, self.0.clock.now());
        self.0.certificate_authority.issue_for_minutes(COMMON_NAME, kind, now, CLAIM_MINUTES)
    }

    /// Registers a claim for a template, and takes out some of the template's that have expired.
    pub async fn register_claim(
        &self,
        name: &TemplateName,
        issued: Issued,
    ) -> Result<RegisteredCertificate, ClaimError> {
        let missing = || ClaimError::NotFound { name: name.clone() };
        let template = self.registry().template(name)?.ok_or_else(missing)?;
        if !template.is_enabled {
            return Err(ClaimError::Disabled { name: name.clone() });
        }
        let policy = claim_policy(name);
        let (document, now) = (claim_document(name), self.0.clock.now());
        let tags = Default::default();
        match self.registry().create_policy(&policy, &document, &tags, now).await {
            Ok(_) | Err(CreatePolicyError::AlreadyExists { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        self.sweep_claims(&policy).await?;
        let registered = self.register_issued(issued, true).await?;
        let target = Target::Certificate(registered.certificate.id.clone());
        self.registry().attach_policy(&policy, &target).await?;
        Ok(registered)
    }

    async fn sweep_claims(&self, policy: &PolicyName) -> Result<(), ClaimError> {
        for target in self.registry().targets_of(policy, None, PAGE_ITEMS_MAX)?.items {
            let Target::Certificate(id) = target else { continue };
            if self.has_expired(&id)? {
                let (status, now) = (CertificateStatus::Inactive, self.0.clock.now());
                self.registry().update_certificate(&id, status, now).await?;
                self.registry().delete_certificate(&id, true).await?;
            }
        }
        Ok(())
    }

    fn has_expired(&self, id: &CertificateId) -> Result<bool, ClaimError> {
        let Some(certificate) = self.registry().certificate(id)? else { return Ok(false) };
        Ok(describe_pem(&certificate.pem)?.not_after < self.0.clock.now())
    }
}

/// One for each template. Names of templates hold no dot, so it is nobody else's.
fn claim_policy(name: &TemplateName) -> PolicyName {
    PolicyName::new(&format!("thingstead.claim.{name}")).expect("a template's name is short")
}

/// What a device may do that has nothing but a claim.
fn claim_document(name: &TemplateName) -> String {
    let rooms = [
        "$aws/certificates/create/*".to_owned(),
        "$aws/certificates/create-from-csr/*".to_owned(),
        format!("$aws/provisioning-templates/{name}/provision/*"),
    ];
    let under = |kind: &str| {
        let arns = rooms.iter().map(|room| format!("arn:aws:iot:*:*:{kind}/{room}"));
        arns.collect::<Vec<String>>()
    };
    let document = json!({
        "Version": "2012-10-17",
        "Statement": [
            { "Effect": "Allow", "Action": "iot:Connect", "Resource": "*" },
            {
                "Effect": "Allow",
                "Action": ["iot:Publish", "iot:Receive"],
                "Resource": under("topic"),
            },
            { "Effect": "Allow", "Action": "iot:Subscribe", "Resource": under("topicfilter") },
        ],
    });
    document.to_string()
}
