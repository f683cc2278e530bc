//! ListImports

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListImports;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    export_name: String,
    next_token: Option<String>,
}

impl Operation for ListImports {
    const NAME: &'static str = "ListImports";

    type Input = Input;
    type Output = Value;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Value, AwsError> {
        if input.next_token.is_some() {
            return Err(AwsError::validation("NextToken is not one of ours"));
        }
        let mut names = Vec::new();
        for id in state.stacks.importers(&input.export_name)? {
            names.push(state.stacks.find(&id)?.name);
        }
        match names.is_empty() {
            true => {
                let name = &input.export_name;
                Err(AwsError::validation(format!("Export '{name}' is not imported by any stack.")))
            }
            false => Ok(json!({ "Imports": names })),
        }
    }
}
