//! GetRole

use std::sync::Arc;

use model::RoleName;
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iam::resource;
use crate::iam::shape::Role;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetRole;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    role_name: RoleName,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    role: Role,
}

impl Operation for GetRole {
    const NAME: &'static str = "GetRole";

    type Input = Input;
    type Output = Output;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        resource::role(state, &input.role_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let role = state.iam.entity(&input.role_name.into())?;
        Ok(Output { role: Role::of(&state.iam, role)? })
    }
}
