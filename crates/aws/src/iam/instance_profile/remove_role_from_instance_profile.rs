//! RemoveRoleFromInstanceProfile

use std::sync::Arc;

use model::{InstanceProfileName, RoleName};
use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iam::resource;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct RemoveRoleFromInstanceProfile;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    instance_profile_name: InstanceProfileName,
    role_name: RoleName,
}

impl Operation for RemoveRoleFromInstanceProfile {
    const NAME: &'static str = "RemoveRoleFromInstanceProfile";

    type Input = Input;
    type Output = Nothing;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        resource::profile(state, &input.instance_profile_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let (profile, role) = (&input.instance_profile_name, &input.role_name);
        state.iam.remove_role_from_instance_profile(profile, role).await?;
        Ok(Nothing {})
    }
}
