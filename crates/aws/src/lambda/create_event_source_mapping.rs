//! CreateEventSourceMapping

use std::sync::Arc;

use blueprints::{Mapping, StartingPosition};
use serde::Deserialize;
use serde_json::Value;

use super::mapping_shape::{Destinations, FilterCriteria, Said, Scaling, shown, source};
use super::words::{FunctionRef, invalid};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Status;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct CreateEventSourceMapping;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    event_source_arn: String,
    function_name: FunctionRef,
    starting_position: Option<String>,
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

impl Operation for CreateEventSourceMapping {
    const NAME: &'static str = "CreateEventSourceMapping";
    const METHOD_AND_PATH: &'static str = "POST /2015-03-31/event-source-mappings";

    type Input = Input;
    type Output = Status<202, Value>;

    fn resource(_input: &Input) -> String {
        "*".to_owned()
    }

    async fn call(
        state: Arc<State>,
        _caller: Caller,
        input: Input,
    ) -> Result<Status<202, Value>, AwsError> {
        let source = source(&state, &input.event_source_arn)?;
        let blueprints = state.functions.blueprints();
        let (name, qualifier) = input.function_name.with(None)?;
        blueprints.version(&name, qualifier.as_ref())?;
        let starting = match input.starting_position.as_deref() {
            None => None,
            Some("TRIM_HORIZON") => Some(StartingPosition::TrimHorizon),
            Some("LATEST") => Some(StartingPosition::Latest),
            Some(other) => {
                return Err(invalid(format!("StartingPosition {other} is not supported.")));
            }
        };
        let now = state.clock.now();
        let mapping = Mapping::new(source, input.event_source_arn, name, starting, now);
        let said = Said {
            function: Some(input.function_name),
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
        state.functions.check_mapping(&mapping, qualifier.as_ref())?;
        let made = blueprints.create_mapping(mapping, said.change()?).await?;
        state.functions.remapped();
        Ok(Status(shown(&state, &made, Some("Creating"))))
    }
}
