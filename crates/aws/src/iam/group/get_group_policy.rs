//! GetGroupPolicy

use std::sync::Arc;

use model::{GroupName, PolicyName};
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iam::resource;
use crate::iam::shape::url_encoded;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetGroupPolicy;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    group_name: GroupName,
    policy_name: PolicyName,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    group_name: GroupName,
    policy_name: PolicyName,
    policy_document: String,
}

impl Operation for GetGroupPolicy {
    const NAME: &'static str = "GetGroupPolicy";

    type Input = Input;
    type Output = Output;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        resource::group(state, &input.group_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let name = input.group_name.clone().into();
        let document = state.iam.inline_policy(&name, &input.policy_name)?;
        Ok(Output {
            group_name: input.group_name,
            policy_name: input.policy_name,
            policy_document: url_encoded(&document),
        })
    }
}
