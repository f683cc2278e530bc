//! Certificates of authorities that sign certificates of devices.

use bytes::Bytes;
use kv::{Batch, Expect, Snapshot, Space};
use model::{Arn, CertificateId, TemplateName};
use records::{Page, page, page_where};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::certificate::{Certificate, CertificateMode, certificate};
use crate::record::{self, Record, RecordError};
use crate::registry::{Decision, Registry, StoreError, find};
use crate::tags::{TagError, Taggable, Tags, check_tags, forget_tags, put_tags};

pub(crate) const CA_CERTIFICATES: Space = Space::new("ca-certificates");
/// Authorities by their subjects: `subject/id`.
const SUBJECTS: Space = Space::new("ca-certificate-subjects");
/// What authorities signed: `authority/certificate`.
pub(crate) const SIGNED: Space = Space::new("ca-certificate-certificates");

/// AWS's limit of authorities with one subject.
const SAME_SUBJECT_MAX: usize = 10;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaCertificate {
    /// Its fingerprint, as with certificates of devices.
    pub id: CertificateId,
    pub pem: String,
    /// What the certificates that it signs name as their issuer, as a digest.
    pub subject_digest: String,
    pub mode: CertificateMode,
    pub is_active: bool,
    /// Whether a certificate that it signed is registered when it first connects.
    pub registers_automatically: bool,
    pub registration: RegistrationConfig,
    pub created_at: UnixMillis,
    pub modified_at: UnixMillis,
}

/// What is done for a certificate that is registered when it first connects. Empty: nothing more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistrationConfig {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template_body: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template_name: Option<TemplateName>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<String>,
}

impl RegistrationConfig {
    pub fn has_template(&self) -> bool {
        self.template_body.is_some() || self.template_name.is_some()
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCaCertificate {
    pub id: CertificateId,
    pub pem: String,
    pub subject_digest: String,
    pub mode: CertificateMode,
    pub is_active: bool,
    pub registers_automatically: bool,
    pub registration: RegistrationConfig,
    pub tags: Tags,
}

/// What to change of an authority; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaCertificateUpdate {
    pub is_active: Option<bool>,
    pub registers_automatically: Option<bool>,
    pub registration: Option<RegistrationConfig>,
}

#[derive(Debug, thiserror::Error)]
pub enum RegisterCaCertificateError {
    #[error("the CA certificate {id} is already registered")]
    AlreadyExists { id: CertificateId },
    #[error("10 CA certificates with the subject of {id} are registered already")]
    TooMany { id: CertificateId },
    #[error(transparent)]
    Tags(#[from] TagError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Debug, thiserror::Error)]
pub enum CaCertificateError {
    #[error("the CA certificate {id} does not exist")]
    NotFound { id: CertificateId },
    #[error("the CA certificate {id} is active; deactivate it first")]
    Active { id: CertificateId },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Registry {
    pub fn ca_certificate_arn(&self, id: &CertificateId) -> Arn {
        self.home().iot("cacert", id.as_str())
    }

    pub async fn register_ca_certificate(
        &self,
        new: NewCaCertificate,
        now: UnixMillis,
    ) -> Result<CaCertificate, RegisterCaCertificateError> {
        check_tags(&new.tags)?;
        let authority = CaCertificate {
            id: new.id,
            pem: new.pem,
            subject_digest: new.subject_digest,
            mode: new.mode,
            is_active: new.is_active,
            registers_automatically: new.registers_automatically,
            registration: new.registration,
            created_at: now,
            modified_at: now,
        };
        self.mutate(|snapshot| {
            let id = &authority.id;
            if self::authority(snapshot, id)?.is_some() {
                return Err(RegisterCaCertificateError::AlreadyExists { id: id.clone() });
            }
            if of_subject(snapshot, &authority.subject_digest)?.len() >= SAME_SUBJECT_MAX {
                return Err(RegisterCaCertificateError::TooMany { id: id.clone() });
            }
            let mut batch = Batch::new();
            batch.require(CA_CERTIFICATES, id.as_str(), Expect::Absent);
            batch.put(CA_CERTIFICATES, id.as_str(), encode(&authority));
            batch.put(SUBJECTS, subject_key(&authority), Bytes::new());
            put_tags(&mut batch, &Taggable::CaCertificate(id.clone()), &new.tags);
            Ok(Decision { batch, changes: Vec::new(), outcome: authority.clone() })
        })
        .await
    }

    pub async fn update_ca_certificate(
        &self,
        id: &CertificateId,
        update: &CaCertificateUpdate,
        now: UnixMillis,
    ) -> Result<CaCertificate, CaCertificateError> {
        self.mutate(|snapshot| {
            let missing = || CaCertificateError::NotFound { id: id.clone() };
            let (mut authority, bytes) = authority(snapshot, id)?.ok_or_else(missing)?;
            authority.is_active = update.is_active.unwrap_or(authority.is_active);
            authority.registers_automatically =
                update.registers_automatically.unwrap_or(authority.registers_automatically);
            if let Some(registration) = &update.registration {
                authority.registration = registration.clone();
            }
            authority.modified_at = now;
            let mut batch = Batch::new();
            batch.require(CA_CERTIFICATES, id.as_str(), Expect::Value(bytes));
            batch.put(CA_CERTIFICATES, id.as_str(), encode(&authority));
            Ok(Decision { batch, changes: Vec::new(), outcome: authority })
        })
        .await
    }

    /// The certificates that it signed stay.
    pub async fn delete_ca_certificate(
        &self,
        id: &CertificateId,
    ) -> Result<(), CaCertificateError> {
        self.mutate(|snapshot| {
            let missing = || CaCertificateError::NotFound { id: id.clone() };
            let (authority, bytes) = authority(snapshot, id)?.ok_or_else(missing)?;
            if authority.is_active {
                return Err(CaCertificateError::Active { id: id.clone() });
            }
            let mut batch = Batch::new();
            batch.require(CA_CERTIFICATES, id.as_str(), Expect::Value(bytes));
            batch.delete(CA_CERTIFICATES, id.as_str());
            batch.delete(SUBJECTS, subject_key(&authority));
            forget_tags(&mut batch, &Taggable::CaCertificate(id.clone()));
            Ok(Decision { batch, changes: Vec::new(), outcome: () })
        })
        .await
    }

    pub fn ca_certificate(&self, id: &CertificateId) -> Result<Option<CaCertificate>, StoreError> {
        Ok(authority(&self.snapshot(), id)?.map(|(authority, _)| authority))
    }

    /// Authorities in the order of their ids; those that use a template, if it is given.
    pub fn ca_certificates(
        &self,
        template: Option<&TemplateName>,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<CaCertificate>, StoreError> {
        page_where(&self.snapshot(), CA_CERTIFICATES, "", after, limit, |id, bytes| {
            let authority =
                record::decode::<StoredCaCertificate>(bytes)?.into_authority(certificate_id(id)?);
            let used = authority.registration.template_name.as_ref();
            Ok((template.is_none() || used == template).then_some(authority))
        })
    }

    /// The authorities with this subject, of which there are few.
    pub fn ca_certificates_of_subject(
        &self,
        subject_digest: &str,
    ) -> Result<Vec<CaCertificate>, StoreError> {
        let snapshot = self.snapshot();
        let mut authorities = Vec::new();
        for id in of_subject(&snapshot, subject_digest)? {
            authorities.extend(authority(&snapshot, &id)?.map(|(authority, _)| authority));
        }
        Ok(authorities)
    }

    /// The registered certificates that an authority signed.
    pub fn certificates_by_ca(
        &self,
        authority: &CertificateId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Certificate>, StoreError> {
        let snapshot = self.snapshot();
        let read = |id: &str, _: &Bytes| certificate_id(id);
        let ids = page(&snapshot, SIGNED, &format!("{authority}/"), after, limit, read)?;
        let mut items = Vec::new();
        for id in ids.items {
            items.extend(certificate(&snapshot, &id)?);
        }
        Ok(Page { items, next: ids.next })
    }
}

fn authority(
    snapshot: &Snapshot,
    id: &CertificateId,
) -> Result<Option<(CaCertificate, Bytes)>, StoreError> {
    let found = find::<StoredCaCertificate>(snapshot, CA_CERTIFICATES, id.as_str())?;
    Ok(found.map(|found| (found.record.into_authority(id.clone()), found.bytes)))
}

fn of_subject(snapshot: &Snapshot, digest: &str) -> Result<Vec<CertificateId>, StoreError> {
    let read = |id: &str, _: &Bytes| certificate_id(id);
    Ok(page(snapshot, SUBJECTS, &format!("{digest}/"), None, SAME_SUBJECT_MAX, read)?.items)
}

fn subject_key(authority: &CaCertificate) -> String {
    format!("{}/{}", authority.subject_digest, authority.id)
}

fn certificate_id(key: &str) -> Result<CertificateId, RecordError> {
    CertificateId::new(key).map_err(|_| RecordError::Key)
}

/// An authority as it is stored; its id is the key.
#[derive(Serialize, Deserialize)]
struct StoredCaCertificate {
    pem: String,
    subject_digest: String,
    mode: CertificateMode,
    is_active: bool,
    registers_automatically: bool,
    #[serde(default)]
    registration: RegistrationConfig,
    created_at: UnixMillis,
    modified_at: UnixMillis,
}

impl Record for StoredCaCertificate {
    const VERSION: u8 = 1;
}

impl StoredCaCertificate {
    fn into_authority(self, id: CertificateId) -> CaCertificate {
        CaCertificate {
            id,
            pem: self.pem,
            subject_digest: self.subject_digest,
            mode: self.mode,
            is_active: self.is_active,
            registers_automatically: self.registers_automatically,
            registration: self.registration,
            created_at: self.created_at,
            modified_at: self.modified_at,
        }
    }
}

fn encode(authority: &CaCertificate) -> Bytes {
    let authority = authority.clone();
    let stored = StoredCaCertificate {
        pem: authority.pem,
        subject_digest: authority.subject_digest,
        mode: authority.mode,
        is_active: authority.is_active,
        registers_automatically: authority.registers_automatically,
        registration: authority.registration,
        created_at: authority.created_at,
        modified_at: authority.modified_at,
    };
    record::encode(&stored).into()
}
