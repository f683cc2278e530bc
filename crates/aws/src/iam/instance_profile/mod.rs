//! Instance profiles.

mod add_role_to_instance_profile;
mod create_instance_profile;
mod delete_instance_profile;
mod get_instance_profile;
mod list_instance_profile_tags;
mod list_instance_profiles;
mod list_instance_profiles_for_role;
mod remove_role_from_instance_profile;
mod tag_instance_profile;
mod untag_instance_profile;

pub(super) use self::add_role_to_instance_profile::AddRoleToInstanceProfile;
pub(super) use self::create_instance_profile::CreateInstanceProfile;
pub(super) use self::delete_instance_profile::DeleteInstanceProfile;
pub(super) use self::get_instance_profile::GetInstanceProfile;
pub(super) use self::list_instance_profile_tags::ListInstanceProfileTags;
pub(super) use self::list_instance_profiles::ListInstanceProfiles;
pub(super) use self::list_instance_profiles_for_role::ListInstanceProfilesForRole;
pub(super) use self::remove_role_from_instance_profile::RemoveRoleFromInstanceProfile;
pub(super) use self::tag_instance_profile::TagInstanceProfile;
pub(super) use self::untag_instance_profile::UntagInstanceProfile;
