//! Amazon CloudWatch Logs: log groups, their streams and events. The service `logs`.

mod create_log_group;
mod create_log_stream;
mod delete_log_group;
mod delete_log_stream;
mod delete_retention_policy;
mod describe_log_groups;
mod describe_log_streams;
mod filter_log_events;
mod get_log_events;
mod list_tags_for_resource;
mod list_tags_log_group;
mod put_log_events;
mod put_retention_policy;
mod tag_log_group;
mod tag_resource;
mod untag_log_group;
mod untag_resource;
mod words;

pub(crate) use self::words::wrong_input;
use crate::operation::Row;
use crate::service::{Protocol, Service};

pub(crate) const SIGNING_NAME: &str = "logs";

pub(crate) const SERVICE: Service = Service {
    signing_name: SIGNING_NAME,
    action_prefix: "logs",
    protocol: Protocol::Json11 { target_prefix: "Logs_20140328" },
    operations: &[
        Row::of::<create_log_group::CreateLogGroup>(),
        Row::of::<create_log_stream::CreateLogStream>(),
        Row::of::<delete_log_group::DeleteLogGroup>(),
        Row::of::<delete_log_stream::DeleteLogStream>(),
        Row::of::<delete_retention_policy::DeleteRetentionPolicy>(),
        Row::of::<describe_log_groups::DescribeLogGroups>(),
        Row::of::<describe_log_streams::DescribeLogStreams>(),
        Row::of::<filter_log_events::FilterLogEvents>(),
        Row::of::<get_log_events::GetLogEvents>(),
        Row::of::<list_tags_for_resource::ListTagsForResource>(),
        Row::of::<list_tags_log_group::ListTagsLogGroup>(),
        Row::of::<put_log_events::PutLogEvents>(),
        Row::of::<put_retention_policy::PutRetentionPolicy>(),
        Row::of::<tag_log_group::TagLogGroup>(),
        Row::of::<tag_resource::TagResource>(),
        Row::of::<untag_log_group::UntagLogGroup>(),
        Row::of::<untag_resource::UntagResource>(),
    ],
};
