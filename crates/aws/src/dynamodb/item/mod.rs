//! Items, one by one and many at a time.

pub(crate) mod batch_get_item;
pub(crate) mod batch_write_item;
pub(crate) mod delete_item;
pub(crate) mod get_item;
pub(crate) mod put_item;
pub(crate) mod query;
pub(crate) mod scan;
pub(crate) mod transact_get_items;
pub(crate) mod transact_write_items;
pub(crate) mod update_item;

mod page;
mod write;

pub(crate) use self::page::{Output, Taken};
pub(crate) use self::transact_get_items::capacity as read_capacity;
pub(crate) use self::transact_write_items::{
    capacity as transaction_capacity, names as touched_names, token as transaction_token,
};
pub(crate) use self::write::{OnConditionFailure, ReturnValues, Wanted, write};
