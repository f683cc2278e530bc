//! CreatePolicy

use std::sync::Arc;

use iam::NewManagedPolicy;
use model::{IamPath, PolicyName};
use serde::{Deserialize, Serialize};

use crate::caller::{Caller, ConditionKeys};
use crate::error::AwsError;
use crate::iam::keys::request_tags;
use crate::iam::resource;
use crate::iam::shape::{Policy, Tag, pairs};
use crate::operation::Operation;
use crate::query::list;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct CreatePolicy;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    policy_name: PolicyName,
    #[serde(default)]
    path: IamPath,
    policy_document: String,
    description: Option<String>,
    #[serde(default, deserialize_with = "list")]
    tags: Vec<Tag>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    policy: Policy,
}

impl Operation for CreatePolicy {
    const NAME: &'static str = "CreatePolicy";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        resource::new_policy(&input.path, &input.policy_name)
    }

    fn condition_keys(input: &Input) -> ConditionKeys {
        request_tags(&input.tags)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let new = NewManagedPolicy {
            name: input.policy_name,
            path: input.path,
            description: input.description,
            document: input.policy_document,
            tags: pairs(input.tags),
        };
        let policy = state.iam.create_policy(new, state.clock.now()).await?;
        Ok(Output { policy: Policy::of(&state.iam, policy)? })
    }
}
