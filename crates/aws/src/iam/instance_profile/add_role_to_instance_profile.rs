//! AddRoleToInstanceProfile

use std::sync::Arc;

use model::{InstanceProfileName, RoleName};
use serde::Deserialize;

use crate::caller::{Caller, PassedRole};
use crate::error::AwsError;
use crate::iam::resource;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct AddRoleToInstanceProfile;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    instance_profile_name: InstanceProfileName,
    role_name: RoleName,
}

impl Operation for AddRoleToInstanceProfile {
    const NAME: &'static str = "AddRoleToInstanceProfile";

    type Input = Input;
    type Output = Nothing;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        resource::profile(state, &input.instance_profile_name)
    }

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let role = resource::role(&state, &input.role_name);
        let passed = PassedRole { arn: &role, service: "ec2.amazonaws.com" };
        caller.check_pass_role(&state, passed)?;
        let (profile, role) = (&input.instance_profile_name, &input.role_name);
        state.iam.add_role_to_instance_profile(profile, role).await?;
        Ok(Nothing {})
    }
}
