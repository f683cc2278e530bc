//! GetV2LoggingOptions

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;
use registry::LogLevel;

#[derive(Debug)]
pub(crate) struct GetV2LoggingOptions;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    #[serde(skip_serializing_if = "Option::is_none")]
    role_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_log_level: Option<LogLevel>,
    disable_all_logs: bool,
}

impl Operation for GetV2LoggingOptions {
    const NAME: &'static str = "GetV2LoggingOptions";
    const METHOD_AND_PATH: &'static str = "GET /v2LoggingOptions";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, _input: Input) -> Result<Output, AwsError> {
        let settings = state.fleet.registry().logging_settings()?;
        let missing =
            || AwsError::new(404, "NotConfiguredException", "logging was never configured");
        let settings = settings.ok_or_else(missing)?;
        Ok(Output {
            role_arn: settings.role_arn,
            default_log_level: settings.default_level,
            disable_all_logs: settings.is_disabled,
        })
    }
}
