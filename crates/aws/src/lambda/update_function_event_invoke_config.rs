//! UpdateFunctionEventInvokeConfig

use std::sync::Arc;

use blueprints::Qualifier;
use serde::Deserialize;

use super::invoke_config_shape::{self, Destinations, InvokeConfigOut};
use super::words::FunctionRef;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct UpdateFunctionEventInvokeConfig;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: FunctionRef,
    qualifier: Option<String>,
    maximum_retry_attempts: Option<u32>,
    maximum_event_age_in_seconds: Option<u32>,
    destination_config: Option<Destinations>,
}

impl Operation for UpdateFunctionEventInvokeConfig {
    const NAME: &'static str = "UpdateFunctionEventInvokeConfig";
    const METHOD_AND_PATH: &'static str =
        "POST /2019-09-25/functions/{FunctionName}/event-invoke-config";
    const QUERY: &'static [(&'static str, &'static str)] = &[("Qualifier", "Qualifier")];

    type Input = Input;
    type Output = InvokeConfigOut;

    fn resource(input: &Input) -> String {
        input.function_name.resource(input.qualifier.as_deref())
    }

    async fn call(
        state: Arc<State>,
        _caller: Caller,
        input: Input,
    ) -> Result<InvokeConfigOut, AwsError> {
        let (name, qualifier) = input.function_name.with(input.qualifier.as_deref())?;
        let blueprints = state.functions.blueprints();
        let change = invoke_config_shape::change(
            input.maximum_retry_attempts,
            input.maximum_event_age_in_seconds,
            input.destination_config,
        )?;
        let (meant, now) = (qualifier.as_ref(), state.clock.now());
        let config = blueprints.put_invoke_config(&name, meant, change, true, now).await?;
        Ok(InvokeConfigOut::of(&state, &name, &Qualifier::or_latest(meant), config))
    }
}
