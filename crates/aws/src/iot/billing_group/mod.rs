//! Billing groups.

pub(crate) mod add_thing_to_billing_group;
pub(crate) mod create_billing_group;
pub(crate) mod delete_billing_group;
pub(crate) mod describe_billing_group;
pub(crate) mod list_billing_groups;
pub(crate) mod list_things_in_billing_group;
pub(crate) mod remove_thing_from_billing_group;
pub(crate) mod shape;
pub(crate) mod update_billing_group;
