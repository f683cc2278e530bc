//! ExecuteTransaction: all statements or none.

use std::sync::Arc;

use items::Value;
use items::partiql::{Select, Statement};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tables::{TRANSACTION_ITEMS_MAX, TransactWriteRefused};

use super::batch_execute_statement::check_count;
use super::execute_statement::is_duplicate;
use super::plan::{key, parse, plan};
use crate::caller::Caller;
use crate::dynamodb::capacity::{ConsumedCapacity, ReturnConsumedCapacity};
use crate::dynamodb::input::TableRef;
use crate::dynamodb::item::{
    OnConditionFailure, read_capacity, transaction_capacity, transaction_token,
};
use crate::dynamodb::permit::Touch;
use crate::dynamodb::shown::Shown;
use crate::dynamodb::words::{canceled, cancellation_reason, validation};
use crate::error::AwsError;
use crate::operation::{Operation, Permission};
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ExecuteTransaction;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    transact_statements: Vec<StatementInput>,
    client_request_token: Option<String>,
    return_consumed_capacity: Option<ReturnConsumedCapacity>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct StatementInput {
    statement: String,
    parameters: Option<Vec<Value>>,
    return_values_on_condition_check_failure: Option<OnConditionFailure>,
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
    item: Option<Shown>,
}

impl Operation for ExecuteTransaction {
    const NAME: &'static str = "ExecuteTransaction";
    // Asked when it is known what each statement touches.
    const PERMISSION: Permission = Permission::Own;

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Output, AwsError> {
        let given = input.transact_statements;
        check_count(given.len(), TRANSACTION_ITEMS_MAX, "transactStatements")?;
        let token = transaction_token(input.client_request_token, &caller)?;
        let asked = input.return_consumed_capacity;
        let (mut reads, mut writes) = (Vec::new(), Vec::new());
        for StatementInput { statement, parameters, return_values_on_condition_check_failure } in
            given
        {
            match parse(&statement, parameters)? {
                Statement::Select(select) => reads.push(select),
                write => writes.push((write, return_values_on_condition_check_failure)),
            }
        }
        match (reads.is_empty(), writes.is_empty()) {
            (false, true) => read(&state, &caller, reads, asked),
            (true, false) => {
                let (mut planned, mut tell) = (Vec::new(), Vec::new());
                for (statement, on_failure) in writes {
                    let plan = plan(&state, &caller, statement)?;
                    tell.push((on_failure == Some(OnConditionFailure::AllOld), plan.is_insert));
                    planned.push(plan.write);
                }
                write(&state, planned, tell, token, asked).await
            }
            _ => Err(validation(
                "ExecuteTransaction API does not support both read and write operations in the \
                 same request.",
            )),
        }
    }
}

async fn write(
    state: &State,
    writes: Vec<tables::ItemWrite>,
    tell: Vec<(bool, bool)>,
    token: Option<tables::Token>,
    asked: Option<ReturnConsumedCapacity>,
) -> Result<Output, AwsError> {
    let tables: Vec<_> = writes.iter().map(|write| write.table.clone()).collect();
    match state.tables.transact_write(writes, token).await {
        Ok(transacted) => Ok(Output {
            responses: tables.iter().map(|_| Response::default()).collect(),
            consumed_capacity: transaction_capacity(&transacted, &tables, asked)?,
        }),
        Err(TransactWriteRefused::Cancelled { reasons }) => {
            let told = reasons.iter().zip(tell).map(|(refused, (tell, is_insert))| {
                let mut reason = cancellation_reason(refused.as_ref(), tell);
                if refused.as_ref().is_some_and(|refused| is_duplicate(refused, is_insert)) {
                    reason.insert("Code".to_owned(), json!("DuplicateItem"));
                    let message = "Duplicate primary key exists in table";
                    reason.insert("Message".to_owned(), json!(message));
                }
                reason
            });
            Err(canceled(&told.collect::<Vec<_>>()))
        }
        Err(refused) => Err(refused.into()),
    }
}

/// Items by their keys, as they are at one moment.
fn read(
    state: &State,
    caller: &Caller,
    selects: Vec<Select>,
    asked: Option<ReturnConsumedCapacity>,
) -> Result<Output, AwsError> {
    let (mut keys, mut rest) = (Vec::new(), Vec::new());
    for select in selects {
        if select.index.is_some() {
            return Err(validation("an index cannot be read in a transaction"));
        }
        let name = TableRef::parse(&select.table).map_err(validation)?;
        let touch = Touch::of(state, caller, &name, None)?;
        let found = match (touch.definition(), &select.search) {
            (Some(definition), Some(search)) => Some(key(search, definition)?),
            (Some(_), None) => {
                return Err(validation(
                    "Where clause does not contain a mandatory equality on all key attributes",
                ));
            }
            (None, _) => None,
        };
        let touch = touch.items(found.iter().map(|(key, _)| key));
        let touch = match &select.projection {
            Some(projection) => touch.attributes(projection.names()).select("SPECIFIC_ATTRIBUTES"),
            None => touch.select("ALL_ATTRIBUTES"),
        };
        let table = touch.permit(state, caller, "PartiQLSelect")?;
        let Some((key, condition)) = found else { continue };
        keys.push((table, key));
        rest.push((select.projection, condition));
    }
    let items = state.tables.get_items(&keys)?;
    let consumed_capacity = read_capacity(&keys, &items, asked);
    let responses = items.into_iter().zip(rest).map(|(item, (projection, condition))| {
        let Some(item) = item else { return Ok(Response::default()) };
        let holds = condition
            .is_none_or(|condition| condition.evaluate_encoded(item.encoded()).unwrap_or(false));
        let item = holds.then(|| Shown::of(item, projection.as_ref())).transpose()?;
        Ok::<_, AwsError>(Response { item })
    });
    Ok(Output { responses: responses.collect::<Result<_, _>>()?, consumed_capacity })
}
