//! ListThingPrincipals

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot::page::{TOKENS, page_limit};
use crate::iot::thing::shape::thing_not_found;
use crate::operation::Operation;
use crate::state::State;
use model::ThingName;

#[derive(Debug)]
pub(crate) struct ListThingPrincipals;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    thing_name: ThingName,
    next_token: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    max_results: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    principals: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListThingPrincipals {
    const NAME: &'static str = "ListThingPrincipals";
    const METHOD_AND_PATH: &'static str = "GET /things/{thingName}/principals";
    const QUERY: &'static [(&'static str, &'static str)] = TOKENS;

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("thing/{}", input.thing_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let registry = state.fleet.registry();
        let thing = registry.thing(&input.thing_name)?;
        thing.ok_or_else(|| thing_not_found(&input.thing_name))?;
        let limit = page_limit(input.max_results)?;
        let page = registry.principals_of(&input.thing_name, input.next_token.as_deref(), limit)?;
        let principals =
            page.items.iter().map(|id| registry.certificate_arn(id).to_string()).collect();
        Ok(Output { principals, next_token: page.next })
    }
}
