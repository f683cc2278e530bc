//! Access keys.

mod create_access_key;
mod delete_access_key;
mod get_access_key_last_used;
mod list_access_keys;
mod update_access_key;

pub(super) use self::create_access_key::CreateAccessKey;
pub(super) use self::delete_access_key::DeleteAccessKey;
pub(super) use self::get_access_key_last_used::GetAccessKeyLastUsed;
pub(super) use self::list_access_keys::ListAccessKeys;
pub(super) use self::update_access_key::UpdateAccessKey;
