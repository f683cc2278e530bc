//! ListTargetsByRule

use std::sync::Arc;

use model::EventRuleName;
use serde::{Deserialize, Serialize};

use super::target::TargetOut;
use super::words::{BusRef, limit, rule_path};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListTargetsByRule;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    rule: EventRuleName,
    #[serde(default)]
    event_bus_name: BusRef,
    next_token: Option<String>,
    limit: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    targets: Vec<TargetOut>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListTargetsByRule {
    const NAME: &'static str = "ListTargetsByRule";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        rule_path(&input.event_bus_name, input.rule.as_str())
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let rule = state.schedules.rule(&input.event_bus_name.name()?, &input.rule)?;
        let limit = limit(input.limit)?;
        // The token is the id of the last target that was told.
        let is_told = |token: &String| rule.targets.iter().position(|target| target.id == *token);
        let begin = match &input.next_token {
            None => 0,
            Some(token) => is_told(token).map(|at| at + 1).ok_or_else(|| {
                AwsError::new(400, "ValidationException", "NextToken: the token is not ours")
            })?,
        };
        let end = rule.targets.len().min(begin + limit);
        let next_token = (end < rule.targets.len()).then(|| rule.targets[end - 1].id.clone());
        let targets = rule.targets[begin..end].iter().map(TargetOut::of).collect();
        Ok(Output { targets, next_token })
    }
}
