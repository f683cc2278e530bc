//! TagUser

use std::sync::Arc;

use model::UserName;
use serde::Deserialize;

use crate::caller::{Caller, ConditionKeys};
use crate::error::AwsError;
use crate::iam::keys::request_tags;
use crate::iam::resource;
use crate::iam::shape::{Tag, pairs};
use crate::operation::Operation;
use crate::query::list;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct TagUser;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    user_name: UserName,
    #[serde(default, deserialize_with = "list")]
    tags: Vec<Tag>,
}

impl Operation for TagUser {
    const NAME: &'static str = "TagUser";

    type Input = Input;
    type Output = Nothing;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        resource::user(state, &input.user_name)
    }

    fn condition_keys(input: &Input) -> ConditionKeys {
        request_tags(&input.tags)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        state.iam.tag_entity(&input.user_name.into(), &pairs(input.tags)).await?;
        Ok(Nothing {})
    }
}
