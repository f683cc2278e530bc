//! PutUserPolicy

use std::sync::Arc;

use model::{PolicyName, UserName};
use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iam::resource;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct PutUserPolicy;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    user_name: UserName,
    policy_name: PolicyName,
    policy_document: String,
}

impl Operation for PutUserPolicy {
    const NAME: &'static str = "PutUserPolicy";

    type Input = Input;
    type Output = Nothing;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        resource::user(state, &input.user_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let name = input.user_name.into();
        state.iam.put_inline_policy(&name, &input.policy_name, &input.policy_document).await?;
        Ok(Nothing {})
    }
}
