//! DescribeAuthorizer

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::authorizer::shape::{Described, find};
use crate::operation::Operation;
use crate::state::State;
use model::AuthorizerName;

#[derive(Debug)]
pub(crate) struct DescribeAuthorizer;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    authorizer_name: AuthorizerName,
}

impl Operation for DescribeAuthorizer {
    const NAME: &'static str = "DescribeAuthorizer";
    const METHOD_AND_PATH: &'static str = "GET /authorizer/{authorizerName}";

    type Input = Input;
    type Output = Described;

    fn resource(input: &Input) -> String {
        format!("authorizer/{}", input.authorizer_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Described, AwsError> {
        let found = find(&state, &input.authorizer_name)?;
        Ok(Described::of(&state, found))
    }
}
