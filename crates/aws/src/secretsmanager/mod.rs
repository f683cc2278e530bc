//! Secrets Manager. The service `secretsmanager`.

mod batch_get_secret_value;
mod create_secret;
mod delete_resource_policy;
mod delete_secret;
mod describe_secret;
mod filter;
mod get_random_password;
mod get_resource_policy;
mod get_secret_value;
mod keys;
mod list_resource_policies;
mod list_secret_version_ids;
mod list_secrets;
mod policy;
mod put_resource_policy;
mod put_secret_value;
mod restore_secret;
mod tag_resource;
mod untag_resource;
mod update_secret;
mod update_secret_version_stage;
mod validate_resource_policy;
mod value;
mod words;

pub(crate) use self::words::wrong_input;
use crate::operation::Row;
use crate::service::{Protocol, Service};

pub(crate) const SIGNING_NAME: &str = "secretsmanager";

pub(crate) const SERVICE: Service = Service {
    signing_name: SIGNING_NAME,
    action_prefix: "secretsmanager",
    protocol: Protocol::Json11 { target_prefix: "secretsmanager" },
    operations: &[
        Row::of::<batch_get_secret_value::BatchGetSecretValue>(),
        Row::of::<create_secret::CreateSecret>(),
        Row::of::<delete_resource_policy::DeleteResourcePolicy>(),
        Row::of::<delete_secret::DeleteSecret>(),
        Row::of::<describe_secret::DescribeSecret>(),
        Row::of::<get_random_password::GetRandomPassword>(),
        Row::of::<get_resource_policy::GetResourcePolicy>(),
        Row::of::<get_secret_value::GetSecretValue>(),
        Row::of::<list_resource_policies::ListResourcePolicies>(),
        Row::of::<list_secret_version_ids::ListSecretVersionIds>(),
        Row::of::<list_secrets::ListSecrets>(),
        Row::of::<put_resource_policy::PutResourcePolicy>(),
        Row::of::<put_secret_value::PutSecretValue>(),
        Row::of::<restore_secret::RestoreSecret>(),
        Row::of::<tag_resource::TagResource>(),
        Row::of::<untag_resource::UntagResource>(),
        Row::of::<update_secret::UpdateSecret>(),
        Row::of::<update_secret_version_stage::UpdateSecretVersionStage>(),
        Row::of::<validate_resource_policy::ValidateResourcePolicy>(),
    ],
};
