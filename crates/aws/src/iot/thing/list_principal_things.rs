//! ListPrincipalThings

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot::page::{TOKENS, page_limit};
use crate::operation::Operation;
use crate::state::State;
use fleet::Fleet;
use model::ThingName;

#[derive(Debug)]
pub(crate) struct ListPrincipalThings;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    principal: String,
    next_token: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    max_results: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    things: Vec<ThingName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListPrincipalThings {
    const NAME: &'static str = "ListPrincipalThings";
    const METHOD_AND_PATH: &'static str = "GET /principals/things";
    const QUERY: &'static [(&'static str, &'static str)] = TOKENS;
    const HEADERS: &'static [(&'static str, &'static str)] = &[("x-amzn-principal", "principal")];

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let id = Fleet::principal(&input.principal)?;
        let limit = page_limit(input.max_results)?;
        let token = input.next_token.as_deref();
        let page = state.fleet.registry().things_of(&id, token, limit)?;
        Ok(Output { things: page.items, next_token: page.next })
    }
}
