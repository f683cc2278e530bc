//! PutResourcePolicy

use std::sync::Arc;

use serde::Deserialize;

use super::keys;
use super::policy::{check_name, is_public, read};
use super::words::{NamedOut, id, resource};
use crate::caller::{Caller, ConditionKeys};
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct PutResourcePolicy;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    secret_id: String,
    resource_policy: String,
    policy_name: Option<String>,
    #[serde(default)]
    block_public_policy: bool,
}

impl Operation for PutResourcePolicy {
    const NAME: &'static str = "PutResourcePolicy";

    type Input = Input;
    type Output = NamedOut;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        resource(state, &input.secret_id)
    }

    fn condition_keys_in(state: &State, input: &Input) -> ConditionKeys {
        let mut keys = keys::of_secret(state, &input.secret_id);
        let blocks = input.block_public_policy.to_string();
        keys.extend(keys::key("blockpublicpolicy", Some(&blocks)));
        keys
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<NamedOut, AwsError> {
        check_name(input.policy_name.as_deref())?;
        let document = read(&input.resource_policy)?;
        let id = id(&state, &input.secret_id)?;
        let arn = resource(&state, &input.secret_id);
        if input.block_public_policy && is_public(&document, &arn) {
            let message = "The resource policy allows broad access to the secret, and \
                           BlockPublicPolicy is set.";
            return Err(AwsError::new(400, "PublicPolicyException", message));
        }
        Ok(state.secrets.set_policy(&id, Some(input.resource_policy)).await?.into())
    }
}
