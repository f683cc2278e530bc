//! EventBridge: rules that listen to events, or fire by the clock. The service `events`.

mod create_event_bus;
mod delete_event_bus;
mod delete_rule;
mod describe_event_bus;
mod describe_rule;
mod disable_rule;
mod enable_rule;
mod list_event_buses;
mod list_rule_names_by_target;
mod list_rules;
mod list_tags_for_resource;
mod list_targets_by_rule;
mod owner;
mod put_events;
mod put_rule;
mod put_targets;
mod remove_targets;
mod tag_resource;
mod target;
mod test_event_pattern;
mod untag_resource;
mod words;

pub(crate) use self::target::{
    DeadLetterConfig, RetryPolicy, SqsParameters, dead_letter_config, retry_of, retry_policy,
    sqs_parameters,
};
pub(crate) use self::words::wrong_input;
use crate::operation::Row;
use crate::service::{Protocol, Service};

pub(crate) const SIGNING_NAME: &str = "events";

pub(crate) const SERVICE: Service = Service {
    signing_name: SIGNING_NAME,
    action_prefix: "events",
    protocol: Protocol::Json11 { target_prefix: "AWSEvents" },
    operations: &[
        Row::of::<create_event_bus::CreateEventBus>(),
        Row::of::<delete_event_bus::DeleteEventBus>(),
        Row::of::<delete_rule::DeleteRule>(),
        Row::of::<describe_event_bus::DescribeEventBus>(),
        Row::of::<describe_rule::DescribeRule>(),
        Row::of::<disable_rule::DisableRule>(),
        Row::of::<enable_rule::EnableRule>(),
        Row::of::<list_event_buses::ListEventBuses>(),
        Row::of::<list_rule_names_by_target::ListRuleNamesByTarget>(),
        Row::of::<list_rules::ListRules>(),
        Row::of::<list_tags_for_resource::ListTagsForResource>(),
        Row::of::<list_targets_by_rule::ListTargetsByRule>(),
        Row::of::<put_events::PutEvents>(),
        Row::of::<put_rule::PutRule>(),
        Row::of::<put_targets::PutTargets>(),
        Row::of::<remove_targets::RemoveTargets>(),
        Row::of::<tag_resource::TagResource>(),
        Row::of::<test_event_pattern::TestEventPattern>(),
        Row::of::<untag_resource::UntagResource>(),
    ],
};
