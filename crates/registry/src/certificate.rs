//! Certificates: registered by fingerprint, and what each is allowed to be.

use std::fmt;
use std::str::FromStr;

use bytes::Bytes;
use kv::{Batch, Expect, Snapshot, Space};
use model::{Arn, CertificateId};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::ca_certificate::SIGNED;
use crate::change::Change;
use crate::edge::{Target, forget_end};
use crate::policy_target::{POLICY_TARGETS, attached_to};
use crate::record::{self, Record};
use crate::registry::{Decision, Registry, StoreError, find};
use crate::thing_principal::THING_PRINCIPALS;
use records::{Page, page};

pub(crate) const CERTIFICATES: Space = Space::new("certificates");
/// The kind of an end of an edge between certificate and thing; policies know it as [`Target`].
pub(crate) const CERTIFICATE: &str = "certificate";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    pub id: CertificateId,
    pub pem: String,
    pub status: CertificateStatus,
    /// The registered authority that signed it, if there is one.
    pub ca_certificate_id: Option<CertificateId>,
    pub mode: CertificateMode,
    pub created_at: UnixMillis,
    pub modified_at: UnixMillis,
}

/// How an authority was registered, and its certificates with it: by proof of its key, or without,
/// for clients that name the host which they want when they connect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CertificateMode {
    #[default]
    Default,
    SniOnly,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCertificate {
    pub id: CertificateId,
    pub pem: String,
    pub status: CertificateStatus,
    pub ca_certificate_id: Option<CertificateId>,
    pub mode: CertificateMode,
}

/// AWS's states of a certificate. Only an active one connects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CertificateStatus {
    Active,
    Inactive,
    Revoked,
    PendingTransfer,
    RegisterInactive,
    PendingActivation,
}

#[derive(Debug, thiserror::Error)]
pub enum RegisterCertificateError {
    #[error("the certificate {id} is already registered")]
    AlreadyExists { id: CertificateId },
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Debug, thiserror::Error)]
pub enum UpdateCertificateError {
    #[error("the certificate {id} does not exist")]
    NotFound { id: CertificateId },
    #[error("a certificate cannot be set to {status}")]
    Status { status: CertificateStatus },
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Debug, thiserror::Error)]
pub enum DeleteCertificateError {
    #[error("the certificate {id} does not exist")]
    NotFound { id: CertificateId },
    #[error("the certificate {id} is active; deactivate or revoke it first")]
    Active { id: CertificateId },
    #[error("the certificate {id} is still attached to a thing")]
    HasThings { id: CertificateId },
    #[error("the certificate {id} still has policies attached")]
    HasPolicies { id: CertificateId },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Registry {
    pub fn certificate_arn(&self, id: &CertificateId) -> Arn {
        self.home().iot("cert", id.as_str())
    }

    pub async fn register_certificate(
        &self,
        new: NewCertificate,
        now: UnixMillis,
    ) -> Result<Certificate, RegisterCertificateError> {
        let NewCertificate { id, pem, status, ca_certificate_id, mode } = new;
        let (created_at, modified_at) = (now, now);
        let certificate =
            Certificate { id, pem, status, ca_certificate_id, mode, created_at, modified_at };
        self.mutate(|snapshot| {
            let id = &certificate.id;
            if snapshot
                .get(CERTIFICATES, id.as_str().as_bytes())
                .map_err(StoreError::from)?
                .is_some()
            {
                return Err(RegisterCertificateError::AlreadyExists { id: id.clone() });
            }
            let mut batch = Batch::new();
            batch.require(CERTIFICATES, id.as_str(), Expect::Absent);
            batch.put(CERTIFICATES, id.as_str(), encode(&certificate));
            if let Some(authority) = &certificate.ca_certificate_id {
                batch.put(SIGNED, format!("{authority}/{id}"), Bytes::new());
            }
            Ok(Decision { batch, changes: changes(id), outcome: certificate.clone() })
        })
        .await
    }

    /// Makes a certificate active, inactive or revoked. The other states are reached by their own
    /// operations only, as with AWS.
    pub async fn update_certificate(
        &self,
        id: &CertificateId,
        status: CertificateStatus,
        now: UnixMillis,
    ) -> Result<Certificate, UpdateCertificateError> {
        use CertificateStatus::{Active, Inactive, Revoked};
        if !matches!(status, Active | Inactive | Revoked) {
            return Err(UpdateCertificateError::Status { status });
        }
        self.mutate(|snapshot| {
            let found = find::<StoredCertificate>(snapshot, CERTIFICATES, id.as_str())?
                .ok_or_else(|| UpdateCertificateError::NotFound { id: id.clone() })?;
            let mut certificate = found.record.into_certificate(id.clone());
            if certificate.status == status {
                return Ok(Decision::nothing(certificate));
            }
            certificate.status = status;
            certificate.modified_at = now;
            let mut batch = Batch::new();
            batch.require(CERTIFICATES, id.as_str(), Expect::Value(found.bytes));
            batch.put(CERTIFICATES, id.as_str(), encode(&certificate));
            Ok(Decision { batch, changes: changes(id), outcome: certificate })
        })
        .await
    }

    /// With `force`, policies that are still attached are detached.
    pub async fn delete_certificate(
        &self,
        id: &CertificateId,
        force: bool,
    ) -> Result<(), DeleteCertificateError> {
        self.mutate(|snapshot| {
            let found = find::<StoredCertificate>(snapshot, CERTIFICATES, id.as_str())?
                .ok_or_else(|| DeleteCertificateError::NotFound { id: id.clone() })?;
            if found.record.status == CertificateStatus::Active {
                return Err(DeleteCertificateError::Active { id: id.clone() });
            }
            if THING_PRINCIPALS.has_any_to(snapshot, id.as_str())? {
                return Err(DeleteCertificateError::HasThings { id: id.clone() });
            }
            let mut batch = Batch::new();
            let target = Target::Certificate(id.clone());
            for policy in attached_to(snapshot, &target)? {
                if !force {
                    return Err(DeleteCertificateError::HasPolicies { id: id.clone() });
                }
                POLICY_TARGETS.detach(&mut batch, policy.as_str(), &target.key());
            }
            batch.require(CERTIFICATES, id.as_str(), Expect::Value(found.bytes));
            batch.delete(CERTIFICATES, id.as_str());
            if let Some(authority) = &found.record.ca_certificate_id {
                batch.delete(SIGNED, format!("{authority}/{id}"));
            }
            forget_end(&mut batch, snapshot, POLICY_TARGETS.to, &target.key())?;
            forget_end(&mut batch, snapshot, CERTIFICATE, id.as_str())?;
            Ok(Decision { batch, changes: changes(id), outcome: () })
        })
        .await
    }

    pub fn certificate(&self, id: &CertificateId) -> Result<Option<Certificate>, StoreError> {
        certificate(&self.snapshot(), id)
    }

    /// Certificates in the order of their ids.
    pub fn certificates(
        &self,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Certificate>, StoreError> {
        page(&self.snapshot(), CERTIFICATES, "", after, limit, |id, bytes| {
            let id = CertificateId::new(id).map_err(|_| record::RecordError::Key)?;
            Ok(record::decode::<StoredCertificate>(bytes)?.into_certificate(id))
        })
    }
}

pub(crate) fn certificate(
    snapshot: &Snapshot,
    id: &CertificateId,
) -> Result<Option<Certificate>, StoreError> {
    let found = find::<StoredCertificate>(snapshot, CERTIFICATES, id.as_str())?;
    Ok(found.map(|found| found.record.into_certificate(id.clone())))
}

fn changes(id: &CertificateId) -> Vec<Change> {
    vec![Change::Certificate(id.clone())]
}

impl CertificateStatus {
    pub const ALL: [CertificateStatus; 6] = [
        CertificateStatus::Active,
        CertificateStatus::Inactive,
        CertificateStatus::Revoked,
        CertificateStatus::PendingTransfer,
        CertificateStatus::RegisterInactive,
        CertificateStatus::PendingActivation,
    ];

    /// AWS's word: `ACTIVE`
    pub fn as_str(self) -> &'static str {
        match self {
            CertificateStatus::Active => "ACTIVE",
            CertificateStatus::Inactive => "INACTIVE",
            CertificateStatus::Revoked => "REVOKED",
            CertificateStatus::PendingTransfer => "PENDING_TRANSFER",
            CertificateStatus::RegisterInactive => "REGISTER_INACTIVE",
            CertificateStatus::PendingActivation => "PENDING_ACTIVATION",
        }
    }
}

impl fmt::Display for CertificateStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// No state of a certificate has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no certificate has the status {0:?}")]
pub struct UnknownStatus(pub String);

impl FromStr for CertificateStatus {
    type Err = UnknownStatus;

    fn from_str(text: &str) -> Result<CertificateStatus, UnknownStatus> {
        let status = CertificateStatus::ALL.into_iter().find(|status| status.as_str() == text);
        status.ok_or_else(|| UnknownStatus(text.to_owned()))
    }
}

/// A certificate as it is stored; its id is the key.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredCertificate {
    pem: String,
    status: CertificateStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ca_certificate_id: Option<CertificateId>,
    #[serde(default)]
    mode: CertificateMode,
    created_at: UnixMillis,
    modified_at: UnixMillis,
}

impl Record for StoredCertificate {
    const VERSION: u8 = 1;
}

impl StoredCertificate {
    pub(crate) fn into_certificate(self, id: CertificateId) -> Certificate {
        let StoredCertificate { pem, status, ca_certificate_id, mode, created_at, modified_at } =
            self;
        Certificate { id, pem, status, ca_certificate_id, mode, created_at, modified_at }
    }
}

fn encode(certificate: &Certificate) -> Bytes {
    let Certificate { pem, status, ca_certificate_id, mode, created_at, modified_at, .. } =
        certificate.clone();
    let stored =
        StoredCertificate { pem, status, ca_certificate_id, mode, created_at, modified_at };
    record::encode(&stored).into()
}
