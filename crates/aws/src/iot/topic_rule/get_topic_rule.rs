//! GetTopicRule

use std::sync::Arc;

use model::RuleName;
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::topic_rule::shape::ShownRule;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetTopicRule;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    rule_name: RuleName,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    rule_arn: String,
    rule: ShownRule,
}

impl Operation for GetTopicRule {
    const NAME: &'static str = "GetTopicRule";
    const METHOD_AND_PATH: &'static str = "GET /rules/{ruleName}";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("rule/{}", input.rule_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let (registry, name) = (state.fleet.registry(), &input.rule_name);
        // AWS has no other word for a rule that is not there, and Terraform waits for this one.
        let denied = || {
            let message = format!("Access to topic rule '{name}' was denied");
            AwsError::new(401, "UnauthorizedException", message)
        };
        let rule = registry.topic_rule(name)?.ok_or_else(denied)?;
        let rule_arn = registry.topic_rule_arn(name).to_string();
        Ok(Output { rule_arn, rule: ShownRule::of(rule)? })
    }
}
