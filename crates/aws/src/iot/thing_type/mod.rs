//! Thing types.

pub(crate) mod create_thing_type;
pub(crate) mod delete_thing_type;
pub(crate) mod deprecate_thing_type;
pub(crate) mod describe_thing_type;
pub(crate) mod list_thing_types;
pub(crate) mod shape;
pub(crate) mod update_thing_type;
