//! CreateAuthorizer

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::authorizer::shape::{
    Status, Summary, check_function, check_token_key_name, check_token_keys, refuse_caching,
};
use crate::iot::tag::shape::{TagList, tags_of};
use crate::operation::Operation;
use crate::state::State;
use model::AuthorizerName;
use registry::{NewAuthorizer, TokenKeys};

#[derive(Debug)]
pub(crate) struct CreateAuthorizer;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    authorizer_name: AuthorizerName,
    authorizer_function_arn: String,
    token_key_name: Option<String>,
    token_signing_public_keys: Option<TokenKeys>,
    status: Option<Status>,
    tags: Option<TagList>,
    signing_disabled: Option<bool>,
    enable_caching_for_http: Option<bool>,
}

impl Operation for CreateAuthorizer {
    const NAME: &'static str = "CreateAuthorizer";
    const METHOD_AND_PATH: &'static str = "POST /authorizer/{authorizerName}";

    type Input = Input;
    type Output = Summary;

    fn resource(input: &Input) -> String {
        format!("authorizer/{}", input.authorizer_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Summary, AwsError> {
        check_function(&input.authorizer_function_arn)?;
        check_token_key_name(input.token_key_name.as_deref())?;
        check_token_keys(input.token_signing_public_keys.as_ref())?;
        refuse_caching(input.enable_caching_for_http)?;
        let new = NewAuthorizer {
            name: input.authorizer_name,
            function_arn: input.authorizer_function_arn,
            token_key_name: input.token_key_name,
            token_keys: input.token_signing_public_keys.unwrap_or_default(),
            // As AWS does it, where nothing is said.
            is_active: input.status == Some(Status::Active),
            is_signing_disabled: input.signing_disabled.unwrap_or(false),
            tags: tags_of(input.tags)?,
        };
        let registry = state.fleet.registry();
        let created = registry.create_authorizer(&new, state.clock.now()).await?;
        Ok(Summary::of(&state, created.name))
    }
}
