//! UpdateRole

use std::sync::Arc;

use iam::RoleUpdate;
use model::RoleName;
use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iam::resource;
use crate::input::from_text;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct UpdateRole;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    role_name: RoleName,
    description: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    max_session_duration: Option<u32>,
}

impl Operation for UpdateRole {
    const NAME: &'static str = "UpdateRole";

    type Input = Input;
    type Output = Nothing;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        resource::role(state, &input.role_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let update = RoleUpdate {
            trust: None,
            description: input.description,
            max_session_secs: input.max_session_duration,
        };
        state.iam.update_role(&input.role_name.into(), &update).await?;
        Ok(Nothing {})
    }
}
