//! GetAccessKeyInfo

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetAccessKeyInfo;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    access_key_id: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    account: String,
}

impl Operation for GetAccessKeyInfo {
    const NAME: &'static str = "GetAccessKeyInfo";

    type Input = Input;
    type Output = Output;

    /// Tells the account of any key, known or not, as AWS does: there is one.
    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let id = &input.access_key_id;
        let is_key = id.len() >= 16 && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_key {
            return Err(AwsError::validation(format!("{id:?} is no access key id")));
        }
        Ok(Output { account: state.iam.home().account.clone() })
    }
}
