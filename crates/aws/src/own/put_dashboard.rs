//! PutDashboard: a dashboard is written, in place of the one of its name.

use std::sync::Arc;

use dashboards::{Dashboard, DashboardError, DashboardName};
use serde::{Deserialize, Serialize};

use crate::caller::{Caller, Who};
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct PutDashboard;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    name: DashboardName,
    /// A JSON object, as text.
    body: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct Output {}

impl Operation for PutDashboard {
    const NAME: &'static str = "PutDashboard";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Output, AwsError> {
        let Input { name, body } = input;
        let updated_by = match &caller.who {
            Who::Signed(login) => login.identity.arn.clone(),
            Who::Device(authority) => authority.principal().to_string(),
        };
        let updated_at = state.clock.now();
        state.dashboards.put(Dashboard { name, body, updated_at, updated_by }).await?;
        Ok(Output {})
    }
}

impl From<DashboardError> for AwsError {
    fn from(error: DashboardError) -> AwsError {
        let message = error.to_string();
        match error {
            DashboardError::NotFound { .. } => AwsError::not_found(message),
            DashboardError::TooLarge { .. } | DashboardError::NoObject { .. } => {
                AwsError::invalid_request(message)
            }
            DashboardError::Store(error) => error.into(),
        }
    }
}
