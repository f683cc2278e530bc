//! Things and their principals.

pub(crate) mod attach_thing_principal;
pub(crate) mod create_thing;
pub(crate) mod delete_thing;
pub(crate) mod describe_thing;
pub(crate) mod detach_thing_principal;
pub(crate) mod list_principal_things;
pub(crate) mod list_principal_things_v2;
pub(crate) mod list_thing_principals;
pub(crate) mod list_thing_principals_v2;
pub(crate) mod list_things;
pub(crate) mod shape;
pub(crate) mod update_thing;
