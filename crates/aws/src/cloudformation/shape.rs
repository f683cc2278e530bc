//! The nouns of CloudFormation as answers show them.

use serde_json::{Map, Value, json};
use stacks::{ChangeSet, Event, OnFailure, Resource, Stack};
use templates::Template;

// Tools tell what is new by its time: seconds are too coarse.
use crate::timestamp::iso_8601_millis as iso_8601;

/// Without those that are nothing.
fn present(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            fields.into_iter().filter(|(_, value)| !value.is_null()).collect::<Map<_, _>>().into()
        }
        other => other,
    }
}

pub(crate) fn stack(stack: &Stack) -> Value {
    let outputs = stack.outputs.iter().map(|output| {
        present(json!({
            "OutputKey": output.key, "OutputValue": output.value, "Description": output.description,
            "ExportName": output.export_name,
        }))
    });
    let template = Template::parse(&stack.aim.template).ok();
    present(json!({
        "StackId": stack.id,
        "StackName": stack.name,
        "ChangeSetId": stack.change_set_id,
        "Description": template.as_ref().and_then(|template| template.description.clone()),
        "Parameters": parameters(template.as_ref(), stack),
        "CreationTime": iso_8601(stack.created_at),
        "LastUpdatedTime": stack.updated_at.map(iso_8601),
        "DeletionTime": stack.deleted_at.map(iso_8601),
        "StackStatus": stack.status.as_str(),
        "StackStatusReason": stack.reason,
        "DisableRollback": stack.on_failure == OnFailure::DoNothing,
        "RollbackConfiguration": {},
        "NotificationARNs": [],
        "Capabilities": stack.aim.capabilities,
        "Outputs": outputs.collect::<Value>(),
        "RoleARN": stack.aim.role_arn,
        "Tags": tags(&stack.aim),
        "EnableTerminationProtection": stack.is_protected,
        "ParentId": stack.parent_id,
        "RootId": stack.root_id,
        "DriftInformation": { "StackDriftStatus": "NOT_CHECKED" },
    }))
}

fn parameters(template: Option<&Template>, stack: &Stack) -> Value {
    let one = |(name, value): (&String, &String)| {
        let declared = template.and_then(|template| template.parameters.get(name));
        let shown = match declared.is_some_and(|parameter| parameter.is_secret) {
            true => "****",
            false => value,
        };
        let looked_up = stack.aim.looked_up.get(name);
        present(
            json!({ "ParameterKey": name, "ParameterValue": shown, "ResolvedValue": looked_up }),
        )
    };
    stack.aim.parameters.iter().map(one).collect()
}

fn tags(aim: &stacks::Aim) -> Value {
    aim.tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect()
}

pub(crate) fn summary(stack: &Stack) -> Value {
    let template = Template::parse(&stack.aim.template).ok();
    present(json!({
        "StackId": stack.id,
        "StackName": stack.name,
        "TemplateDescription": template.and_then(|template| template.description),
        "CreationTime": iso_8601(stack.created_at),
        "LastUpdatedTime": stack.updated_at.map(iso_8601),
        "DeletionTime": stack.deleted_at.map(iso_8601),
        "StackStatus": stack.status.as_str(),
        "StackStatusReason": stack.reason,
        "ParentId": stack.parent_id,
        "RootId": stack.root_id,
        "DriftInformation": { "StackDriftStatus": "NOT_CHECKED" },
    }))
}

pub(crate) fn event(stack: &Stack, event: &Event) -> Value {
    let properties = Some(&event.properties).filter(|properties| !properties.is_empty());
    present(json!({
        "StackId": stack.id,
        "StackName": stack.name,
        "EventId": event.id,
        "LogicalResourceId": event.logical_id,
        "PhysicalResourceId": event.physical_id,
        "ResourceType": event.kind,
        "Timestamp": iso_8601(event.at),
        "ResourceStatus": event.status,
        "ResourceStatusReason": event.reason,
        "ResourceProperties": properties,
    }))
}

/// `time_field`: what the moment is called, which is not the same in all answers.
pub(crate) fn resource(stack: Option<&Stack>, resource: &Resource, time_field: &str) -> Value {
    let mut shown = json!({
        "StackId": stack.map(|stack| &stack.id),
        "StackName": stack.map(|stack| &stack.name),
        "LogicalResourceId": resource.logical_id,
        "PhysicalResourceId": resource.made.as_ref().map(|made| &made.physical_id),
        "ResourceType": resource.kind,
        "ResourceStatus": resource.status,
        "ResourceStatusReason": resource.reason,
        "DriftInformation": { "StackResourceDriftStatus": "NOT_CHECKED" },
    });
    shown[time_field] = json!(iso_8601(resource.updated_at));
    present(shown)
}

pub(crate) fn change_set_summary(set: &ChangeSet) -> Value {
    present(json!({
        "StackId": set.stack_id,
        "StackName": set.stack_name,
        "ChangeSetId": set.id,
        "ChangeSetName": set.name,
        "ExecutionStatus": set.execution_status,
        "Status": set.status,
        "StatusReason": set.reason,
        "CreationTime": iso_8601(set.created_at),
        "Description": set.description,
    }))
}

/// `has_values`: whether properties before and after are told.
pub(crate) fn change_set(set: &ChangeSet, has_values: bool) -> Value {
    let mut shown = change_set_summary(set);
    let changes = set.changes.iter().map(|change| {
        let change = present(json!({
            "Action": change.action,
            "LogicalResourceId": change.logical_id,
            "PhysicalResourceId": change.physical_id,
            "ResourceType": change.kind,
            "Replacement": change.replacement,
            "Scope": if change.action == "Modify" { json!(["Properties"]) } else { json!([]) },
            "Details": [],
            "BeforeContext": change.before.as_ref().filter(|_| has_values),
            "AfterContext": change.after.as_ref().filter(|_| has_values),
        }));
        json!({ "Type": "Resource", "ResourceChange": change })
    });
    let template = Template::parse(&set.aim.template).ok();
    let parameters = set.aim.parameters.iter().map(|(name, value)| {
        let declared = template.as_ref().and_then(|template| template.parameters.get(name));
        let is_secret = declared.is_some_and(|parameter| parameter.is_secret);
        json!({ "ParameterKey": name, "ParameterValue": if is_secret { "****" } else { value } })
    });
    shown["Changes"] = changes.collect();
    shown["Parameters"] = parameters.collect();
    shown["Capabilities"] = json!(set.aim.capabilities);
    shown["Tags"] = tags(&set.aim);
    shown["NotificationARNs"] = json!([]);
    shown["IncludeNestedStacks"] = json!(false);
    shown
}
