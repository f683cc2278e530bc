//! GetCallerIdentity

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::{Operation, Permission};
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetCallerIdentity;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    user_id: String,
    account: String,
    arn: String,
}

impl Operation for GetCallerIdentity {
    const NAME: &'static str = "GetCallerIdentity";
    // Whoever can sign may know who it is; AWS asks no policy, not even one that denies it.
    const PERMISSION: Permission = Permission::Own;

    type Input = Input;
    type Output = Output;

    async fn call(_state: Arc<State>, caller: Caller, _input: Input) -> Result<Output, AwsError> {
        let identity = caller.identity()?;
        Ok(Output {
            user_id: identity.user_id.clone(),
            account: identity.account.clone(),
            arn: identity.arn.clone(),
        })
    }
}
