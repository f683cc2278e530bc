//! States of certificates, as operations take them.

use registry::{CertificateStatus, UnknownStatus};

use crate::error::AwsError;

/// `ACTIVE`, or whether the older `setAsActive` was asked for.
pub(crate) fn status_of(
    status: Option<&str>,
    set_as_active: Option<bool>,
) -> Result<CertificateStatus, AwsError> {
    match (status, set_as_active) {
        (Some(status), None) => status.parse().map_err(|UnknownStatus(status)| {
            AwsError::invalid_request(format!("status cannot be {status}"))
        }),
        (None, Some(true)) => Ok(CertificateStatus::Active),
        (None, None | Some(false)) => Ok(CertificateStatus::Inactive),
        (Some(_), Some(_)) => {
            Err(AwsError::invalid_request("status and setAsActive cannot both be given"))
        }
    }
}
