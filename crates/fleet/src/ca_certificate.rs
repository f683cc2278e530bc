//! Authorities that others keep, and certificates that they signed.

use model::CertificateId;
use pki::{Description, PkiError, der_of_pem, describe, is_signed_by};
use registry::{
    CaCertificate, CertificateMode, CertificateStatus, NewCaCertificate, NewCertificate,
    RegisterCaCertificateError, RegistrationConfig, StoreError, Tags, TemplateKind,
};

use crate::certificate::RegisteredCertificate;
use crate::fleet::Fleet;
use crate::provisioning::{Template, TemplateError};

/// An authority to be registered.
#[derive(Clone, Debug)]
pub struct NewAuthority {
    pub pem: String,
    /// A certificate that the authority signed for the registration code, as a proof of its key.
    pub verification_pem: Option<String>,
    pub mode: CertificateMode,
    pub is_active: bool,
    pub registers_automatically: bool,
    pub registration: RegistrationConfig,
    pub tags: Tags,
}

/// Why what is to be done for newcomers is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum RegistrationConfigError {
    #[error("templateBody and templateName cannot both be given")]
    BodyAndName,
    #[error("templateBody needs a roleArn")]
    RoleMissing,
    #[error("there is no provisioning template {name} of the type JITP")]
    TemplateNotFound { name: model::TemplateName },
    #[error(transparent)]
    Template(#[from] TemplateError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Debug, thiserror::Error)]
pub enum RegisterAuthorityError {
    #[error("the certificate is not one of an authority")]
    NotAnAuthority,
    #[error("in the mode DEFAULT a verificationCertificate must be given")]
    VerificationMissing,
    #[error("in the mode SNI_ONLY no verificationCertificate may be given")]
    VerificationGiven,
    #[error("the verification certificate is not signed by the CA certificate")]
    VerificationNotSigned,
    #[error("the common name of the verification certificate is not the registration code")]
    RegistrationCode,
    #[error(transparent)]
    Config(#[from] RegistrationConfigError),
    #[error(transparent)]
    Pki(#[from] PkiError),
    #[error(transparent)]
    Register(#[from] RegisterCaCertificateError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Debug, thiserror::Error)]
pub enum RegisterCertificateError {
    #[error("a certificate can be registered as ACTIVE, INACTIVE or REVOKED, not as {status}")]
    Status { status: CertificateStatus },
    #[error("no registered CA certificate signed the certificate")]
    AuthorityNotFound,
    #[error("several registered CA certificates could have signed it; say which")]
    SeveralAuthorities,
    #[error("the CA certificate {id} is not active")]
    AuthorityInactive { id: CertificateId },
    #[error(transparent)]
    Pki(#[from] PkiError),
    #[error(transparent)]
    Register(#[from] registry::RegisterCertificateError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

// === authorities ===

impl Fleet {
    /// The code that proves, signed by an authority, that its key is at hand.
    pub async fn registration_code(&self) -> Result<String, StoreError> {
        self.registry().registration_code(&pki::random_digits()).await
    }

    pub async fn register_authority(
        &self,
        new: NewAuthority,
    ) -> Result<CaCertificate, RegisterAuthorityError> {
        let der = der_of_pem(&new.pem)?;
        let described = describe(&der)?;
        if !described.is_ca {
            return Err(RegisterAuthorityError::NotAnAuthority);
        }
        match (new.mode, &new.verification_pem) {
            (CertificateMode::Default, Some(pem)) => self.verify_authority(&der, pem).await?,
            (CertificateMode::SniOnly, None) => {}
            (CertificateMode::Default, None) => {
                return Err(RegisterAuthorityError::VerificationMissing);
            }
            (CertificateMode::SniOnly, Some(_)) => {
                return Err(RegisterAuthorityError::VerificationGiven);
            }
        }
        self.check_registration(&new.registration)?;
        let new = NewCaCertificate {
            id: described.id,
            pem: new.pem,
            subject_digest: described.subject_digest,
            mode: new.mode,
            is_active: new.is_active,
            registers_automatically: new.registers_automatically,
            registration: new.registration,
            tags: new.tags,
        };
        Ok(self.registry().register_ca_certificate(new, self.0.clock.now()).await?)
    }

    async fn verify_authority(
        &self,
        authority: &[u8],
        verification_pem: &str,
    ) -> Result<(), RegisterAuthorityError> {
        let der = der_of_pem(verification_pem)?;
        if !is_signed_by(&der, authority)? {
            return Err(RegisterAuthorityError::VerificationNotSigned);
        }
        let Description { subject, .. } = describe(&der)?;
        let code = self.registration_code().await?;
        let is_code = |name: &str| name.eq_ignore_ascii_case(&code);
        match subject.values(model::NameField::CommonName).any(is_code) {
            true => Ok(()),
            false => Err(RegisterAuthorityError::RegistrationCode),
        }
    }

    /// What is to be done for newcomers must be understood now, not when the first one comes.
    pub fn check_registration(
        &self,
        registration: &RegistrationConfig,
    ) -> Result<(), RegistrationConfigError> {
        let RegistrationConfig { template_body, template_name, role_arn } = registration;
        if let Some(body) = template_body {
            if template_name.is_some() {
                return Err(RegistrationConfigError::BodyAndName);
            }
            if role_arn.is_none() {
                return Err(RegistrationConfigError::RoleMissing);
            }
            Template::parse(body)?;
        }
        if let Some(name) = template_name {
            let found = self.registry().template(name)?;
            if found.is_none_or(|found| found.kind != TemplateKind::Jitp) {
                let name = name.clone();
                return Err(RegistrationConfigError::TemplateNotFound { name });
            }
        }
        Ok(())
    }
}

// === what they signed ===

impl Fleet {
    /// Registers a certificate that a registered authority signed.
    pub async fn register_signed_certificate(
        &self,
        pem: &str,
        authority_pem: Option<&str>,
        status: CertificateStatus,
    ) -> Result<RegisteredCertificate, RegisterCertificateError> {
        check_status(status)?;
        let der = der_of_pem(pem)?;
        let described = describe(&der)?;
        let mut authorities = self.authorities_of(&der, &described)?;
        if let Some(authority_pem) = authority_pem {
            let wanted = describe(&der_of_pem(authority_pem)?)?.id;
            authorities.retain(|authority| authority.id == wanted);
        }
        let authority = match (authorities.pop(), authorities.is_empty()) {
            (Some(authority), true) => authority,
            (Some(_), false) => return Err(RegisterCertificateError::SeveralAuthorities),
            (None, _) => return Err(RegisterCertificateError::AuthorityNotFound),
        };
        if !authority.is_active {
            return Err(RegisterCertificateError::AuthorityInactive { id: authority.id });
        }
        let new = NewCertificate {
            id: described.id,
            pem: pem.to_owned(),
            status,
            ca_certificate_id: Some(authority.id),
            mode: authority.mode,
        };
        self.register(new).await
    }

    /// Registers a certificate that anybody signed. Its key is proved when it connects.
    pub async fn register_certificate(
        &self,
        pem: &str,
        status: CertificateStatus,
    ) -> Result<RegisteredCertificate, RegisterCertificateError> {
        check_status(status)?;
        let new = NewCertificate {
            id: describe(&der_of_pem(pem)?)?.id,
            pem: pem.to_owned(),
            status,
            ca_certificate_id: None,
            mode: CertificateMode::SniOnly,
        };
        self.register(new).await
    }

    async fn register(
        &self,
        new: NewCertificate,
    ) -> Result<RegisteredCertificate, RegisterCertificateError> {
        let certificate = self.registry().register_certificate(new, self.0.clock.now()).await?;
        let arn = self.registry().certificate_arn(&certificate.id);
        Ok(RegisteredCertificate { arn, certificate, keys: None })
    }

    /// The registered authorities whose key signed a certificate: two, if one key has two
    /// certificates.
    pub(crate) fn authorities_of(
        &self,
        der: &[u8],
        described: &Description,
    ) -> Result<Vec<CaCertificate>, RegisterCertificateError> {
        let mut signers = Vec::new();
        for authority in self.registry().ca_certificates_of_subject(&described.issuer_digest)? {
            if is_signed_by(der, &der_of_pem(&authority.pem)?)? {
                signers.push(authority);
            }
        }
        Ok(signers)
    }
}

fn check_status(status: CertificateStatus) -> Result<(), RegisterCertificateError> {
    use CertificateStatus::{Active, Inactive, Revoked};
    match status {
        Active | Inactive | Revoked => Ok(()),
        status => Err(RegisterCertificateError::Status { status }),
    }
}
