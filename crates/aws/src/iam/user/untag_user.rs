//! UntagUser

use std::sync::Arc;

use model::UserName;
use serde::Deserialize;

use crate::caller::{Caller, ConditionKeys};
use crate::error::AwsError;
use crate::iam::keys::tag_keys;
use crate::iam::resource;
use crate::operation::Operation;
use crate::query::list;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct UntagUser;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    user_name: UserName,
    #[serde(default, deserialize_with = "list")]
    tag_keys: Vec<String>,
}

impl Operation for UntagUser {
    const NAME: &'static str = "UntagUser";

    type Input = Input;
    type Output = Nothing;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        resource::user(state, &input.user_name)
    }

    fn condition_keys(input: &Input) -> ConditionKeys {
        tag_keys(&input.tag_keys)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        state.iam.untag_entity(&input.user_name.into(), &input.tag_keys).await?;
        Ok(Nothing {})
    }
}
