//! AWS::CloudFormation::Stack: a stack that is a resource of another.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};
use stacks::{Made, OnFailure, Stack, StacksError, Status};

use crate::cloudformation::begin::{self, Begin};
use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::report::stack_event;
use crate::cloudformation::resources::deed::{Deed, or_undone};
use crate::cloudformation::wish::{ParameterIn, Wish, new_stack};
use crate::error::AwsError;
use crate::iam::Tag;

/// Between two looks at a stack that is worked on.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// A stack whose stacks have stacks and so on; each waits for those below.
const DEPTH_MAX: usize = 8;

pub(crate) struct NestedStack;

impl Deed for NestedStack {
    const KIND: &'static str = "AWS::CloudFormation::Stack";
    const CHANGED: &'static [&'static str] = &["Parameters", "Tags", "TemplateURL"];
    const REPLACED: &'static [&'static str] = &[];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = desk.name(want, "", 128);
        let id = match desk.state.stacks.find(&name) {
            // Of an attempt that was stopped; nobody else would have made one of this name.
            Ok(stack) if want.is_again => stack.id,
            _ => begin(desk, &name, want).await?,
        };
        let rest = match settled(desk, &id).await {
            Ok(stack) if stack.status == Status::CreateComplete => Ok(shown(&stack)),
            Ok(stack) => {
                let why = stack.reason.unwrap_or_default();
                Err(failed(format!("Embedded stack {id} was not successfully created: {why}")))
            }
            Err(error) => Err(error),
        };
        or_undone::<NestedStack>(desk, want, &id, rest).await
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let stack = settled(desk, &made.physical_id).await?;
        let aim = wish(want)?.aim_within(desk, &stack).await?;
        let held = desk.state.stacks.resources(&stack.id)?;
        let changes = begin::changes(&desk.state, &stack, &aim, &held)?;
        if changes.is_empty() && begin::is_same_beside(&stack.aim, &aim) {
            return Ok(shown(&stack));
        }
        let begin = Begin { on_failure: OnFailure::Rollback, token: None, change_set_id: None };
        begin::update_as(&desk.state, &desk.stack.principal_arn, &stack, aim, begin).await?;
        let stack = settled(desk, &stack.id).await?;
        match stack.status {
            Status::UpdateComplete => Ok(shown(&stack)),
            _ => {
                let (id, why) = (&stack.id, stack.reason.clone().unwrap_or_default());
                Err(failed(format!("Embedded stack {id} was not successfully updated: {why}")))
            }
        }
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        let stacks = &desk.state.stacks;
        let stack = match stacks.find(&made.physical_id) {
            Err(StacksError::NoStack(_)) => return Ok(()),
            found => found?,
        };
        if stack.status == Status::DeleteComplete {
            return Ok(());
        }
        let told = Stack { status: Status::DeleteInProgress, reason: None, ..stack };
        let events = vec![stack_event(stacks, &told)];
        let principal_arn = desk.stack.principal_arn.clone();
        let delete = move |stack: &mut Stack| {
            (stack.status, stack.principal_arn) = (Status::DeleteInProgress, principal_arn);
            Ok(())
        };
        stacks.change(&made.physical_id, events, delete).await?;
        loop {
            let stack = stacks.find(&made.physical_id)?;
            match stack.status {
                Status::DeleteComplete => return Ok(()),
                status if status.is_under_way() => tokio::time::sleep(LOOK_EVERY).await,
                _ => return Err(failed(stack.reason.unwrap_or_default())),
            }
        }
    }
}

async fn begin(desk: &Desk, name: &str, want: &Wanted<'_>) -> Result<String, AwsError> {
    let state = &desk.state;
    let mut above = Some(desk.stack.clone());
    let mut depth = 0;
    while let Some(stack) = above {
        depth += 1;
        above = stack.parent_id.as_deref().map(|id| state.stacks.find(id)).transpose()?;
    }
    if depth >= DEPTH_MAX {
        return Err(failed(format!("stacks may stand {DEPTH_MAX} deep in each other")));
    }
    let parent = &desk.stack;
    let mut stack = new_stack(state, name, parent.principal_arn.clone())?;
    stack.aim.role_arn.clone_from(&parent.aim.role_arn);
    stack.aim.capabilities.clone_from(&parent.aim.capabilities);
    stack.parent_id = Some(parent.id.clone());
    stack.root_id = Some(parent.root_id.clone().unwrap_or_else(|| parent.id.clone()));
    stack.aim = wish(want)?.aim_within(desk, &stack).await?;
    begin::create(state, stack, Begin::default()).await
}

fn wish(want: &Wanted<'_>) -> Result<Wish, AwsError> {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let texts = items.iter().map(|item| item.as_str().unwrap_or_default().to_owned());
            texts.collect::<Vec<String>>().join(",")
        }
        other => other.to_string(),
    };
    let given = want.get("Parameters");
    let parameters: BTreeMap<String, String> = given
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.clone(), text(value)))
        .collect();
    let tags = want.tags();
    let tags: Result<Vec<Tag>, _> = serde_json::from_value(tags);
    Ok(Wish {
        template_url: Some(want.need("TemplateURL")?),
        parameters: parameters
            .into_iter()
            .map(|(key, value)| ParameterIn::of(key, value))
            .collect(),
        tags: Some(tags.map_err(|error| AwsError::validation(format!("Tags: {error}")))?),
        takes_expansion: true,
        ..Wish::default()
    })
}

impl Wish {
    /// The same in the name of a stack, with its capabilities.
    async fn aim_within(mut self, desk: &Desk, stack: &Stack) -> Result<stacks::Aim, AwsError> {
        self.capabilities.clone_from(&desk.stack.aim.capabilities);
        self.aim(&desk.state, &Arc::clone(desk.login()), &desk.endpoint(), stack).await
    }
}

/// The stack when nobody works on it, unless what waits for it is not wanted any more.
async fn settled(desk: &Desk, id: &str) -> Result<Stack, AwsError> {
    loop {
        let stack = desk.state.stacks.find(id)?;
        if !stack.status.is_under_way() {
            return Ok(stack);
        }
        if !desk.is_wanted()? {
            return Err(failed("Resource creation cancelled".to_owned()));
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

fn shown(stack: &Stack) -> Made {
    let outputs = stack.outputs.iter();
    let attributes: Map<String, Value> = outputs
        .map(|output| (format!("Outputs.{}", output.key), output.value.clone().into()))
        .collect();
    let physical_id = stack.id.clone();
    Made { reference: physical_id.clone().into(), physical_id, attributes, ..Made::default() }
}

fn failed(what: String) -> AwsError {
    AwsError::new(400, "GeneralServiceException", what)
}
