//! ReplaceTopicRule

use std::sync::Arc;

use model::RuleName;
use serde::Deserialize;
use serde_json::Value;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::destination::shape::door_of;
use crate::iot::topic_rule::shape::Payload;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ReplaceTopicRule;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    rule_name: RuleName,
    sql: String,
    description: Option<String>,
    actions: Value,
    rule_disabled: Option<bool>,
    aws_iot_sql_version: Option<String>,
    error_action: Option<Value>,
}

impl Operation for ReplaceTopicRule {
    const NAME: &'static str = "ReplaceTopicRule";
    const METHOD_AND_PATH: &'static str = "PATCH /rules/{ruleName}";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        format!("rule/{}", input.rule_name)
    }

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let Input {
            rule_name,
            sql,
            description,
            actions,
            rule_disabled,
            aws_iot_sql_version,
            error_action,
        } = input;
        let payload =
            Payload { sql, description, actions, rule_disabled, aws_iot_sql_version, error_action };
        let checked = payload.check(&state, &caller, &rule_name)?;
        state.fleet.registry().replace_topic_rule(&rule_name, checked.text).await?;
        let door = door_of(&caller);
        state.hall.ensure_destinations(&checked.confirmation_urls, &door).await;
        Ok(Nothing {})
    }
}
