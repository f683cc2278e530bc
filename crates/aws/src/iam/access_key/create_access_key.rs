//! CreateAccessKey

use std::sync::Arc;

use model::UserName;
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iam::resource;
use crate::operation::Operation;
use crate::state::State;
use crate::timestamp::iso_8601;

#[derive(Debug)]
pub(crate) struct CreateAccessKey;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    user_name: Option<UserName>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    access_key: Created,
}

impl Operation for CreateAccessKey {
    const NAME: &'static str = "CreateAccessKey";

    type Input = Input;
    type Output = Output;

    fn resource_in(state: &State, caller: &Caller, input: &Input) -> String {
        resource::user_or_caller(state, caller, input.user_name.as_ref())
    }

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Output, AwsError> {
        let user = resource::named_or_caller(&caller, input.user_name)?;
        let new = state.iam.create_access_key(&user, state.clock.now()).await?;
        Ok(Output {
            access_key: Created {
                user_name: new.key.user.to_string(),
                access_key_id: new.key.id,
                status: new.key.status.as_str(),
                secret_access_key: new.secret,
                create_date: iso_8601(new.key.created_at),
            },
        })
    }
}

/// Its secret is shown this once.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Created {
    user_name: String,
    access_key_id: String,
    status: &'static str,
    secret_access_key: String,
    create_date: String,
}

impl std::fmt::Debug for Created {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Created").field(&self.access_key_id).finish()
    }
}
