//! ListThingPrincipalsV2

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot::page::page_limit;
use crate::iot::thing::shape::thing_not_found;
use crate::operation::Operation;
use crate::state::State;
use model::{CertificateId, ThingName};
use registry::ThingPrincipalType;

#[derive(Debug)]
pub(crate) struct ListThingPrincipalsV2;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    thing_name: ThingName,
    next_token: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    max_results: Option<usize>,
    thing_principal_type: Option<ThingPrincipalType>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    thing_principal_objects: Vec<Attached>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListThingPrincipalsV2 {
    const NAME: &'static str = "ListThingPrincipalsV2";
    const METHOD_AND_PATH: &'static str = "GET /things/{thingName}/principals-v2";
    const QUERY: &'static [(&'static str, &'static str)] = &[
        ("nextToken", "nextToken"),
        ("maxResults", "maxResults"),
        ("thingPrincipalType", "thingPrincipalType"),
    ];

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("thing/{}", input.thing_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let Input { thing_name, next_token, max_results, thing_principal_type } = input;
        let limit = page_limit(max_results)?;
        let registry = state.fleet.registry();
        registry.thing(&thing_name)?.ok_or_else(|| thing_not_found(&thing_name))?;
        let token = next_token.as_deref();
        let page = registry.typed_principals_of(&thing_name, thing_principal_type, token, limit)?;
        let object = |(id, thing_principal_type): (CertificateId, ThingPrincipalType)| Attached {
            principal: registry.certificate_arn(&id).to_string(),
            thing_principal_type,
        };
        let thing_principal_objects = page.items.into_iter().map(object).collect();
        Ok(Output { thing_principal_objects, next_token: page.next })
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Attached {
    principal: String,
    thing_principal_type: ThingPrincipalType,
}
