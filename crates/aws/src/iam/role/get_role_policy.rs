//! GetRolePolicy

use std::sync::Arc;

use model::{PolicyName, RoleName};
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iam::resource;
use crate::iam::shape::url_encoded;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetRolePolicy;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    role_name: RoleName,
    policy_name: PolicyName,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    role_name: RoleName,
    policy_name: PolicyName,
    policy_document: String,
}

impl Operation for GetRolePolicy {
    const NAME: &'static str = "GetRolePolicy";

    type Input = Input;
    type Output = Output;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        resource::role(state, &input.role_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let name = input.role_name.clone().into();
        let document = state.iam.inline_policy(&name, &input.policy_name)?;
        Ok(Output {
            role_name: input.role_name,
            policy_name: input.policy_name,
            policy_document: url_encoded(&document),
        })
    }
}
