//! CreateInstanceProfile

use std::sync::Arc;

use iam::NewInstanceProfile;
use model::{IamPath, InstanceProfileName};
use serde::{Deserialize, Serialize};

use crate::caller::{Caller, ConditionKeys};
use crate::error::AwsError;
use crate::iam::keys::request_tags;
use crate::iam::resource;
use crate::iam::shape::{Profile, Tag, pairs};
use crate::operation::Operation;
use crate::query::list;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct CreateInstanceProfile;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    instance_profile_name: InstanceProfileName,
    #[serde(default)]
    path: IamPath,
    #[serde(default, deserialize_with = "list")]
    tags: Vec<Tag>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    instance_profile: Profile,
}

impl Operation for CreateInstanceProfile {
    const NAME: &'static str = "CreateInstanceProfile";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        resource::new("instance-profile", &input.path, input.instance_profile_name.as_str())
    }

    fn condition_keys(input: &Input) -> ConditionKeys {
        request_tags(&input.tags)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let new = NewInstanceProfile {
            name: input.instance_profile_name,
            path: input.path,
            tags: pairs(input.tags),
        };
        let profile = state.iam.create_instance_profile(new, state.clock.now()).await?;
        Ok(Output { instance_profile: Profile::of(&state.iam, profile)? })
    }
}
