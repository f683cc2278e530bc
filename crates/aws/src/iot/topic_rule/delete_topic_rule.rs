//! DeleteTopicRule

use std::sync::Arc;

use model::RuleName;
use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DeleteTopicRule;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    rule_name: RuleName,
}

impl Operation for DeleteTopicRule {
    const NAME: &'static str = "DeleteTopicRule";
    const METHOD_AND_PATH: &'static str = "DELETE /rules/{ruleName}";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        format!("rule/{}", input.rule_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        state.fleet.registry().delete_topic_rule(&input.rule_name).await?;
        Ok(Nothing {})
    }
}
