//! Policies and what they are attached to.

pub(crate) mod attach_policy;
pub(crate) mod attach_principal_policy;
pub(crate) mod auth_result;
pub(crate) mod create_policy;
pub(crate) mod create_policy_version;
pub(crate) mod delete_policy;
pub(crate) mod delete_policy_version;
pub(crate) mod detach_policy;
pub(crate) mod detach_principal_policy;
pub(crate) mod get_effective_policies;
pub(crate) mod get_policy;
pub(crate) mod get_policy_version;
pub(crate) mod list_attached_policies;
pub(crate) mod list_policies;
pub(crate) mod list_policy_principals;
pub(crate) mod list_policy_versions;
pub(crate) mod list_principal_policies;
pub(crate) mod list_targets_for_policy;
pub(crate) mod set_default_policy_version;
pub(crate) mod shape;
pub(crate) mod test_authorization;
