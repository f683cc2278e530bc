//! ReplayRule: what a rule has to do for recorded messages is done, unless it was.

use std::sync::Arc;

use fleet::FailedReplay;
use model::{RuleName, TopicFilter};
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::own::recorded::{Passage, ShownMessage, ShownVerdicts};
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ReplayRule;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    rule: RuleName,
    /// What TestRuleOnRecorded said of the rule: it is replayed as it was looked at, or not.
    digest: String,
    /// Milliseconds since the epoch.
    since: u64,
    until: Option<u64>,
    topic: Option<TopicFilter>,
    /// The `next` of the last answer.
    after: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    #[serde(flatten)]
    verdicts: ShownVerdicts,
    /// The first of them.
    failures: Vec<ShownFailure>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownFailure {
    message: ShownMessage,
    failure: String,
}

impl Operation for ReplayRule {
    const NAME: &'static str = "ReplayRule";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let Input { rule, digest, since, until, topic, after } = input;
        let asked = Passage { since, until, topic, after: after.as_deref() }.asked()?;
        let replayed = state.hall.replay(&rule, &digest, &asked).await?;
        Ok(Output {
            verdicts: replayed.verdicts.into(),
            failures: replayed.failures.into_iter().map(ShownFailure::of).collect(),
            next: replayed.next.map(|next| next.to_string()),
        })
    }
}

impl ShownFailure {
    fn of(FailedReplay { recorded, what }: FailedReplay) -> ShownFailure {
        ShownFailure { message: ShownMessage::of(&recorded), failure: what }
    }
}
