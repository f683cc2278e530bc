//! Provisioning templates.

pub(crate) mod create_provisioning_claim;
pub(crate) mod create_provisioning_template;
pub(crate) mod create_provisioning_template_version;
pub(crate) mod delete_provisioning_template;
pub(crate) mod delete_provisioning_template_version;
pub(crate) mod describe_provisioning_template;
pub(crate) mod describe_provisioning_template_version;
pub(crate) mod list_provisioning_template_versions;
pub(crate) mod list_provisioning_templates;
pub(crate) mod register_thing;
pub(crate) mod shape;
pub(crate) mod update_provisioning_template;
