//! Groups and who is in them.

mod add_user_to_group;
mod attach_group_policy;
mod create_group;
mod delete_group;
mod delete_group_policy;
mod detach_group_policy;
mod get_group;
mod get_group_policy;
mod list_attached_group_policies;
mod list_group_policies;
mod list_groups;
mod put_group_policy;
mod remove_user_from_group;
mod update_group;

pub(super) use self::add_user_to_group::AddUserToGroup;
pub(super) use self::attach_group_policy::AttachGroupPolicy;
pub(super) use self::create_group::CreateGroup;
pub(super) use self::delete_group::DeleteGroup;
pub(super) use self::delete_group_policy::DeleteGroupPolicy;
pub(super) use self::detach_group_policy::DetachGroupPolicy;
pub(super) use self::get_group::GetGroup;
pub(super) use self::get_group_policy::GetGroupPolicy;
pub(super) use self::list_attached_group_policies::ListAttachedGroupPolicies;
pub(super) use self::list_group_policies::ListGroupPolicies;
pub(super) use self::list_groups::ListGroups;
pub(super) use self::put_group_policy::PutGroupPolicy;
pub(super) use self::remove_user_from_group::RemoveUserFromGroup;
pub(super) use self::update_group::UpdateGroup;
