//! ListExports

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListExports;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    next_token: Option<String>,
}

impl Operation for ListExports {
    const NAME: &'static str = "ListExports";

    type Input = Input;
    type Output = Value;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Value, AwsError> {
        if input.next_token.is_some() {
            return Err(AwsError::validation("NextToken is not one of ours"));
        }
        let exports = state.stacks.exports()?.into_iter().map(|export| {
            json!({ "ExportingStackId": export.stack_id, "Name": export.name, "Value": export.value })
        });
        Ok(json!({ "Exports": exports.collect::<Value>() }))
    }
}
