//! DeleteGroupPolicy

use std::sync::Arc;

use model::{GroupName, PolicyName};
use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iam::resource;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DeleteGroupPolicy;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    group_name: GroupName,
    policy_name: PolicyName,
}

impl Operation for DeleteGroupPolicy {
    const NAME: &'static str = "DeleteGroupPolicy";

    type Input = Input;
    type Output = Nothing;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        resource::group(state, &input.group_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let name = input.group_name.into();
        state.iam.delete_inline_policy(&name, &input.policy_name).await?;
        Ok(Nothing {})
    }
}
