//! What is told of a stack while it is worked on.

use serde_json::Value;
use stacks::{Event, Resource, Stack, Stacks};

pub(crate) fn stack_event(stacks: &Stacks, stack: &Stack) -> Event {
    Event {
        id: stacks.new_event_id(),
        at: stacks.now(),
        logical_id: stack.name.clone(),
        physical_id: stack.id.clone(),
        kind: "AWS::CloudFormation::Stack".to_owned(),
        status: stack.status.as_str().to_owned(),
        reason: stack.reason.clone(),
        properties: String::new(),
    }
}

pub(crate) fn resource_event(stacks: &Stacks, resource: &Resource) -> Event {
    let made = resource.made.as_ref();
    let properties = made.map(|made| Value::Object(made.properties.clone()).to_string());
    Event {
        id: format!("{}-{}-{}", resource.logical_id, resource.status, stacks.new_event_id()),
        at: stacks.now(),
        logical_id: resource.logical_id.clone(),
        physical_id: made.map(|made| made.physical_id.clone()).unwrap_or_default(),
        kind: resource.kind.clone(),
        status: resource.status.clone(),
        reason: resource.reason.clone(),
        properties: properties.unwrap_or_default(),
    }
}
