//! A certificate as operations show it.

use std::sync::Arc;

use fleet::DescribedCertificate;
use model::CertificateId;
use pki::{Issued, KeyKind};
use registry::{Certificate, CertificateMode};
use serde::Serialize;

use crate::error::AwsError;
use crate::iot::seconds;
use crate::state::State;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Summary {
    certificate_arn: String,
    certificate_id: CertificateId,
    status: &'static str,
    certificate_mode: CertificateMode,
    creation_date: f64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Description {
    #[serde(flatten)]
    summary: Summary,
    #[serde(skip_serializing_if = "Option::is_none")]
    ca_certificate_id: Option<CertificateId>,
    certificate_pem: String,
    owned_by: String,
    last_modified_date: f64,
    customer_version: u32,
    generation_id: String,
    validity: Validity,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Validity {
    not_before: f64,
    not_after: f64,
}

impl Summary {
    pub(crate) fn of(state: &State, found: &Certificate) -> Summary {
        Summary {
            certificate_arn: state.fleet.registry().certificate_arn(&found.id).to_string(),
            certificate_id: found.id.clone(),
            status: found.status.as_str(),
            certificate_mode: found.mode,
            creation_date: seconds(found.created_at),
        }
    }
}

impl Description {
    pub(crate) fn of(state: &State, found: DescribedCertificate) -> Description {
        let DescribedCertificate { certificate, description, .. } = found;
        Description {
            summary: Summary::of(state, &certificate),
            ca_certificate_id: certificate.ca_certificate_id,
            owned_by: state.fleet.registry().home().account.clone(),
            last_modified_date: seconds(certificate.modified_at),
            customer_version: 1,
            generation_id: certificate.id.to_string(),
            validity: Validity {
                not_before: seconds(description.not_before),
                not_after: seconds(description.not_after),
            },
            certificate_pem: certificate.pem,
        }
    }
}

/// Makes a key and a certificate where it holds up nobody: an RSA key is long in the making.
pub(crate) async fn issue(state: &Arc<State>, kind: KeyKind) -> Result<Issued, AwsError> {
    let fleet = state.fleet.clone();
    let issued = tokio::task::spawn_blocking(move || fleet.issue_certificate(kind)).await;
    issued.map_err(|error| AwsError::internal(error.to_string()))?.map_err(AwsError::from)
}
