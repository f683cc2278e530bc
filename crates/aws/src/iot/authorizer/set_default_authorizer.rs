//! SetDefaultAuthorizer

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::authorizer::shape::Summary;
use crate::operation::Operation;
use crate::state::State;
use model::AuthorizerName;

#[derive(Debug)]
pub(crate) struct SetDefaultAuthorizer;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    authorizer_name: AuthorizerName,
}

impl Operation for SetDefaultAuthorizer {
    const NAME: &'static str = "SetDefaultAuthorizer";
    const METHOD_AND_PATH: &'static str = "POST /default-authorizer";

    type Input = Input;
    type Output = Summary;

    fn resource(input: &Input) -> String {
        format!("authorizer/{}", input.authorizer_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Summary, AwsError> {
        state.fleet.registry().set_default_authorizer(&input.authorizer_name).await?;
        Ok(Summary::of(&state, input.authorizer_name))
    }
}
