//! GetDashboard: a dashboard as it was written.

use std::sync::Arc;

use dashboards::{DashboardError, DashboardName};
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetDashboard;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    name: DashboardName,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    name: DashboardName,
    body: String,
    updated_at: u64,
    updated_by: String,
}

impl Operation for GetDashboard {
    const NAME: &'static str = "GetDashboard";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let found = state.dashboards.get(&input.name)?;
        let found = found.ok_or(DashboardError::NotFound { name: input.name })?;
        Ok(Output {
            name: found.name,
            body: found.body,
            updated_at: found.updated_at,
            updated_by: found.updated_by,
        })
    }
}
