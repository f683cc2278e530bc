//! UpdateAuthorizer

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::authorizer::shape::{
    Status, Summary, check_function, check_token_key_name, check_token_keys, refuse_caching,
};
use crate::operation::Operation;
use crate::state::State;
use model::AuthorizerName;
use registry::{AuthorizerUpdate, TokenKeys};

#[derive(Debug)]
pub(crate) struct UpdateAuthorizer;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    authorizer_name: AuthorizerName,
    authorizer_function_arn: Option<String>,
    token_key_name: Option<String>,
    token_signing_public_keys: Option<TokenKeys>,
    status: Option<Status>,
    enable_caching_for_http: Option<bool>,
}

impl Operation for UpdateAuthorizer {
    const NAME: &'static str = "UpdateAuthorizer";
    const METHOD_AND_PATH: &'static str = "PUT /authorizer/{authorizerName}";

    type Input = Input;
    type Output = Summary;

    fn resource(input: &Input) -> String {
        format!("authorizer/{}", input.authorizer_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Summary, AwsError> {
        input.authorizer_function_arn.as_deref().map_or(Ok(()), check_function)?;
        check_token_key_name(input.token_key_name.as_deref())?;
        check_token_keys(input.token_signing_public_keys.as_ref())?;
        refuse_caching(input.enable_caching_for_http)?;
        let update = AuthorizerUpdate {
            function_arn: input.authorizer_function_arn,
            token_key_name: input.token_key_name,
            token_keys: input.token_signing_public_keys,
            is_active: input.status.map(|status| status == Status::Active),
        };
        let (name, now) = (&input.authorizer_name, state.clock.now());
        state.fleet.registry().update_authorizer(name, &update, now).await?;
        Ok(Summary::of(&state, input.authorizer_name))
    }
}
