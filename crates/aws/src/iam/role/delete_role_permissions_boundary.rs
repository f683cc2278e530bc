//! DeleteRolePermissionsBoundary

use std::sync::Arc;

use model::RoleName;
use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iam::resource;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DeleteRolePermissionsBoundary;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    role_name: RoleName,
}

impl Operation for DeleteRolePermissionsBoundary {
    const NAME: &'static str = "DeleteRolePermissionsBoundary";

    type Input = Input;
    type Output = Nothing;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        resource::role(state, &input.role_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        state.iam.set_boundary(&input.role_name.into(), None).await?;
        Ok(Nothing {})
    }
}
