//! SetV2LoggingOptions

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::{Caller, PassedRole};
use crate::error::AwsError;
use crate::iot::role::{passed, role_arn};
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;
use registry::LogLevel;

#[derive(Debug)]
pub(crate) struct SetV2LoggingOptions;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    role_arn: Option<String>,
    default_log_level: Option<LogLevel>,
    disable_all_logs: Option<bool>,
}

impl Operation for SetV2LoggingOptions {
    const NAME: &'static str = "SetV2LoggingOptions";
    const METHOD_AND_PATH: &'static str = "POST /v2LoggingOptions";

    type Input = Input;
    type Output = Nothing;

    fn passed_role(input: &Input) -> Option<PassedRole<'_>> {
        input.role_arn.as_deref().map(passed)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let role = input.role_arn.as_deref().map(role_arn).transpose()?;
        let (level, is_disabled) = (input.default_log_level, input.disable_all_logs);
        state.fleet.registry().set_logging(role, level, is_disabled).await?;
        Ok(Nothing {})
    }
}
