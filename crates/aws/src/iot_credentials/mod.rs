//! AWS IoT's credential provider, on the devices' door: a certificate for credentials of a role.

mod assume_role_with_certificate;

use crate::operation::Row;
use crate::service::{Protocol, Service};

pub(crate) const SERVICE: Service = Service {
    signing_name: "iot-credentials",
    action_prefix: "iot",
    protocol: Protocol::RestJson,
    operations: &[Row::of::<assume_role_with_certificate::AssumeRoleWithCertificate>()],
};
