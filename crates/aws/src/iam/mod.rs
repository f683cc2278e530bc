//! AWS IAM: users, groups, roles, policies. The service `iam`.

mod access_key;
mod errors;
mod get_account_summary;
mod group;
mod instance_profile;
mod keys;
mod login_profile;
mod page;
mod policy;
mod resource;
mod role;
mod shape;
mod simulate_principal_policy;
mod user;

pub(crate) use shape::Tag;

use crate::operation::Row;
use crate::service::{Protocol, Service};

pub(crate) const SERVICE: Service = Service {
    signing_name: "iam",
    action_prefix: "iam",
    protocol: Protocol::Query { namespace: "https://iam.amazonaws.com/doc/2010-05-08/" },
    operations: OPERATIONS,
};

const OPERATIONS: &[Row] = &[
    Row::of::<access_key::CreateAccessKey>(),
    Row::of::<access_key::DeleteAccessKey>(),
    Row::of::<access_key::GetAccessKeyLastUsed>(),
    Row::of::<access_key::ListAccessKeys>(),
    Row::of::<access_key::UpdateAccessKey>(),
    Row::of::<group::AddUserToGroup>(),
    Row::of::<group::AttachGroupPolicy>(),
    Row::of::<group::CreateGroup>(),
    Row::of::<group::DeleteGroup>(),
    Row::of::<group::DeleteGroupPolicy>(),
    Row::of::<group::DetachGroupPolicy>(),
    Row::of::<group::GetGroup>(),
    Row::of::<group::GetGroupPolicy>(),
    Row::of::<group::ListAttachedGroupPolicies>(),
    Row::of::<group::ListGroupPolicies>(),
    Row::of::<group::ListGroups>(),
    Row::of::<group::PutGroupPolicy>(),
    Row::of::<group::RemoveUserFromGroup>(),
    Row::of::<group::UpdateGroup>(),
    Row::of::<instance_profile::AddRoleToInstanceProfile>(),
    Row::of::<instance_profile::CreateInstanceProfile>(),
    Row::of::<instance_profile::DeleteInstanceProfile>(),
    Row::of::<instance_profile::GetInstanceProfile>(),
    Row::of::<instance_profile::ListInstanceProfileTags>(),
    Row::of::<instance_profile::ListInstanceProfiles>(),
    Row::of::<instance_profile::ListInstanceProfilesForRole>(),
    Row::of::<instance_profile::RemoveRoleFromInstanceProfile>(),
    Row::of::<instance_profile::TagInstanceProfile>(),
    Row::of::<instance_profile::UntagInstanceProfile>(),
    Row::of::<login_profile::ChangePassword>(),
    Row::of::<login_profile::CreateLoginProfile>(),
    Row::of::<login_profile::DeleteLoginProfile>(),
    Row::of::<login_profile::GetLoginProfile>(),
    Row::of::<login_profile::UpdateLoginProfile>(),
    Row::of::<policy::CreatePolicy>(),
    Row::of::<policy::CreatePolicyVersion>(),
    Row::of::<policy::DeletePolicy>(),
    Row::of::<policy::DeletePolicyVersion>(),
    Row::of::<policy::GetPolicy>(),
    Row::of::<policy::GetPolicyVersion>(),
    Row::of::<policy::ListEntitiesForPolicy>(),
    Row::of::<policy::ListPolicies>(),
    Row::of::<policy::ListPolicyTags>(),
    Row::of::<policy::ListPolicyVersions>(),
    Row::of::<policy::SetDefaultPolicyVersion>(),
    Row::of::<policy::TagPolicy>(),
    Row::of::<policy::UntagPolicy>(),
    Row::of::<role::AttachRolePolicy>(),
    Row::of::<role::CreateRole>(),
    Row::of::<role::DeleteRole>(),
    Row::of::<role::DeleteRolePermissionsBoundary>(),
    Row::of::<role::DeleteRolePolicy>(),
    Row::of::<role::DetachRolePolicy>(),
    Row::of::<role::GetRole>(),
    Row::of::<role::GetRolePolicy>(),
    Row::of::<role::ListAttachedRolePolicies>(),
    Row::of::<role::ListRolePolicies>(),
    Row::of::<role::ListRoleTags>(),
    Row::of::<role::ListRoles>(),
    Row::of::<role::PutRolePermissionsBoundary>(),
    Row::of::<role::PutRolePolicy>(),
    Row::of::<role::TagRole>(),
    Row::of::<role::UntagRole>(),
    Row::of::<role::UpdateAssumeRolePolicy>(),
    Row::of::<role::UpdateRole>(),
    Row::of::<role::UpdateRoleDescription>(),
    Row::of::<user::AttachUserPolicy>(),
    Row::of::<user::CreateUser>(),
    Row::of::<user::DeleteUser>(),
    Row::of::<user::DeleteUserPermissionsBoundary>(),
    Row::of::<user::DeleteUserPolicy>(),
    Row::of::<user::DetachUserPolicy>(),
    Row::of::<user::GetUser>(),
    Row::of::<user::GetUserPolicy>(),
    Row::of::<user::ListAttachedUserPolicies>(),
    Row::of::<user::ListGroupsForUser>(),
    Row::of::<user::ListUserPolicies>(),
    Row::of::<user::ListUserTags>(),
    Row::of::<user::ListUsers>(),
    Row::of::<user::PutUserPermissionsBoundary>(),
    Row::of::<user::PutUserPolicy>(),
    Row::of::<user::TagUser>(),
    Row::of::<user::UntagUser>(),
    Row::of::<user::UpdateUser>(),
    Row::of::<get_account_summary::GetAccountSummary>(),
    Row::of::<simulate_principal_policy::SimulatePrincipalPolicy>(),
];
