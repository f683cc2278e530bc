//! Static thing groups and what is in them.

pub(crate) mod add_thing_to_thing_group;
pub(crate) mod create_thing_group;
pub(crate) mod delete_thing_group;
pub(crate) mod describe_thing_group;
pub(crate) mod list_thing_groups;
pub(crate) mod list_thing_groups_for_thing;
pub(crate) mod list_things_in_thing_group;
pub(crate) mod remove_thing_from_thing_group;
pub(crate) mod shape;
pub(crate) mod update_thing_group;
pub(crate) mod update_thing_groups_for_thing;
