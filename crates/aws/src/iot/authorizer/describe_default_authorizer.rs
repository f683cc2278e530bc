//! DescribeDefaultAuthorizer

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::authorizer::shape::{Described, find};
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DescribeDefaultAuthorizer;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {}

impl Operation for DescribeDefaultAuthorizer {
    const NAME: &'static str = "DescribeDefaultAuthorizer";
    const METHOD_AND_PATH: &'static str = "GET /default-authorizer";

    type Input = Input;
    type Output = Described;

    async fn call(
        state: Arc<State>,
        _caller: Caller,
        _input: Input,
    ) -> Result<Described, AwsError> {
        let name = state.fleet.registry().default_authorizer()?;
        let missing = || AwsError::not_found("There is no default authorizer.");
        let found = find(&state, &name.ok_or_else(missing)?)?;
        Ok(Described::of(&state, found))
    }
}
