//! What begins the work on a stack: that one is to be made, or to become another.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use stacks::{Aim, Change, OnFailure, Resource, Stack, Status};
use templates::{Scope, Template};

use crate::caller::Caller;
use crate::cloudformation::principal;
use crate::cloudformation::reconcile::with_tags;
use crate::cloudformation::report::stack_event;
use crate::cloudformation::resources::{self, kind};
use crate::cloudformation::wish::unfit;
use crate::cloudformation::world::{Known, pseudo};
use crate::error::AwsError;
use crate::state::State;

/// What a stack is asked to become, beside its aim.
#[derive(Debug, Default)]
pub(crate) struct Begin {
    pub(crate) on_failure: OnFailure,
    pub(crate) token: Option<String>,
    pub(crate) change_set_id: Option<String>,
}

pub(crate) async fn create(
    state: &State,
    mut stack: Stack,
    begin: Begin,
) -> Result<String, AwsError> {
    (stack.on_failure, stack.token) = (begin.on_failure, begin.token);
    stack.change_set_id = begin.change_set_id;
    let (id, events) = (stack.id.clone(), vec![stack_event(&state.stacks, &stack)]);
    state.stacks.create(stack, events).await?;
    Ok(id)
}

pub(crate) async fn update(
    state: &State,
    caller: &Caller,
    stack: &Stack,
    aim: Aim,
    begin: Begin,
) -> Result<(), AwsError> {
    let principal_arn = principal::of(caller, aim.role_arn.as_deref())?;
    update_as(state, &principal_arn, stack, aim, begin).await
}

/// The same in the name of somebody.
pub(crate) async fn update_as(
    state: &State,
    principal_arn: &str,
    stack: &Stack,
    aim: Aim,
    begin: Begin,
) -> Result<(), AwsError> {
    let (now, principal_arn) = (state.clock.now(), principal_arn.to_owned());
    let is_creation = stack.status == Status::ReviewInProgress;
    let status = if is_creation { Status::CreateInProgress } else { Status::UpdateInProgress };
    let told = Stack { status, reason: Some("User Initiated".to_owned()), ..stack.clone() };
    let events = vec![stack_event(&state.stacks, &told)];
    state
        .stacks
        .change(&stack.id, events, move |stack| {
            if !is_creation {
                takes_update(stack)?;
                stack.former = Some(std::mem::take(&mut stack.aim));
                stack.updated_at = Some(now);
            }
            (stack.aim, stack.status, stack.reason) = (aim, status, told.reason);
            (stack.on_failure, stack.token) = (begin.on_failure, begin.token);
            (stack.is_cancelled, stack.skipped) = (false, Vec::new());
            stack.principal_arn = principal_arn;
            if begin.change_set_id.is_some() {
                stack.change_set_id = begin.change_set_id;
            }
            Ok(())
        })
        .await?;
    Ok(())
}

pub(crate) fn takes_update(stack: &Stack) -> Result<(), stacks::StacksError> {
    match stack.status.takes_update() {
        true => Ok(()),
        false => Err(stacks::StacksError::State {
            id: stack.id.clone(),
            status: stack.status.as_str(),
            what: "updated",
        }),
    }
}

/// What becomes of each resource, as far as it can be known before.
pub(crate) fn changes(
    state: &State,
    stack: &Stack,
    aim: &Aim,
    held: &BTreeMap<String, Resource>,
) -> Result<Vec<Change>, AwsError> {
    let meant = Stack { aim: aim.clone(), ..stack.clone() };
    let template = Template::parse(&aim.template).map_err(unfit)?;
    let (pseudo, values) = (pseudo(state, &meant), aim.values());
    let scope = Scope::new(&template, &pseudo, &values);
    let world = Known { stacks: &state.stacks, resources: held };
    let secrets = secrets(&template, [&stack.aim, aim]);
    let mut changes = Vec::new();
    let wanted = scope.resources().map_err(unfit)?;
    for (name, said) in &wanted {
        let properties = scope.properties(name, &world).ok();
        let properties = properties.map(|given| with_tags(&said.kind, given, &aim.tags));
        let after = properties.as_ref().map(|properties| shown(properties, &secrets));
        let Some(made) = held.get(*name).and_then(|resource| resource.made.as_ref()) else {
            changes.push(Change { after, ..change("Add", name, None, &said.kind, None) });
            continue;
        };
        let found = match &properties {
            Some(properties) => difference(&made.properties, properties, &said.kind, &made.kind),
            // What it says of others is not known before they are there.
            None => Some("Conditional"),
        };
        if let Some(replacement) = found {
            let (id, before) =
                (Some(made.physical_id.clone()), Some(shown(&made.properties, &secrets)));
            let one = change("Modify", name, id, &said.kind, Some(replacement));
            changes.push(Change { before, after, ..one });
        }
    }
    for (name, resource) in held.iter().filter(|(name, _)| !wanted.contains_key(name.as_str())) {
        let made = resource.made.as_ref();
        let id = made.map(|made| made.physical_id.clone());
        let before = made.map(|made| shown(&made.properties, &secrets));
        changes.push(Change { before, ..change("Remove", name, id, &resource.kind, None) });
    }
    Ok(changes)
}

/// Values of parameters that nobody is to see.
fn secrets(template: &Template, aims: [&Aim; 2]) -> Vec<String> {
    let is_secret =
        |name: &String| template.parameters.get(name).is_some_and(|parameter| parameter.is_secret);
    let values = aims.into_iter().flat_map(|aim| &aim.parameters);
    let secret = values.filter(|(name, value)| is_secret(name) && !value.is_empty());
    secret
        .map(|(_, value)| Value::from(value.as_str()).to_string().trim_matches('"').to_owned())
        .collect()
}

fn shown(properties: &Map<String, Value>, secrets: &[String]) -> String {
    let text = json!({ "Properties": properties }).to_string();
    secrets.iter().fold(text, |text, secret| text.replace(secret, "****"))
}

fn difference(
    old: &Map<String, Value>,
    new: &Map<String, Value>,
    new_kind: &str,
    old_kind: &str,
) -> Option<&'static str> {
    if new_kind != old_kind {
        return Some("True");
    }
    match kind(new_kind)?.change(old, new)? {
        resources::Change::InPlace => Some("False"),
        resources::Change::Replacement => Some("True"),
    }
}

fn change(
    action: &str,
    logical_id: &str,
    physical_id: Option<String>,
    kind: &str,
    replacement: Option<&str>,
) -> Change {
    Change {
        action: action.to_owned(),
        logical_id: logical_id.to_owned(),
        physical_id,
        kind: kind.to_owned(),
        replacement: replacement.map(str::to_owned),
        before: None,
        after: None,
    }
}

/// Whether the two aims are one but for their resources: outputs, tags and the rest.
pub(crate) fn is_same_beside(old: &Aim, new: &Aim) -> bool {
    let outputs = |aim: &Aim| Template::parse(&aim.template).ok().map(|template| template.outputs);
    old.tags == new.tags
        && old.role_arn == new.role_arn
        && old.parameters == new.parameters
        && outputs(old) == outputs(new)
}

/// Names that the template wants whatever is there.
pub(crate) fn kinds(template: &Template) -> Vec<String> {
    let mut kinds: Vec<String> =
        template.resources.values().map(|resource| resource.kind.clone()).collect();
    kinds.sort();
    kinds.dedup();
    kinds
}
