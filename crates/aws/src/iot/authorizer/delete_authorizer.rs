//! DeleteAuthorizer

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;
use model::AuthorizerName;

#[derive(Debug)]
pub(crate) struct DeleteAuthorizer;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    authorizer_name: AuthorizerName,
}

impl Operation for DeleteAuthorizer {
    const NAME: &'static str = "DeleteAuthorizer";
    const METHOD_AND_PATH: &'static str = "DELETE /authorizer/{authorizerName}";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        format!("authorizer/{}", input.authorizer_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        state.fleet.registry().delete_authorizer(&input.authorizer_name).await?;
        Ok(Nothing {})
    }
}
