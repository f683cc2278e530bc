//! Custom authorizers.

pub(crate) mod clear_default_authorizer;
pub(crate) mod create_authorizer;
pub(crate) mod delete_authorizer;
pub(crate) mod describe_authorizer;
pub(crate) mod describe_default_authorizer;
pub(crate) mod list_authorizers;
pub(crate) mod set_default_authorizer;
mod shape;
pub(crate) mod test_invoke_authorizer;
pub(crate) mod update_authorizer;
