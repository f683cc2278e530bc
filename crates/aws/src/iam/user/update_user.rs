//! UpdateUser

use std::sync::Arc;

use iam::EntityUpdate;
use model::{IamPath, UserName};
use serde::Deserialize;

use crate::caller::Caller;
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

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let update =
            EntityUpdate { name: input.new_user_name.map(Into::into), path: input.new_path };
        state.iam.update_entity(&input.user_name.into(), &update).await?;
        Ok(Nothing {})
    }
}
