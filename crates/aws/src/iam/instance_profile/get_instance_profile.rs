//! GetInstanceProfile

use std::sync::Arc;

use model::InstanceProfileName;
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iam::resource;
use crate::iam::shape::Profile;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetInstanceProfile;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    instance_profile_name: InstanceProfileName,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    instance_profile: Profile,
}

impl Operation for GetInstanceProfile {
    const NAME: &'static str = "GetInstanceProfile";

    type Input = Input;
    type Output = Output;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        resource::profile(state, &input.instance_profile_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let profile = state.iam.instance_profile(&input.instance_profile_name)?;
        Ok(Output { instance_profile: Profile::of(&state.iam, profile)? })
    }
}
