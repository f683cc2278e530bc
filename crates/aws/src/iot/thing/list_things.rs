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
use registry::{Attributes, Thing, ThingFilter};

#[derive(Debug)]
pub(crate) struct ListThings;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    next_token: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    max_results: Option<usize>,
    attribute_name: Option<String>,
    attribute_value: Option<String>,
    thing_type_name: Option<ThingTypeName>,
    #[serde(default, deserialize_with = "from_text")]
    use_prefix_attribute_value: Option<bool>,
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
    const QUERY: &'static [(&'static str, &'static str)] = &[
        ("nextToken", "nextToken"),
        ("maxResults", "maxResults"),
        ("attributeName", "attributeName"),
        ("attributeValue", "attributeValue"),
        ("thingTypeName", "thingTypeName"),
        ("usePrefixAttributeValue", "usePrefixAttributeValue"),
    ];

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let limit = page_limit(input.max_results)?;
        if input.attribute_value.is_some() && input.attribute_name.is_none() {
            return Err(AwsError::invalid_request("attributeValue is given without attributeName"));
        }
        let filter = ThingFilter {
            type_name: input.thing_type_name,
            attribute: input.attribute_name,
            value: input.attribute_value,
            is_prefix: input.use_prefix_attribute_value.unwrap_or(false),
        };
        let token = input.next_token.as_deref();
        let page = state.fleet.registry().things_where(&filter, token, limit)?;
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
    attributes: Attributes,
    version: u64,
}
