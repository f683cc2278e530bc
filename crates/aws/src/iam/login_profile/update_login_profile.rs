//! UpdateLoginProfile

use std::sync::Arc;

use model::UserName;
use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iam::resource;
use crate::input::from_text;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct UpdateLoginProfile;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    user_name: UserName,
    password: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    password_reset_required: Option<bool>,
}

impl Operation for UpdateLoginProfile {
    const NAME: &'static str = "UpdateLoginProfile";

    type Input = Input;
    type Output = Nothing;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        resource::user(state, &input.user_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let Input { user_name, password, password_reset_required } = input;
        state.iam.update_login_profile(&user_name, password, password_reset_required).await?;
        Ok(Nothing {})
    }
}
