//! CreateFunction

use std::collections::BTreeMap;
use std::sync::Arc;

use blueprints::{Draft, MEMORY_MB_DEFAULT, Runtime, Settings, TIMEOUT_SECS_DEFAULT};
use iam::ServiceCall;
use model::FunctionName;
use serde::Deserialize;

use super::code::CodeIn;
use super::shape::{
    Configuration, DeadLetters, Environment, Ephemeral, Logging, Said, SnapStart, Tracing, Vpc,
};
use super::words::{FunctionRef, invalid};
use crate::caller::{Caller, PassedRole};
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Status;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct CreateFunction;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: FunctionRef,
    role: String,
    code: CodeIn,
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
    package_type: Option<String>,
    publish: Option<bool>,
    tags: Option<BTreeMap<String, String>>,
    architectures: Option<Vec<String>>,
}

impl Operation for CreateFunction {
    const NAME: &'static str = "CreateFunction";
    const METHOD_AND_PATH: &'static str = "POST /2015-03-31/functions";

    type Input = Input;
    type Output = Status<201, Configuration>;

    fn resource(input: &Input) -> String {
        input.function_name.resource(None)
    }

    fn passed_role(input: &Input) -> Option<PassedRole<'_>> {
        Some(PassedRole { arn: &input.role, service: "lambda.amazonaws.com" })
    }

    async fn call(
        state: Arc<State>,
        caller: Caller,
        input: Input,
    ) -> Result<Status<201, Configuration>, AwsError> {
        if input.package_type.as_deref().is_some_and(|kind| kind != "Zip") {
            return Err(invalid(
                "PackageType Image is not supported: functions come as zip archives.",
            ));
        }
        let (name, _) = input.function_name.with(None)?;
        check_role(&state, &name, &input.role)?;
        let code = input.code.put(&state, &caller).await?;
        let said = Said {
            runtime: input.runtime,
            handler: input.handler,
            role: Some(input.role),
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
        let needed = |field: Option<String>, name: &str| {
            field.ok_or_else(|| {
                invalid(format!("{name} is required for functions of a zip archive."))
            })
        };
        let runtime = needed(change.runtime, "Runtime")?;
        state.functions.check_runtime(Runtime::named(&runtime)?).await?;
        let settings = Settings {
            handler: needed(change.handler, "Handler")?,
            runtime,
            role_arn: change.role_arn.unwrap_or_default(),
            description: change.description.unwrap_or_default(),
            timeout_secs: change.timeout_secs.unwrap_or(TIMEOUT_SECS_DEFAULT),
            memory_mb: change.memory_mb.unwrap_or(MEMORY_MB_DEFAULT),
            ephemeral_mb: change.ephemeral_mb.unwrap_or(EPHEMERAL_MB_DEFAULT),
            architectures: input.architectures.unwrap_or_else(|| vec!["x86_64".to_owned()]),
            tracing: change.tracing.unwrap_or_else(|| "PassThrough".to_owned()),
            layers: change.layers.unwrap_or_default(),
            log_group: change.log_group.flatten(),
            dead_letters_arn: change.dead_letters_arn.flatten(),
        };
        let draft = Draft {
            name,
            settings,
            environment: change.environment.unwrap_or_default(),
            code,
            tags: input.tags.unwrap_or_default(),
            publish: input.publish.unwrap_or(false),
        };
        let (function, published) =
            state.functions.blueprints().create(draft, state.clock.now()).await?;
        let version = published.as_ref().unwrap_or(&function.latest);
        Ok(Status(Configuration::of_published(&state, &function, version)?))
    }
}

/// AWS's.
const EPHEMERAL_MB_DEFAULT: u32 = 512;

/// Refuses a role that the service may not take.
pub(super) fn check_role(state: &State, name: &FunctionName, arn: &str) -> Result<(), AwsError> {
    let call = ServiceCall {
        service: "lambda.amazonaws.com".to_owned(),
        role_arn: arn.to_owned(),
        session_name: name.to_string(),
        source_arn: Some(state.functions.blueprints().arn(name, None)),
        keys: BTreeMap::new(),
    };
    let taken = state.iam.service_identity(&call, state.clock.now());
    taken
        .map(drop)
        .map_err(|_| invalid("The role defined for the function cannot be assumed by Lambda."))
}
