//! Certificates that we issue, sign and take in.

use model::{Arn, CertificateId};
use pki::{Description, Issued, IssuedKeys, KeyKind, PkiError, describe_pem};
use registry::{
    Certificate, CertificateMode, CertificateStatus, NewCertificate, RegisterCertificateError,
    StoreError,
};

use crate::fleet::Fleet;

/// The subject of certificates whose keys we make, as AWS names them.
const COMMON_NAME: &str = "AWS IoT Certificate";

/// A certificate that was registered, and its keys if we made them. They are kept nowhere.
#[derive(Clone, Debug)]
pub struct RegisteredCertificate {
    pub arn: Arn,
    pub certificate: Certificate,
    pub keys: Option<IssuedKeys>,
}

/// A certificate with what it says of itself.
#[derive(Clone, Debug)]
pub struct DescribedCertificate {
    pub arn: Arn,
    pub certificate: Certificate,
    pub description: Description,
}

#[derive(Debug, thiserror::Error)]
pub enum CreateCertificateError {
    #[error(transparent)]
    Pki(#[from] PkiError),
    #[error(transparent)]
    Register(#[from] RegisterCertificateError),
}

#[derive(Debug, thiserror::Error)]
pub enum DescribeCertificateError {
    #[error("the certificate {id} does not exist")]
    NotFound { id: CertificateId },
    #[error(transparent)]
    Pki(#[from] PkiError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Fleet {
    /// Makes a key and a certificate for it, not registered yet. An RSA key takes a good part of a
    /// second to find: call this where that holds up nobody, and then
    /// [`Fleet::register_issued`].
    pub fn issue_certificate(&self, kind: KeyKind) -> Result<Issued, PkiError> {
        self.0.certificate_authority.issue_device(COMMON_NAME, kind, self.0.clock.now())
    }

    /// Registers a certificate of ours: the second half of AWS's CreateKeysAndCertificate.
    pub async fn register_issued(
        &self,
        issued: Issued,
        is_active: bool,
    ) -> Result<RegisteredCertificate, RegisterCertificateError> {
        let Issued { id, certificate_pem: pem, keys, .. } = issued;
        let status = initial_status(is_active);
        let (ca_certificate_id, mode) = (None, CertificateMode::Default);
        let new = NewCertificate { id, pem, status, ca_certificate_id, mode };
        let certificate = self.registry().register_certificate(new, self.0.clock.now()).await?;
        let arn = self.registry().certificate_arn(&certificate.id);
        Ok(RegisteredCertificate { arn, certificate, keys })
    }

    /// Signs a request, and registers the certificate.
    pub async fn create_certificate_from_csr(
        &self,
        request_pem: &str,
        is_active: bool,
    ) -> Result<RegisteredCertificate, CreateCertificateError> {
        let now = self.0.clock.now();
        let issued = self.0.certificate_authority.sign_request(request_pem, now)?;
        Ok(self.register_issued(issued, is_active).await?)
    }

    pub fn describe_certificate(
        &self,
        id: &CertificateId,
    ) -> Result<DescribedCertificate, DescribeCertificateError> {
        let missing = || DescribeCertificateError::NotFound { id: id.clone() };
        let certificate = self.registry().certificate(id)?.ok_or_else(missing)?;
        let description = describe_pem(&certificate.pem)?;
        let arn = self.registry().certificate_arn(id);
        Ok(DescribedCertificate { arn, certificate, description })
    }
}

fn initial_status(is_active: bool) -> CertificateStatus {
    match is_active {
        true => CertificateStatus::Active,
        false => CertificateStatus::Inactive,
    }
}
