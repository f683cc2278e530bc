//! AWS IoT Core's control plane: the service `iot`. A folder for each noun, a file for each operation.

mod authorizer;
mod billing_group;
mod ca_certificate;
mod certificate;
mod describe_endpoint;
mod destination;
mod job;
mod named;
mod page;
mod policy;
mod role;
mod role_alias;
mod setting;
mod tag;
mod template;
mod thing;
mod thing_group;
mod thing_type;
mod topic_rule;

pub(crate) use self::certificate::shape::issue;
pub(crate) use self::destination::confirm_topic_rule_destination::{follow_link, followed_link};
pub(crate) use self::topic_rule::check as check_rule;
use crate::operation::Row;
use crate::service::{Protocol, Service};

pub(crate) const SERVICE: Service = Service {
    signing_name: "iot",
    action_prefix: "iot",
    protocol: Protocol::RestJson,
    operations: OPERATIONS,
};

const OPERATIONS: &[Row] = &[
    Row::of::<billing_group::add_thing_to_billing_group::AddThingToBillingGroup>(),
    Row::of::<thing_group::add_thing_to_thing_group::AddThingToThingGroup>(),
    Row::of::<job::associate_targets_with_job::AssociateTargetsWithJob>(),
    Row::of::<policy::attach_policy::AttachPolicy>(),
    Row::of::<policy::attach_principal_policy::AttachPrincipalPolicy>(),
    Row::of::<thing::attach_thing_principal::AttachThingPrincipal>(),
    Row::of::<job::cancel_job::CancelJob>(),
    Row::of::<job::cancel_job_execution::CancelJobExecution>(),
    Row::of::<authorizer::clear_default_authorizer::ClearDefaultAuthorizer>(),
    Row::of::<destination::confirm_topic_rule_destination::ConfirmTopicRuleDestination>(),
    Row::of::<authorizer::create_authorizer::CreateAuthorizer>(),
    Row::of::<billing_group::create_billing_group::CreateBillingGroup>(),
    Row::of::<certificate::create_certificate_from_csr::CreateCertificateFromCsr>(),
    Row::of::<job::create_job::CreateJob>(),
    Row::of::<job::create_job_template::CreateJobTemplate>(),
    Row::of::<certificate::create_keys_and_certificate::CreateKeysAndCertificate>(),
    Row::of::<policy::create_policy::CreatePolicy>(),
    Row::of::<policy::create_policy_version::CreatePolicyVersion>(),
    Row::of::<template::create_provisioning_claim::CreateProvisioningClaim>(),
    Row::of::<template::create_provisioning_template::CreateProvisioningTemplate>(),
    Row::of::<template::create_provisioning_template_version::CreateProvisioningTemplateVersion>(),
    Row::of::<role_alias::create_role_alias::CreateRoleAlias>(),
    Row::of::<thing::create_thing::CreateThing>(),
    Row::of::<thing_group::create_thing_group::CreateThingGroup>(),
    Row::of::<thing_type::create_thing_type::CreateThingType>(),
    Row::of::<topic_rule::create_topic_rule::CreateTopicRule>(),
    Row::of::<destination::create_topic_rule_destination::CreateTopicRuleDestination>(),
    Row::of::<authorizer::delete_authorizer::DeleteAuthorizer>(),
    Row::of::<billing_group::delete_billing_group::DeleteBillingGroup>(),
    Row::of::<ca_certificate::delete_ca_certificate::DeleteCACertificate>(),
    Row::of::<certificate::delete_certificate::DeleteCertificate>(),
    Row::of::<job::delete_job::DeleteJob>(),
    Row::of::<job::delete_job_execution::DeleteJobExecution>(),
    Row::of::<job::delete_job_template::DeleteJobTemplate>(),
    Row::of::<policy::delete_policy::DeletePolicy>(),
    Row::of::<policy::delete_policy_version::DeletePolicyVersion>(),
    Row::of::<template::delete_provisioning_template::DeleteProvisioningTemplate>(),
    Row::of::<template::delete_provisioning_template_version::DeleteProvisioningTemplateVersion>(),
    Row::of::<ca_certificate::delete_registration_code::DeleteRegistrationCode>(),
    Row::of::<role_alias::delete_role_alias::DeleteRoleAlias>(),
    Row::of::<thing::delete_thing::DeleteThing>(),
    Row::of::<thing_group::delete_thing_group::DeleteThingGroup>(),
    Row::of::<thing_type::delete_thing_type::DeleteThingType>(),
    Row::of::<topic_rule::delete_topic_rule::DeleteTopicRule>(),
    Row::of::<destination::delete_topic_rule_destination::DeleteTopicRuleDestination>(),
    Row::of::<thing_type::deprecate_thing_type::DeprecateThingType>(),
    Row::of::<authorizer::describe_authorizer::DescribeAuthorizer>(),
    Row::of::<billing_group::describe_billing_group::DescribeBillingGroup>(),
    Row::of::<ca_certificate::describe_ca_certificate::DescribeCACertificate>(),
    Row::of::<certificate::describe_certificate::DescribeCertificate>(),
    Row::of::<authorizer::describe_default_authorizer::DescribeDefaultAuthorizer>(),
    Row::of::<describe_endpoint::DescribeEndpoint>(),
    Row::of::<setting::describe_event_configurations::DescribeEventConfigurations>(),
    Row::of::<job::describe_job::DescribeJob>(),
    Row::of::<job::describe_job_execution::DescribeJobExecution>(),
    Row::of::<job::describe_job_template::DescribeJobTemplate>(),
    Row::of::<job::describe_managed_job_template::DescribeManagedJobTemplate>(),
    Row::of::<template::describe_provisioning_template::DescribeProvisioningTemplate>(),
    Row::of::<template::describe_provisioning_template_version::DescribeProvisioningTemplateVersion>(
    ),
    Row::of::<role_alias::describe_role_alias::DescribeRoleAlias>(),
    Row::of::<thing::describe_thing::DescribeThing>(),
    Row::of::<thing_group::describe_thing_group::DescribeThingGroup>(),
    Row::of::<thing_type::describe_thing_type::DescribeThingType>(),
    Row::of::<policy::detach_policy::DetachPolicy>(),
    Row::of::<policy::detach_principal_policy::DetachPrincipalPolicy>(),
    Row::of::<thing::detach_thing_principal::DetachThingPrincipal>(),
    Row::of::<topic_rule::disable_topic_rule::DisableTopicRule>(),
    Row::of::<topic_rule::enable_topic_rule::EnableTopicRule>(),
    Row::of::<policy::get_effective_policies::GetEffectivePolicies>(),
    Row::of::<job::get_job_document::GetJobDocument>(),
    Row::of::<policy::get_policy::GetPolicy>(),
    Row::of::<policy::get_policy_version::GetPolicyVersion>(),
    Row::of::<ca_certificate::get_registration_code::GetRegistrationCode>(),
    Row::of::<topic_rule::get_topic_rule::GetTopicRule>(),
    Row::of::<destination::get_topic_rule_destination::GetTopicRuleDestination>(),
    Row::of::<setting::get_v2_logging_options::GetV2LoggingOptions>(),
    Row::of::<policy::list_attached_policies::ListAttachedPolicies>(),
    Row::of::<authorizer::list_authorizers::ListAuthorizers>(),
    Row::of::<billing_group::list_billing_groups::ListBillingGroups>(),
    Row::of::<ca_certificate::list_ca_certificates::ListCACertificates>(),
    Row::of::<certificate::list_certificates::ListCertificates>(),
    Row::of::<certificate::list_certificates_by_ca::ListCertificatesByCA>(),
    Row::of::<job::list_job_executions_for_job::ListJobExecutionsForJob>(),
    Row::of::<job::list_job_executions_for_thing::ListJobExecutionsForThing>(),
    Row::of::<job::list_job_templates::ListJobTemplates>(),
    Row::of::<job::list_jobs::ListJobs>(),
    Row::of::<job::list_managed_job_templates::ListManagedJobTemplates>(),
    Row::of::<policy::list_policies::ListPolicies>(),
    Row::of::<policy::list_policy_principals::ListPolicyPrincipals>(),
    Row::of::<policy::list_policy_versions::ListPolicyVersions>(),
    Row::of::<policy::list_principal_policies::ListPrincipalPolicies>(),
    Row::of::<thing::list_principal_things::ListPrincipalThings>(),
    Row::of::<thing::list_principal_things_v2::ListPrincipalThingsV2>(),
    Row::of::<template::list_provisioning_template_versions::ListProvisioningTemplateVersions>(),
    Row::of::<template::list_provisioning_templates::ListProvisioningTemplates>(),
    Row::of::<role_alias::list_role_aliases::ListRoleAliases>(),
    Row::of::<tag::list_tags_for_resource::ListTagsForResource>(),
    Row::of::<policy::list_targets_for_policy::ListTargetsForPolicy>(),
    Row::of::<thing_group::list_thing_groups::ListThingGroups>(),
    Row::of::<thing_group::list_thing_groups_for_thing::ListThingGroupsForThing>(),
    Row::of::<thing::list_thing_principals::ListThingPrincipals>(),
    Row::of::<thing::list_thing_principals_v2::ListThingPrincipalsV2>(),
    Row::of::<thing_type::list_thing_types::ListThingTypes>(),
    Row::of::<thing::list_things::ListThings>(),
    Row::of::<billing_group::list_things_in_billing_group::ListThingsInBillingGroup>(),
    Row::of::<thing_group::list_things_in_thing_group::ListThingsInThingGroup>(),
    Row::of::<destination::list_topic_rule_destinations::ListTopicRuleDestinations>(),
    Row::of::<topic_rule::list_topic_rules::ListTopicRules>(),
    Row::of::<ca_certificate::register_ca_certificate::RegisterCACertificate>(),
    Row::of::<certificate::register_certificate::RegisterCertificate>(),
    Row::of::<certificate::register_certificate_without_ca::RegisterCertificateWithoutCA>(),
    Row::of::<template::register_thing::RegisterThing>(),
    Row::of::<billing_group::remove_thing_from_billing_group::RemoveThingFromBillingGroup>(),
    Row::of::<thing_group::remove_thing_from_thing_group::RemoveThingFromThingGroup>(),
    Row::of::<topic_rule::replace_topic_rule::ReplaceTopicRule>(),
    Row::of::<authorizer::set_default_authorizer::SetDefaultAuthorizer>(),
    Row::of::<policy::set_default_policy_version::SetDefaultPolicyVersion>(),
    Row::of::<setting::set_v2_logging_options::SetV2LoggingOptions>(),
    Row::of::<tag::tag_resource::TagResource>(),
    Row::of::<policy::test_authorization::TestAuthorization>(),
    Row::of::<authorizer::test_invoke_authorizer::TestInvokeAuthorizer>(),
    Row::of::<tag::untag_resource::UntagResource>(),
    Row::of::<authorizer::update_authorizer::UpdateAuthorizer>(),
    Row::of::<billing_group::update_billing_group::UpdateBillingGroup>(),
    Row::of::<ca_certificate::update_ca_certificate::UpdateCACertificate>(),
    Row::of::<certificate::update_certificate::UpdateCertificate>(),
    Row::of::<setting::update_event_configurations::UpdateEventConfigurations>(),
    Row::of::<job::update_job::UpdateJob>(),
    Row::of::<template::update_provisioning_template::UpdateProvisioningTemplate>(),
    Row::of::<role_alias::update_role_alias::UpdateRoleAlias>(),
    Row::of::<thing::update_thing::UpdateThing>(),
    Row::of::<thing_group::update_thing_group::UpdateThingGroup>(),
    Row::of::<thing_group::update_thing_groups_for_thing::UpdateThingGroupsForThing>(),
    Row::of::<thing_type::update_thing_type::UpdateThingType>(),
    Row::of::<destination::update_topic_rule_destination::UpdateTopicRuleDestination>(),
];

/// AWS writes times as seconds with a fraction.
fn seconds(millis: u64) -> f64 {
    millis as f64 / 1_000.0
}
