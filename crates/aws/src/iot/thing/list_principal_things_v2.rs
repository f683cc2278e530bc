//! ListPrincipalThingsV2

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot::page::page_limit;
use crate::operation::Operation;
use crate::state::State;
use fleet::Fleet;
use model::ThingName;
use registry::ThingPrincipalType;

#[derive(Debug)]
pub(crate) struct ListPrincipalThingsV2;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    principal: String,
    next_token: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    max_results: Option<usize>,
    thing_principal_type: Option<ThingPrincipalType>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    principal_thing_objects: Vec<Attached>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListPrincipalThingsV2 {
    const NAME: &'static str = "ListPrincipalThingsV2";
    const METHOD_AND_PATH: &'static str = "GET /principals/things-v2";
    const QUERY: &'static [(&'static str, &'static str)] = &[
        ("nextToken", "nextToken"),
        ("maxResults", "maxResults"),
        ("thingPrincipalType", "thingPrincipalType"),
    ];
    const HEADERS: &'static [(&'static str, &'static str)] = &[("x-amzn-principal", "principal")];

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let id = Fleet::principal(&input.principal)?;
        let limit = page_limit(input.max_results)?;
        let (only, token) = (input.thing_principal_type, input.next_token.as_deref());
        let page = state.fleet.registry().typed_things_of(&id, only, token, limit)?;
        let object = |(thing_name, thing_principal_type): (ThingName, ThingPrincipalType)| {
            Attached { thing_name, thing_principal_type }
        };
        let principal_thing_objects = page.items.into_iter().map(object).collect();
        Ok(Output { principal_thing_objects, next_token: page.next })
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Attached {
    thing_name: ThingName,
    thing_principal_type: ThingPrincipalType,
}
