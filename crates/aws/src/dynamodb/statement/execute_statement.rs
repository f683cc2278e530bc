//! ExecuteStatement

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use items::partiql::Statement;
use items::{Item, Value};
use serde::{Deserialize, Deserializer, Serialize};
use tables::{ItemChange, WriteRefused};

use super::plan::{Plan, parse, plan};
use super::read::{Reading, select};
use crate::caller::Caller;
use crate::dynamodb::capacity::{ConsumedCapacity, ReturnConsumedCapacity};
use crate::dynamodb::input::bounded;
use crate::dynamodb::item::{OnConditionFailure, Wanted, write};
use crate::dynamodb::shown::Shown;
use crate::dynamodb::words::{duplicate_item, is_condition_failed, validation};
use crate::error::AwsError;
use crate::operation::{Operation, Permission};
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ExecuteStatement;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    statement: String,
    parameters: Option<Vec<Value>>,
    consistent_read: Option<bool>,
    next_token: Option<String>,
    return_consumed_capacity: Option<ReturnConsumedCapacity>,
    #[serde(default, deserialize_with = "limit")]
    limit: Option<u32>,
    return_values_on_condition_check_failure: Option<OnConditionFailure>,
}

fn limit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    bounded::<D, 1, { i32::MAX as u32 }>(deserializer, "limit")
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    items: Vec<Shown>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consumed_capacity: Option<ConsumedCapacity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_evaluated_key: Option<Item>,
}

impl Operation for ExecuteStatement {
    const NAME: &'static str = "ExecuteStatement";
    // Asked when it is known what the statement touches.
    const PERMISSION: Permission = Permission::Own;

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Output, AwsError> {
        match parse(&input.statement, input.parameters)? {
            Statement::Select(statement) => {
                let reading = Reading {
                    is_consistent: input.consistent_read.unwrap_or(false),
                    limit: input.limit.map(|limit| limit as usize),
                    start: input.next_token.as_deref().map(start).transpose()?,
                    capacity: input.return_consumed_capacity,
                };
                let page = select(&state, &caller, &statement, &reading)?;
                let next_token = page.rest.last_evaluated_key.as_ref().map(token).transpose()?;
                Ok(Output {
                    items: page.items.unwrap_or_default(),
                    next_token,
                    consumed_capacity: page.rest.consumed_capacity,
                    last_evaluated_key: page.rest.last_evaluated_key,
                })
            }
            statement => {
                let plan = plan(&state, &caller, statement)?;
                let on_failure = input.return_values_on_condition_check_failure;
                let capacity = input.return_consumed_capacity;
                let (item, consumed_capacity) = run(&state, plan, on_failure, capacity).await?;
                Ok(Output {
                    items: item.into_iter().collect(),
                    next_token: None,
                    consumed_capacity,
                    last_evaluated_key: None,
                })
            }
        }
    }
}

/// Does one write.
pub(super) async fn run(
    state: &State,
    plan: Plan,
    on_failure: Option<OnConditionFailure>,
    capacity: Option<ReturnConsumedCapacity>,
) -> Result<(Option<Shown>, Option<ConsumedCapacity>), AwsError> {
    let Plan { write: mut planned, returning, is_insert } = plan;
    let updated = match &planned.change {
        ItemChange::Update { update, .. } => Some(update.updated()),
        _ => None,
    };
    let wanted = Wanted { values: returning, updated, capacity, on_failure };
    planned.wants_old |= wanted.old();
    write(state, planned, &wanted).await.map_err(|error| match is_insert {
        true if is_condition_failed(&error) => duplicate_item(),
        _ => error,
    })
}

/// Why an item was not written, where an insertion found one.
pub(super) fn is_duplicate(refused: &WriteRefused, is_insert: bool) -> bool {
    is_insert && matches!(refused, WriteRefused::ConditionFailed { .. })
}

fn token(last: &Item) -> Result<String, AwsError> {
    serde_json::to_vec(last).map(|json| STANDARD.encode(json)).map_err(AwsError::output)
}

fn start(token: &str) -> Result<Item, AwsError> {
    let invalid = || validation("NextToken was given out by no answer");
    let json = STANDARD.decode(token).map_err(|_| invalid())?;
    serde_json::from_slice(&json).map_err(|_| invalid())
}
