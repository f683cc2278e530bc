//! TestRuleOnRecorded: what a rule would make of recorded messages. Nothing is written and nothing is
//! sent.

use std::sync::Arc;

use fleet::{Showing, TriedOne};
use model::{RuleName, TopicFilter};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::own::recorded::{Passage, ShownMessage, ShownVerdicts};
use crate::own::test_rule::{Chosen, ShownTrial, rule};
use crate::state::State;

/// Messages of each verdict that one answer shows in full.
const SHOWN_MAX: u64 = 10;

#[derive(Debug)]
pub(crate) struct TestRuleOnRecorded;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    /// A rule that is there. Without it, `sql` and what else the rule is to be.
    rule: Option<RuleName>,
    sql: Option<String>,
    aws_iot_sql_version: Option<String>,
    actions: Option<Value>,
    /// Milliseconds since the epoch.
    since: u64,
    until: Option<u64>,
    topic: Option<TopicFilter>,
    /// The `next` of the last answer.
    after: Option<String>,
    /// How many messages of each verdict are shown in full.
    show: Option<u64>,
    /// Whether messages for which the rule did all before are only counted.
    #[serde(default)]
    leave_out_done: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    #[serde(flatten)]
    verdicts: ShownVerdicts,
    shown: Vec<ShownRecorded>,
    /// Of the rule as it reads now, for who replays it.
    digest: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownRecorded {
    message: ShownMessage,
    #[serde(flatten)]
    trial: ShownTrial,
}

impl Operation for TestRuleOnRecorded {
    const NAME: &'static str = "TestRuleOnRecorded";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Output, AwsError> {
        let Input { since, until, topic, .. } = input;
        let asked = Passage { since, until, topic, after: input.after.as_deref() }.asked()?;
        let (name, text) = rule(
            (&state, &caller),
            Chosen {
                rule: input.rule,
                sql: input.sql,
                sql_version: input.aws_iot_sql_version,
                actions: input.actions,
            },
        )?;
        let each_max = input.show.unwrap_or(SHOWN_MAX).min(SHOWN_MAX);
        let showing = Showing { each_max, leaves_out_done: input.leave_out_done };
        // A thousand messages take longer than others should wait for this thread.
        let trying = tokio::task::spawn_blocking(move || {
            state.hall.try_on_recorded(&name, &text, &asked, showing)
        });
        let tried = trying.await.map_err(|error| AwsError::internal(error.to_string()))??;
        Ok(Output {
            verdicts: tried.verdicts.into(),
            shown: tried.shown.into_iter().map(ShownRecorded::of).collect(),
            digest: tried.digest,
            next: tried.next.map(|next| next.to_string()),
        })
    }
}

impl ShownRecorded {
    fn of(TriedOne { recorded, trial }: TriedOne) -> ShownRecorded {
        let (message, trial) = (ShownMessage::of(&recorded), ShownTrial::of(trial));
        ShownRecorded { message, trial }
    }
}
