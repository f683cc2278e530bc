//! ListThings

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot::page::page_limit;
use crate::operation::Operation;
use crate::state::State;
use model::{ThingName, ThingTypeName};
use registry::Thing;
use std::collections::BTreeMap;

#[derive(Debug)]
pub(crate) struct ListThings;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    next_token: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    max_results: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    things: Vec<Listed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListThings {
    const NAME: &'static str = "ListThings";
    const METHOD_AND_PATH: &'static str = "GET /things";
    const QUERY: &'static [(&'static str, &'static str)] =
        &[("nextToken", "nextToken"), ("maxResults", "maxResults")];

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let limit = page_limit(input.max_results)?;
        let page = state.fleet.registry().things(input.next_token.as_deref(), limit)?;
        let listed = |thing: Thing| Listed {
            thing_arn: state.fleet.registry().thing_arn(&thing.name).to_string(),
            thing_name: thing.name,
            thing_type_name: thing.type_name,
            attributes: thing.attributes,
            version: thing.version,
        };
        Ok(Output { things: page.items.into_iter().map(listed).collect(), next_token: page.next })
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Listed {
    thing_name: ThingName,
    thing_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    thing_type_name: Option<ThingTypeName>,
    attributes: BTreeMap<String, String>,
    version: u64,
}
