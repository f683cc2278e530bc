//! TagInstanceProfile

use std::sync::Arc;

use model::InstanceProfileName;
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
pub(crate) struct TagInstanceProfile;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    instance_profile_name: InstanceProfileName,
    #[serde(default, deserialize_with = "list")]
    tags: Vec<Tag>,
}

impl Operation for TagInstanceProfile {
    const NAME: &'static str = "TagInstanceProfile";

    type Input = Input;
    type Output = Nothing;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        resource::profile(state, &input.instance_profile_name)
    }

    fn condition_keys(input: &Input) -> ConditionKeys {
        request_tags(&input.tags)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        state.iam.tag_instance_profile(&input.instance_profile_name, &pairs(input.tags)).await?;
        Ok(Nothing {})
    }
}
