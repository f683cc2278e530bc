//! UpdateEventSourceMapping

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::mapping_shape::{Destinations, FilterCriteria, Said, Scaling, shown};
use super::words::FunctionRef;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Status;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct UpdateEventSourceMapping;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    #[serde(rename = "UUID")]
    uuid: String,
    function_name: Option<FunctionRef>,
    enabled: Option<bool>,
    batch_size: Option<u32>,
    maximum_batching_window_in_seconds: Option<u32>,
    function_response_types: Option<Vec<String>>,
    bisect_batch_on_function_error: Option<bool>,
    maximum_retry_attempts: Option<i64>,
    maximum_record_age_in_seconds: Option<i64>,
    parallelization_factor: Option<u32>,
    destination_config: Option<Destinations>,
    scaling_config: Option<Scaling>,
    filter_criteria: Option<FilterCriteria>,
}

impl Operation for UpdateEventSourceMapping {
    const NAME: &'static str = "UpdateEventSourceMapping";
    const METHOD_AND_PATH: &'static str = "PUT /2015-03-31/event-source-mappings/{UUID}";

    type Input = Input;
    type Output = Status<202, Value>;

    fn resource(input: &Input) -> String {
        format!("event-source-mapping:{}", input.uuid)
    }

    async fn call(
        state: Arc<State>,
        _caller: Caller,
        input: Input,
    ) -> Result<Status<202, Value>, AwsError> {
        let blueprints = state.functions.blueprints();
        if let Some(function) = &input.function_name {
            let (name, qualifier) = function.with(None)?;
            blueprints.version(&name, qualifier.as_ref())?;
        }
        let said = Said {
            function: input.function_name,
            enabled: input.enabled,
            batch_size: input.batch_size,
            window: input.maximum_batching_window_in_seconds,
            response_types: input.function_response_types,
            bisect: input.bisect_batch_on_function_error,
            retries: input.maximum_retry_attempts,
            age: input.maximum_record_age_in_seconds,
            parallelization: input.parallelization_factor,
            destinations: input.destination_config,
            scaling: input.scaling_config,
            filters: input.filter_criteria,
        };
        let now = state.clock.now();
        let changed = blueprints.update_mapping(&input.uuid, said.change()?, now).await?;
        state.functions.remapped();
        Ok(Status(shown(&state, &changed, Some("Updating"))))
    }
}
