//! The kinds of resources that templates may have: one file for each, and one line of the table.

mod deed;
mod dynamodb_table;
mod events_rule;
mod iam_managed_policy;
mod iam_policy;
mod iam_role;
mod iot_certificate;
mod iot_policy;
mod iot_policy_principal_attachment;
mod iot_thing;
mod iot_thing_principal_attachment;
mod iot_topic_rule;
mod lambda_function;
mod lambda_permission;
mod logs_log_group;
mod nothing;
mod sqs_queue;
mod timestream_database;
mod timestream_table;

pub(crate) use deed::{Change, Kind};

pub(crate) const KINDS: &[Kind] = &[
    Kind::of::<dynamodb_table::Table>(),
    Kind::of::<events_rule::Rule>(),
    Kind::of::<iam_managed_policy::ManagedPolicy>(),
    Kind::of::<iam_policy::Policy>(),
    Kind::of::<iam_role::Role>(),
    Kind::of::<iot_certificate::Certificate>(),
    Kind::of::<iot_policy::Policy>(),
    Kind::of::<iot_policy_principal_attachment::PolicyPrincipalAttachment>(),
    Kind::of::<iot_thing::Thing>(),
    Kind::of::<iot_thing_principal_attachment::ThingPrincipalAttachment>(),
    Kind::of::<iot_topic_rule::TopicRule>(),
    Kind::of::<lambda_function::Function>(),
    Kind::of::<lambda_permission::Permission>(),
    Kind::of::<logs_log_group::LogGroup>(),
    Kind::of::<nothing::CdkMetadata>(),
    Kind::of::<nothing::WaitConditionHandle>(),
    Kind::of::<sqs_queue::Queue>(),
    Kind::of::<timestream_database::Database>(),
    Kind::of::<timestream_table::Table>(),
];

pub(crate) fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}
