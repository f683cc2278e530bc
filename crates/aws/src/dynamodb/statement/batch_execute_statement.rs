//! BatchExecuteStatement: each statement for itself.

use std::sync::Arc;

use items::Value;
use items::partiql::Statement;
use serde::{Deserialize, Serialize};
use serde_json::Map;

use super::execute_statement::run;
use super::plan::{key, parse, plan};
use super::read::{Reading, select};
use crate::caller::Caller;
use crate::dynamodb::capacity::{ConsumedCapacity, ReturnConsumedCapacity};
use crate::dynamodb::item::OnConditionFailure;
use crate::dynamodb::shown::Shown;
use crate::dynamodb::words::{batch_code, constraint, validation};
use crate::error::AwsError;
use crate::operation::{Operation, Permission};
use crate::state::State;

/// AWS's limit of one call.
const STATEMENTS_MAX: usize = 25;

#[derive(Debug)]
pub(crate) struct BatchExecuteStatement;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    statements: Vec<StatementInput>,
    return_consumed_capacity: Option<ReturnConsumedCapacity>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct StatementInput {
    pub(super) statement: String,
    pub(super) parameters: Option<Vec<Value>>,
    consistent_read: Option<bool>,
    pub(super) return_values_on_condition_check_failure: Option<OnConditionFailure>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    responses: Vec<Response>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    consumed_capacity: Vec<ConsumedCapacity>,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<StatementFailure>,
    #[serde(skip_serializing_if = "Option::is_none")]
    table_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<Shown>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct StatementFailure {
    code: String,
    message: String,
    /// The item that a condition did not hold of.
    #[serde(flatten)]
    details: Map<String, serde_json::Value>,
}

impl Operation for BatchExecuteStatement {
    const NAME: &'static str = "BatchExecuteStatement";
    // Asked when it is known what each statement touches.
    const PERMISSION: Permission = Permission::Own;

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Output, AwsError> {
        check_count(input.statements.len(), STATEMENTS_MAX, "statements")?;
        let (mut responses, mut consumed_capacity) = (Vec::new(), Vec::new());
        let mut statements = Vec::new();
        for given in input.statements {
            let StatementInput { statement, parameters, .. } = &given;
            statements.push((parse(statement, parameters.clone())?, given));
        }
        let reads = statements.iter().filter(|(statement, _)| statement.is_read()).count();
        if reads != 0 && reads != statements.len() {
            return Err(validation(
                "BatchExecuteStatement cannot have both reads and writes in one request",
            ));
        }
        for (statement, given) in statements {
            let table = statement.table().to_owned();
            let capacity = input.return_consumed_capacity;
            let done = one(&state, &caller, statement, &given, capacity).await;
            let response = Response { table_name: Some(table), ..Response::default() };
            responses.push(match done {
                Ok((item, capacity)) => {
                    consumed_capacity.extend(capacity);
                    Response { item, ..response }
                }
                // Who may not is refused as a whole, as with AWS.
                Err(error) if error.code.starts_with("AccessDenied") => return Err(error),
                Err(error) => {
                    let code = batch_code(error.code);
                    let AwsError { message, details, .. } = error;
                    Response {
                        error: Some(StatementFailure { code, message, details }),
                        ..response
                    }
                }
            });
        }
        Ok(Output { responses, consumed_capacity })
    }
}

pub(super) fn check_count(count: usize, most: usize, at: &str) -> Result<(), AwsError> {
    if (1..=most).contains(&count) {
        return Ok(());
    }
    let what = match count {
        0 => "Member must have length greater than or equal to 1".to_owned(),
        _ => format!("Member must have length less than or equal to {most}"),
    };
    Err(validation(constraint("[...]", at, &what)))
}

async fn one(
    state: &State,
    caller: &Caller,
    statement: Statement,
    given: &StatementInput,
    capacity: Option<ReturnConsumedCapacity>,
) -> Result<(Option<Shown>, Option<ConsumedCapacity>), AwsError> {
    let Statement::Select(statement) = statement else {
        let plan = plan(state, caller, statement)?;
        let on_failure = given.return_values_on_condition_check_failure;
        return run(state, plan, on_failure, capacity).await;
    };
    if let Some(table) = state.tables.table(&statement.table)? {
        let search = statement.search.as_ref();
        search.map(|search| key(search, table.definition())).transpose()?.ok_or_else(|| {
            validation(
                "Select statements within BatchExecuteStatement must specify the primary \
                        key in the where clause.",
            )
        })?;
    }
    let is_consistent = given.consistent_read.unwrap_or(false);
    let reading = Reading { is_consistent, capacity, ..Reading::default() };
    let page = select(state, caller, &statement, &reading)?;
    Ok((page.items.unwrap_or_default().into_iter().next(), page.rest.consumed_capacity))
}
