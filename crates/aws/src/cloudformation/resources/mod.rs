//! The kinds of resources that templates may have: one file for each, and one line of the table.

mod cloudformation_stack;
mod custom_resource;
mod deed;
mod dynamodb_indexes;
mod dynamodb_table;
mod events_event_bus;
mod events_rule;
mod iam_group;
mod iam_holder;
mod iam_instance_profile;
mod iam_managed_policy;
mod iam_policy;
mod iam_role;
mod iam_user;
mod iam_user_to_group_addition;
mod iot_billing_group;
mod iot_ca_certificate;
mod iot_certificate;
mod iot_job_template;
mod iot_policy;
mod iot_policy_principal_attachment;
mod iot_provisioning_template;
mod iot_role_alias;
mod iot_thing;
mod iot_thing_group;
mod iot_thing_principal_attachment;
mod iot_thing_type;
mod iot_topic_rule;
mod iot_topic_rule_destination;
mod lambda_alias;
mod lambda_event_invoke_config;
mod lambda_event_source_mapping;
mod lambda_function;
mod lambda_layer_version;
mod lambda_permission;
mod lambda_version;
mod logs_log_group;
mod logs_log_stream;
mod nothing;
mod s3_bucket;
mod s3_bucket_policy;
mod s3_settings;
mod scheduler_schedule;
mod scheduler_schedule_group;
mod secretsmanager_resource_policy;
mod secretsmanager_secret;
mod sqs_queue;
mod sqs_queue_policy;
mod ssm_parameter;
mod tags;
mod timestream_database;
mod timestream_table;

pub(crate) use deed::{Change, Kind};

pub(crate) const KINDS: &[Kind] = &[
    Kind::of::<cloudformation_stack::NestedStack>(),
    Kind::of::<custom_resource::CustomResource>(),
    Kind::of::<dynamodb_table::Table>(),
    Kind::of::<events_event_bus::EventBus>(),
    Kind::of::<events_rule::Rule>(),
    Kind::of::<iam_group::Group>(),
    Kind::of::<iam_instance_profile::InstanceProfile>(),
    Kind::of::<iam_managed_policy::ManagedPolicy>(),
    Kind::of::<iam_policy::Policy>(),
    Kind::of::<iam_role::Role>(),
    Kind::of::<iam_user::User>(),
    Kind::of::<iam_user_to_group_addition::UserToGroupAddition>(),
    Kind::of::<iot_billing_group::BillingGroup>(),
    Kind::of::<iot_ca_certificate::CaCertificate>(),
    Kind::of::<iot_certificate::Certificate>(),
    Kind::of::<iot_job_template::JobTemplate>(),
    Kind::of::<iot_policy::Policy>(),
    Kind::of::<iot_policy_principal_attachment::PolicyPrincipalAttachment>(),
    Kind::of::<iot_provisioning_template::ProvisioningTemplate>(),
    Kind::of::<iot_role_alias::RoleAlias>(),
    Kind::of::<iot_thing::Thing>(),
    Kind::of::<iot_thing_group::ThingGroup>(),
    Kind::of::<iot_thing_principal_attachment::ThingPrincipalAttachment>(),
    Kind::of::<iot_thing_type::ThingType>(),
    Kind::of::<iot_topic_rule::TopicRule>(),
    Kind::of::<iot_topic_rule_destination::TopicRuleDestination>(),
    Kind::of::<lambda_alias::Alias>(),
    Kind::of::<lambda_event_invoke_config::EventInvokeConfig>(),
    Kind::of::<lambda_event_source_mapping::EventSourceMapping>(),
    Kind::of::<lambda_function::Function>(),
    Kind::of::<lambda_layer_version::LayerVersion>(),
    Kind::of::<lambda_permission::Permission>(),
    Kind::of::<lambda_version::Version>(),
    Kind::of::<logs_log_group::LogGroup>(),
    Kind::of::<logs_log_stream::LogStream>(),
    Kind::of::<nothing::CdkMetadata>(),
    Kind::of::<nothing::WaitConditionHandle>(),
    Kind::of::<s3_bucket::Bucket>(),
    Kind::of::<s3_bucket_policy::BucketPolicy>(),
    Kind::of::<scheduler_schedule::Schedule>(),
    Kind::of::<scheduler_schedule_group::ScheduleGroup>(),
    Kind::of::<secretsmanager_resource_policy::ResourcePolicy>(),
    Kind::of::<secretsmanager_secret::Secret>(),
    Kind::of::<sqs_queue::Queue>(),
    Kind::of::<sqs_queue_policy::QueueInlinePolicy>(),
    Kind::of::<sqs_queue_policy::QueuePolicy>(),
    Kind::of::<ssm_parameter::Parameter>(),
    Kind::of::<timestream_database::Database>(),
    Kind::of::<timestream_table::Table>(),
];

pub(crate) fn kind(name: &str) -> Option<&'static Kind> {
    // Templates may give custom resources names of their own.
    let name =
        if name.starts_with("Custom::") { "AWS::CloudFormation::CustomResource" } else { name };
    KINDS.iter().find(|kind| kind.name == name)
}
