//! UpdateFunctionConfiguration

use std::sync::Arc;

use blueprints::Runtime;
use serde::Deserialize;

use super::create_function::check_role;
use super::shape::{
    Configuration, DeadLetters, Environment, Ephemeral, Logging, Said, SnapStart, Tracing, Vpc,
};
use super::words::FunctionRef;
use crate::caller::{Caller, PassedRole};
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct UpdateFunctionConfiguration;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: FunctionRef,
    role: Option<String>,
    runtime: Option<String>,
    handler: Option<String>,
    description: Option<String>,
    timeout: Option<u32>,
    memory_size: Option<u32>,
    environment: Option<Environment>,
    dead_letter_config: Option<DeadLetters>,
    tracing_config: Option<Tracing>,
    layers: Option<Vec<String>>,
    ephemeral_storage: Option<Ephemeral>,
    logging_config: Option<Logging>,
    snap_start: Option<SnapStart>,
    vpc_config: Option<Vpc>,
    revision_id: Option<String>,
}

impl Operation for UpdateFunctionConfiguration {
    const NAME: &'static str = "UpdateFunctionConfiguration";
    const METHOD_AND_PATH: &'static str = "PUT /2015-03-31/functions/{FunctionName}/configuration";

    type Input = Input;
    type Output = Configuration;

    fn resource(input: &Input) -> String {
        input.function_name.resource(None)
    }

    fn passed_role(input: &Input) -> Option<PassedRole<'_>> {
        let arn = input.role.as_deref()?;
        Some(PassedRole { arn, service: "lambda.amazonaws.com" })
    }

    async fn call(
        state: Arc<State>,
        _caller: Caller,
        input: Input,
    ) -> Result<Configuration, AwsError> {
        let (name, _) = input.function_name.with(None)?;
        let blueprints = state.functions.blueprints();
        blueprints.function(&name)?;
        if let Some(role) = &input.role {
            check_role(&state, &name, role)?;
        }
        let said = Said {
            runtime: input.runtime,
            handler: input.handler,
            role: input.role,
            description: input.description,
            timeout: input.timeout,
            memory_size: input.memory_size,
            environment: input.environment,
            dead_letter_config: input.dead_letter_config,
            tracing_config: input.tracing_config,
            layers: input.layers,
            ephemeral_storage: input.ephemeral_storage,
            logging_config: input.logging_config,
            snap_start: input.snap_start,
            vpc_config: input.vpc_config,
        };
        let change = said.change(&state)?;
        if let Some(runtime) = &change.runtime {
            state.functions.check_runtime(Runtime::named(runtime)?).await?;
        }
        let now = state.clock.now();
        let function = blueprints.update(&name, change, input.revision_id, now).await?;
        state.functions.changed(&name);
        Configuration::of(&state, &function, &function.latest, None)
    }
}
