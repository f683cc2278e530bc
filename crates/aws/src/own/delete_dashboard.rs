//! DeleteDashboard: a dashboard goes.

use std::sync::Arc;

use dashboards::DashboardName;
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DeleteDashboard;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    name: DashboardName,
}

#[derive(Debug, Serialize)]
pub(crate) struct Output {}

impl Operation for DeleteDashboard {
    const NAME: &'static str = "DeleteDashboard";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        state.dashboards.delete(&input.name).await?;
        Ok(Output {})
    }
}
