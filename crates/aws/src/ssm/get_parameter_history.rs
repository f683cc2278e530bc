//! GetParameterHistory

use std::sync::Arc;

use parameters::{HISTORY_MAX, ParameterName};
use serde::{Deserialize, Serialize};

use super::words::{Past, invalid, limit, of_name};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetParameterHistory;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    name: String,
    #[serde(default)]
    with_decryption: bool,
    max_results: Option<usize>,
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    parameters: Vec<Past>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for GetParameterHistory {
    const NAME: &'static str = "GetParameterHistory";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        of_name(&input.name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let (name, _) = ParameterName::with_selector(&input.name)?;
        let limit = limit(input.max_results, HISTORY_MAX)?;
        let from = input.next_token.map_or(Ok(1), |token| token.parse());
        let from = from.map_err(|_| invalid("NextToken: it is none of ours"))?;
        let (versions, next) =
            state.parameters.history(&name, from, limit, input.with_decryption)?;
        let parameters = versions.into_iter().map(Past::of).collect();
        Ok(Output { parameters, next_token: next.map(|next| next.to_string()) })
    }
}
