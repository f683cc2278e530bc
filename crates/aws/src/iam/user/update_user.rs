//! UpdateUser

use std::sync::Arc;

use iam::EntityUpdate;
use model::{IamPath, UserName};
use serde::Deserialize;

use crate::caller::{Asked, Caller};
use crate::error::AwsError;
use crate::iam::resource;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct UpdateUser;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    user_name: UserName,
    new_path: Option<IamPath>,
    new_user_name: Option<UserName>,
}

impl Operation for UpdateUser {
    const NAME: &'static str = "UpdateUser";

    type Input = Input;
    type Output = Nothing;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        resource::user(state, &input.user_name)
    }

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let entity = input.user_name.into();
        let new_name = input.new_user_name.as_ref().map(UserName::as_str);
        let renamed = resource::renamed(&state, &entity, input.new_path.as_ref(), new_name);
        let home = state.iam.home();
        caller.check(&state, &Asked::new(home, "iam", Self::NAME, &renamed))?;
        let update =
            EntityUpdate { name: input.new_user_name.map(Into::into), path: input.new_path };
        state.iam.update_entity(&entity, &update).await?;
        Ok(Nothing {})
    }
}
