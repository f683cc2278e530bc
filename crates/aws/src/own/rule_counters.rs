//! RuleCounters: how often each rule was asked, and what came of it.

use std::sync::Arc;

use fleet::{ActionTally, LastFailure, Rule};
use model::RuleName;
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct RuleCounters;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    /// One; without it, all that are switched on.
    rule: Option<RuleName>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    rules: Vec<Counted>,
}

/// Since the rule was last changed, or the server was started.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Counted {
    rule: String,
    evaluated: u64,
    matched: u64,
    failed: u64,
    #[serde(flatten)]
    last_failure: Option<Failed>,
    actions: Vec<CountedAction>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_action: Option<CountedAction>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct CountedAction {
    action: &'static str,
    succeeded: u64,
    failed: u64,
    #[serde(flatten)]
    last_failure: Option<Failed>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Failed {
    last_failure: String,
    last_failure_at: u64,
}

impl Operation for RuleCounters {
    const NAME: &'static str = "RuleCounters";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let rules = state.hall.rules()?;
        let is_asked =
            |rule: &&Arc<Rule>| input.rule.as_ref().is_none_or(|name| rule.name == *name);
        let rules = rules.iter().filter(is_asked).map(|rule| Counted::of(rule)).collect();
        Ok(Output { rules })
    }
}

impl Counted {
    fn of(rule: &Rule) -> Counted {
        let tally = &rule.tally;
        Counted {
            rule: rule.name.to_string(),
            evaluated: tally.evaluated(),
            matched: tally.matched(),
            failed: tally.failed(),
            last_failure: tally.last_failure().map(Failed::of),
            actions: tally.actions.iter().map(CountedAction::of).collect(),
            error_action: tally.error_action.as_ref().map(CountedAction::of),
        }
    }
}

impl CountedAction {
    fn of(tally: &ActionTally) -> CountedAction {
        CountedAction {
            action: tally.kind,
            succeeded: tally.succeeded(),
            failed: tally.failed(),
            last_failure: tally.last_failure().map(Failed::of),
        }
    }
}

impl Failed {
    fn of(failure: LastFailure) -> Failed {
        Failed { last_failure: failure.what, last_failure_at: failure.at }
    }
}
