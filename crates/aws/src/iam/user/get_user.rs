//! GetUser

use std::sync::Arc;

use model::UserName;
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iam::resource;
use crate::iam::shape::Named;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetUser;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    user_name: Option<UserName>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    user: Named,
}

impl Operation for GetUser {
    const NAME: &'static str = "GetUser";

    type Input = Input;
    type Output = Output;

    fn resource_in(state: &State, caller: &Caller, input: &Input) -> String {
        resource::user_or_caller(state, caller, input.user_name.as_ref())
    }

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Output, AwsError> {
        let identity = caller.identity()?;
        if input.user_name.is_none() && identity.is_root() {
            return Ok(Output { user: Named::root(identity) });
        }
        let name = resource::named_or_caller(&caller, input.user_name)?;
        let user = state.iam.entity(&name.into())?;
        Ok(Output { user: Named::user(&state.iam, &user) })
    }
}
