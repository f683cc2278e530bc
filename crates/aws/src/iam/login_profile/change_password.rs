//! ChangePassword: a user's own password, by the user.

use std::sync::Arc;

use iam::IdentityKind;
use model::UserName;
use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iam::resource;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ChangePassword;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    old_password: String,
    new_password: String,
}

impl Operation for ChangePassword {
    const NAME: &'static str = "ChangePassword";

    type Input = Input;
    type Output = Nothing;

    fn resource_in(state: &State, caller: &Caller, _input: &Input) -> String {
        resource::user_or_caller(state, caller, None)
    }

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let IdentityKind::User { name } = &caller.identity()?.kind else {
            let message = "Only IAM Users can change their own password";
            return Err(AwsError::new(400, "InvalidUserType", message));
        };
        let user = UserName::new(name).map_err(|error| AwsError::validation(error.to_string()))?;
        let Input { old_password, new_password } = input;
        state.iam.change_password(&user, old_password, new_password, state.clock.now()).await?;
        Ok(Nothing {})
    }
}
