//! DeleteUserPermissionsBoundary

use std::sync::Arc;

use model::UserName;
use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iam::resource;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DeleteUserPermissionsBoundary;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    user_name: UserName,
}

impl Operation for DeleteUserPermissionsBoundary {
    const NAME: &'static str = "DeleteUserPermissionsBoundary";

    type Input = Input;
    type Output = Nothing;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        resource::user(state, &input.user_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        state.iam.set_boundary(&input.user_name.into(), None).await?;
        Ok(Nothing {})
    }
}
