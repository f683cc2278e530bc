//! Role aliases.

pub(crate) mod create_role_alias;
pub(crate) mod delete_role_alias;
pub(crate) mod describe_role_alias;
pub(crate) mod list_role_aliases;
pub(crate) mod update_role_alias;
