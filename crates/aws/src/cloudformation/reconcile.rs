//! Makes the resources of a stack what its template says, one after the other, each step written down before it
//! is taken and after. What is done already is left alone, so that this may be begun anew at any time.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use stacks::{Attempt, Made, Resource, Stack, StacksError, Step};
use templates::{DeletionPolicy, Scope, Template, TemplateError};

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::report::resource_event;
use crate::cloudformation::resources::{Change, Kind, kind};
use crate::cloudformation::world::{Known, pseudo};
use crate::error::AwsError;

/// As CloudFormation's names end.
const SUFFIX_CHARACTERS: usize = 12;

/// Why the work does not go on.
#[derive(Debug)]
pub(crate) enum Stopped {
    /// It cannot be done, and the stack is to be told why.
    Failed(String),
    /// It cannot be written down, and is tried again.
    Store(StacksError),
    /// Another said meanwhile what is to be done.
    Overtaken,
}

impl From<StacksError> for Stopped {
    fn from(error: StacksError) -> Stopped {
        match error {
            StacksError::Overtaken => Stopped::Overtaken,
            error => Stopped::Store(error),
        }
    }
}

impl From<TemplateError> for Stopped {
    fn from(error: TemplateError) -> Stopped {
        Stopped::Failed(error.to_string())
    }
}

type Resources = BTreeMap<String, Resource>;

pub(crate) async fn reconcile(desk: &Desk, stack: &Stack) -> Result<(), Stopped> {
    let template = Template::parse(&stack.aim.template)?;
    let (pseudo, values) = (pseudo(&desk.state, stack), stack.aim.values());
    let plan = {
        let scope = Scope::new(&template, &pseudo, &values);
        let needs = scope.needs()?;
        let order: Vec<String> = scope.order()?.into_iter().map(str::to_owned).collect();
        order
            .into_iter()
            .map(|name| {
                let needed = needs.get(name.as_str()).into_iter().flatten().cloned().collect();
                (name, needed)
            })
            .collect::<Vec<(String, Vec<String>)>>()
    };
    let mut resources = desk.state.stacks.resources(&stack.id)?;
    for (name, needs) in plan {
        if !desk.is_wanted()? {
            return Err(Stopped::Overtaken);
        }
        let properties = {
            let world = Known { stacks: &desk.state.stacks, resources: &resources };
            Scope::new(&template, &pseudo, &values).properties(&name, &world)
        };
        let mut resource = known(&resources, &template, &name);
        resource.needs = needs;
        if stack.skipped.contains(&name) {
            report(desk, &mut resource, "UPDATE_COMPLETE", None).await?;
            continue;
        }
        let properties = properties.map(|given| with_tags(&resource.kind, given, &stack.aim.tags));
        let resource = match properties {
            Ok(properties) => settle(desk, resource, properties).await,
            Err(error) => {
                fail(desk, resource, "CREATE_FAILED", &error.to_string()).await?;
                return Err(Stopped::Failed(failed_words(&name)));
            }
        }?;
        resources.insert(name, resource);
    }
    Ok(())
}

/// With the tags of the stack, if its kind has tags; what the template says of them counts more.
pub(crate) fn with_tags(
    kind_name: &str,
    mut properties: Map<String, Value>,
    tags: &BTreeMap<String, String>,
) -> Map<String, Value> {
    if tags.is_empty() || !kind(kind_name).is_some_and(Kind::is_tagged) {
        return properties;
    }
    match properties.entry("Tags").or_insert_with(|| json!([])) {
        Value::Array(own) => {
            let is_new = |key: &String| !own.iter().any(|tag| tag["Key"] == **key);
            let more: Vec<Value> = tags
                .iter()
                .filter(|(key, _)| is_new(key))
                .map(|(key, value)| json!({ "Key": key, "Value": value }))
                .collect();
            own.extend(more);
        }
        Value::Object(own) => tags.iter().for_each(|(key, value)| {
            own.entry(key).or_insert_with(|| json!(value));
        }),
        _ => {}
    }
    properties
}

fn known(resources: &Resources, template: &Template, name: &str) -> Resource {
    let mut resource = resources.get(name).cloned().unwrap_or_else(|| Resource {
        logical_id: name.to_owned(),
        kind: String::new(),
        status: String::new(),
        reason: None,
        updated_at: 0,
        made: None,
        replaced: Vec::new(),
        attempt: None,
        needs: Vec::new(),
        deletion_policy: String::new(),
        replace_policy: String::new(),
    });
    if let Some(said) = template.resources.get(name) {
        said.kind.clone_into(&mut resource.kind);
        resource.deletion_policy = word(said.deletion_policy).to_owned();
        resource.replace_policy = word(said.update_replace_policy).to_owned();
    }
    resource
}

fn word(policy: DeletionPolicy) -> &'static str {
    match policy {
        DeletionPolicy::Delete => "Delete",
        DeletionPolicy::Retain => "Retain",
        DeletionPolicy::RetainExceptOnCreate => "RetainExceptOnCreate",
    }
}

/// Makes or changes one resource, if there is anything to do.
async fn settle(
    desk: &Desk,
    mut resource: Resource,
    properties: Map<String, Value>,
) -> Result<Resource, Stopped> {
    let unknown = || Stopped::Failed(format!("the resource type {} is not served", resource.kind));
    let kind = kind(&resource.kind).ok_or_else(unknown)?;
    let same_kind = resource.made.clone().filter(|made| made.kind == resource.kind);
    let change = same_kind.as_ref().map(|made| kind.change(&made.properties, &properties));
    let (verb, update) = match (change, same_kind) {
        // Its policies or needs may be others.
        (Some(None), _) if resource.status.ends_with("_COMPLETE") => {
            write(desk, &resource, false).await?;
            return Ok(resource);
        }
        // Another that was to take its place could not be made, and it is as it was.
        (Some(None), _) if kind.never_changes() => {
            resource.attempt = None;
            report(desk, &mut resource, "UPDATE_COMPLETE", None).await?;
            return Ok(resource);
        }
        (Some(None | Some(Change::InPlace)), Some(made)) => ("UPDATE", Some(made)),
        _ if resource.made.is_some() => ("UPDATE", None),
        _ => ("CREATE", None),
    };
    let again = resource.attempt.take();
    let suffix = match &again {
        Some(attempt) => attempt.suffix.clone(),
        None => new_suffix(),
    };
    let is_again = again.is_some();
    // Should we be stopped now, the next attempt knows that it is not the first.
    resource.attempt = Some(Attempt { suffix: suffix.clone(), is_again: true });
    report(desk, &mut resource, &format!("{verb}_IN_PROGRESS"), None).await?;
    let logical_id = resource.logical_id.clone();
    let kind_name = &resource.kind.clone();
    let want = Wanted {
        logical_id: &logical_id,
        kind: kind_name,
        suffix: &suffix,
        properties: &properties,
        is_again,
    };
    let outcome = match &update {
        Some(made) => (kind.update)(desk, made, &want).await,
        None => (kind.create)(desk, &want).await,
    };
    match outcome {
        Ok(made) => {
            let made = Made { kind: resource.kind.clone(), properties, ..made };
            // What is changed may become another, if it is in other hands.
            let stays = update.as_ref().is_some_and(|old| old.physical_id == made.physical_id);
            resource.replaced.extend(resource.made.take().filter(|_| !stays));
            (resource.made, resource.attempt) = (Some(made), None);
            report(desk, &mut resource, &format!("{verb}_COMPLETE"), None).await?;
            Ok(resource)
        }
        Err(error) => {
            resource.attempt = None;
            fail(desk, resource, &format!("{verb}_FAILED"), &words(&error)).await?;
            Err(Stopped::Failed(failed_words(&logical_id)))
        }
    }
}

/// What an update put in the place of others steps back, to be taken away when the stack is cleaned up.
pub(crate) fn take_back(resources: Resources) -> Vec<Resource> {
    let mut changed = Vec::new();
    for mut resource in resources.into_values() {
        let Some(old) = resource.replaced.pop() else { continue };
        let new = resource.made.replace(old);
        resource.replaced.extend(new);
        changed.push(resource);
    }
    changed
}

/// Takes away what was replaced, and resources that the template has no longer; or all.
pub(crate) async fn clean(desk: &Desk, stack: &Stack, is_all: bool) -> Result<(), Stopped> {
    let wanted: Vec<String> = match is_all {
        true => Vec::new(),
        false => {
            let template = Template::parse(&stack.aim.template)?;
            let (pseudo, values) = (pseudo(&desk.state, stack), stack.aim.values());
            let scope = Scope::new(&template, &pseudo, &values);
            scope.resources()?.keys().map(|name| (*name).to_owned()).collect()
        }
    };
    let resources = desk.state.stacks.resources(&stack.id)?;
    let is_creation = stack.status == stacks::Status::RollbackInProgress;
    let mut failed = Vec::new();
    for name in backwards(&resources) {
        let Some(mut resource) = resources.get(&name).cloned() else { continue };
        let keeps_replaced = resource.replace_policy == "Retain";
        while let Some(old) = resource.replaced.last().cloned() {
            if !keeps_replaced && let Err(error) = take(desk, &old).await {
                fail(desk, resource.clone(), "DELETE_FAILED", &words(&error)).await?;
                failed.push(name.clone());
                break;
            }
            resource.replaced.pop();
            write(desk, &resource, false).await?;
        }
        if wanted.contains(&name) || failed.contains(&name) {
            continue;
        }
        let keeps = match resource.deletion_policy.as_str() {
            "Retain" => true,
            "RetainExceptOnCreate" => !is_creation,
            _ => false,
        } || stack.retained.contains(&name);
        if !remove(desk, resource, keeps, is_all).await? {
            failed.push(name);
        }
    }
    match failed.is_empty() {
        true => Ok(()),
        false => Err(Stopped::Failed(format!(
            "The following resource(s) failed to delete: [{}]. ",
            failed.join(", ")
        ))),
    }
}

/// Takes a resource away, and says whether it is gone.
async fn remove(
    desk: &Desk,
    mut resource: Resource,
    keeps: bool,
    is_all: bool,
) -> Result<bool, Stopped> {
    let Some(made) = resource.made.clone() else {
        // It never was.
        write(desk, &resource, true).await?;
        return Ok(true);
    };
    if resource.status == "DELETE_COMPLETE" || resource.status == "DELETE_SKIPPED" {
        return Ok(true);
    }
    if !keeps {
        report(desk, &mut resource, "DELETE_IN_PROGRESS", None).await?;
        if let Err(error) = take(desk, &made).await {
            fail(desk, resource, "DELETE_FAILED", &words(&error)).await?;
            return Ok(false);
        }
    }
    let status = if keeps { "DELETE_SKIPPED" } else { "DELETE_COMPLETE" };
    report(desk, &mut resource, status, None).await?;
    if !is_all {
        write(desk, &resource, true).await?;
    }
    Ok(true)
}

async fn take(desk: &Desk, made: &Made) -> Result<(), AwsError> {
    match kind(&made.kind) {
        Some(kind) => (kind.delete)(desk, made).await,
        None => Err(AwsError::internal(format!("{} is not served", made.kind))),
    }
}

/// Names, each before those that it needs.
fn backwards(resources: &Resources) -> Vec<String> {
    let mut order: Vec<String> = Vec::new();
    while order.len() < resources.len() {
        let is_left = |name: &String| !order.contains(name);
        let left: Vec<&Resource> =
            resources.values().filter(|resource| is_left(&resource.logical_id)).collect();
        let is_free = |resource: &&&Resource| {
            !left.iter().any(|other| other.needs.contains(&resource.logical_id))
        };
        let free: Vec<String> =
            left.iter().filter(is_free).map(|resource| resource.logical_id.clone()).collect();
        match free.is_empty() {
            // Of two templates, what needs what may go in a circle: any of them is the first then.
            true => order.extend(left.first().map(|resource| resource.logical_id.clone())),
            false => order.extend(free),
        }
    }
    order
}

async fn fail(desk: &Desk, mut resource: Resource, status: &str, why: &str) -> Result<(), Stopped> {
    report(desk, &mut resource, status, Some(why.to_owned())).await
}

async fn report(
    desk: &Desk,
    resource: &mut Resource,
    status: &str,
    reason: Option<String>,
) -> Result<(), Stopped> {
    let stacks = &desk.state.stacks;
    (resource.status, resource.reason) = (status.to_owned(), reason);
    resource.updated_at = stacks.now();
    let events = vec![resource_event(stacks, resource)];
    let step = Step { resources: vec![resource.clone()], events, ..Step::default() };
    Ok(stacks.step(&desk.stack_id, step).await?)
}

async fn write(desk: &Desk, resource: &Resource, is_gone: bool) -> Result<(), Stopped> {
    let step = match is_gone {
        true => Step { gone: vec![resource.logical_id.clone()], ..Step::default() },
        false => Step { resources: vec![resource.clone()], ..Step::default() },
    };
    Ok(desk.state.stacks.step(&desk.stack_id, step).await?)
}

fn words(error: &AwsError) -> String {
    format!("{} (Status Code: {}; Error Code: {})", error.message, error.status, error.code)
}

fn failed_words(name: &str) -> String {
    format!("The following resource(s) failed: [{name}]. ")
}

fn new_suffix() -> String {
    let id = stacks::random_suffix();
    id.chars().take(SUFFIX_CHARACTERS).collect()
}
