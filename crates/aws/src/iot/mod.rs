//! AWS IoT Core's control plane: the service `iot`.

mod attach_policy;
mod attach_thing_principal;
mod certificate;
mod create_certificate_from_csr;
mod create_keys_and_certificate;
mod create_policy;
mod create_policy_version;
mod create_thing;
mod delete_certificate;
mod delete_policy;
mod delete_policy_version;
mod delete_thing;
mod describe_certificate;
mod describe_endpoint;
mod describe_thing;
mod detach_policy;
mod detach_thing_principal;
mod get_policy;
mod get_policy_version;
mod list_attached_policies;
mod list_certificates;
mod list_policies;
mod list_policy_versions;
mod list_principal_things;
mod list_targets_for_policy;
mod list_thing_principals;
mod list_things;
mod page;
mod policy;
mod set_default_policy_version;
mod thing;
mod update_certificate;
mod update_thing;

pub(crate) use self::certificate::issue;
use crate::operation::Row;
use crate::service::{Protocol, Service};

pub(crate) const SERVICE: Service = Service {
    signing_name: "iot",
    action_prefix: "iot",
    protocol: Protocol::RestJson,
    operations: OPERATIONS,
};

const OPERATIONS: &[Row] = &[
    Row::of::<attach_policy::AttachPolicy>(),
    Row::of::<attach_thing_principal::AttachThingPrincipal>(),
    Row::of::<create_certificate_from_csr::CreateCertificateFromCsr>(),
    Row::of::<create_keys_and_certificate::CreateKeysAndCertificate>(),
    Row::of::<create_policy::CreatePolicy>(),
    Row::of::<create_policy_version::CreatePolicyVersion>(),
    Row::of::<create_thing::CreateThing>(),
    Row::of::<delete_certificate::DeleteCertificate>(),
    Row::of::<delete_policy::DeletePolicy>(),
    Row::of::<delete_policy_version::DeletePolicyVersion>(),
    Row::of::<delete_thing::DeleteThing>(),
    Row::of::<describe_certificate::DescribeCertificate>(),
    Row::of::<describe_endpoint::DescribeEndpoint>(),
    Row::of::<describe_thing::DescribeThing>(),
    Row::of::<detach_policy::DetachPolicy>(),
    Row::of::<detach_thing_principal::DetachThingPrincipal>(),
    Row::of::<get_policy::GetPolicy>(),
    Row::of::<get_policy_version::GetPolicyVersion>(),
    Row::of::<list_attached_policies::ListAttachedPolicies>(),
    Row::of::<list_certificates::ListCertificates>(),
    Row::of::<list_policies::ListPolicies>(),
    Row::of::<list_policy_versions::ListPolicyVersions>(),
    Row::of::<list_principal_things::ListPrincipalThings>(),
    Row::of::<list_targets_for_policy::ListTargetsForPolicy>(),
    Row::of::<list_thing_principals::ListThingPrincipals>(),
    Row::of::<list_things::ListThings>(),
    Row::of::<set_default_policy_version::SetDefaultPolicyVersion>(),
    Row::of::<update_certificate::UpdateCertificate>(),
    Row::of::<update_thing::UpdateThing>(),
];

/// AWS writes times as seconds with a fraction.
fn seconds(millis: u64) -> f64 {
    millis as f64 / 1_000.0
}
