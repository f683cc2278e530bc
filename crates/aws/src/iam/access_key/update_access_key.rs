//! UpdateAccessKey

use std::sync::Arc;

use iam::AccessKeyStatus;
use model::UserName;
use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iam::resource;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct UpdateAccessKey;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    user_name: Option<UserName>,
    access_key_id: String,
    status: Status,
}

impl Operation for UpdateAccessKey {
    const NAME: &'static str = "UpdateAccessKey";

    type Input = Input;
    type Output = Nothing;

    fn resource_in(state: &State, caller: &Caller, input: &Input) -> String {
        resource::user_or_caller(state, caller, input.user_name.as_ref())
    }

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let user = resource::named_or_caller(&caller, input.user_name)?;
        let status = match input.status {
            Status::Active => AccessKeyStatus::Active,
            Status::Inactive => AccessKeyStatus::Inactive,
        };
        state.iam.update_access_key(&user, &input.access_key_id, status).await?;
        Ok(Nothing {})
    }
}

#[derive(Debug, Deserialize)]
enum Status {
    Active,
    Inactive,
}
