//! GetUserPolicy

use std::sync::Arc;

use model::{PolicyName, UserName};
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iam::resource;
use crate::iam::shape::url_encoded;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetUserPolicy;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    user_name: UserName,
    policy_name: PolicyName,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    user_name: UserName,
    policy_name: PolicyName,
    policy_document: String,
}

impl Operation for GetUserPolicy {
    const NAME: &'static str = "GetUserPolicy";

    type Input = Input;
    type Output = Output;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        resource::user(state, &input.user_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let name = input.user_name.clone().into();
        let document = state.iam.inline_policy(&name, &input.policy_name)?;
        Ok(Output {
            user_name: input.user_name,
            policy_name: input.policy_name,
            policy_document: url_encoded(&document),
        })
    }
}
