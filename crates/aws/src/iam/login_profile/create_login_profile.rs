//! CreateLoginProfile

use std::sync::Arc;

use model::UserName;
use serde::Deserialize;

use super::Output;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::iam::resource;
use crate::input::from_text;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct CreateLoginProfile;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    user_name: Option<UserName>,
    password: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    password_reset_required: Option<bool>,
}

impl Operation for CreateLoginProfile {
    const NAME: &'static str = "CreateLoginProfile";

    type Input = Input;
    type Output = Output;

    fn resource_in(state: &State, caller: &Caller, input: &Input) -> String {
        resource::user_or_caller(state, caller, input.user_name.as_ref())
    }

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Output, AwsError> {
        let user = resource::named_or_caller(&caller, input.user_name)?;
        // AWS goes without one in sessions of AssumeRoot alone.
        let missing = || AwsError::validation("Password is required".to_owned());
        let password = input.password.ok_or_else(missing)?;
        let (reset_required, now) =
            (input.password_reset_required.unwrap_or(false), state.clock.now());
        let made = state.iam.create_login_profile(&user, password, reset_required, now).await?;
        Ok(made.into())
    }
}
