//! GetFunction

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use super::code;
use super::shape::Configuration;
use super::words::FunctionRef;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetFunction;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: FunctionRef,
    qualifier: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    configuration: Configuration,
    code: Location,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    tags: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    concurrency: Option<Value>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Location {
    repository_type: &'static str,
    location: String,
}

impl Operation for GetFunction {
    const NAME: &'static str = "GetFunction";
    const METHOD_AND_PATH: &'static str = "GET /2015-03-31/functions/{FunctionName}";
    const QUERY: &'static [(&'static str, &'static str)] = &[("Qualifier", "Qualifier")];

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        input.function_name.resource(input.qualifier.as_deref())
    }

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Output, AwsError> {
        let (name, qualifier) = input.function_name.with(input.qualifier.as_deref())?;
        let blueprints = state.functions.blueprints();
        let (function, version) = blueprints.version(&name, qualifier.as_ref())?;
        let configuration = Configuration::of(&state, &function, &version, qualifier.as_ref())?;
        let reserved = function.reserved_concurrency;
        Ok(Output {
            configuration,
            code: Location {
                repository_type: "S3",
                location: code::link(&state, &caller, &version.code),
            },
            tags: function.tags,
            concurrency: reserved.map(|count| json!({ "ReservedConcurrentExecutions": count })),
        })
    }
}
