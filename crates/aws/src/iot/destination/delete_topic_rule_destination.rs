//! DeleteTopicRuleDestination

use std::sync::Arc;

use serde::Deserialize;

use super::shape::id_of;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DeleteTopicRuleDestination;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    arn: String,
}

impl Operation for DeleteTopicRuleDestination {
    const NAME: &'static str = "DeleteTopicRuleDestination";
    const METHOD_AND_PATH: &'static str = "DELETE /destinations/{arn+}";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        input.arn.clone()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let registry = state.fleet.registry();
        registry.delete_destination(id_of(registry, &input.arn)?).await?;
        Ok(Nothing {})
    }
}
