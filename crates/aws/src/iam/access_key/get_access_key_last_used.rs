//! GetAccessKeyLastUsed

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iam::resource;
use crate::operation::Operation;
use crate::state::State;
use crate::timestamp::iso_8601;

#[derive(Debug)]
pub(crate) struct GetAccessKeyLastUsed;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    access_key_id: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    user_name: String,
    access_key_last_used: LastUsed,
}

impl Operation for GetAccessKeyLastUsed {
    const NAME: &'static str = "GetAccessKeyLastUsed";

    type Input = Input;
    type Output = Output;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        match state.iam.access_key_owner(&input.access_key_id) {
            Ok(owner) => resource::entity(state, &owner),
            Err(_) => "*".to_owned(),
        }
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let owner = state.iam.access_key_owner(&input.access_key_id)?;
        let unknown = || "N/A".to_owned();
        let access_key_last_used = match state.iam.last_use(&input.access_key_id)? {
            None => LastUsed { last_used_date: None, service_name: unknown(), region: unknown() },
            Some(last) => LastUsed {
                last_used_date: Some(iso_8601(last.at)),
                service_name: last.service,
                region: last.region,
            },
        };
        Ok(Output { user_name: owner.to_string(), access_key_last_used })
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct LastUsed {
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_date: Option<String>,
    service_name: String,
    region: String,
}
