//! TestRule: what a rule would make of a message. Nothing is written and nothing is sent.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use fleet::{Sender, Trial};
use model::{ClientId, Message, Qos, RuleName, Topic};
use registry::TopicRuleText;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::check_rule;
use crate::operation::Operation;
use crate::own::story::{ShownClause, ShownOutcome, clauses};
use crate::state::State;

/// What a rule is called that has no name yet.
const NAMELESS: &str = "test";

/// As many messages as may follow from one.
const ROOM: usize = 1_000;

#[derive(Debug)]
pub(crate) struct TestRule;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    /// A rule that is there. Without it, `sql` and what else the rule is to be.
    rule: Option<RuleName>,
    sql: Option<String>,
    aws_iot_sql_version: Option<String>,
    actions: Option<Value>,
    topic: String,
    payload_base64: String,
    client_id: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    /// Whether the topic is one that the rule listens to.
    listens: bool,
    #[serde(flatten)]
    trial: ShownTrial,
}

/// What a rule would make of a message.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShownTrial {
    #[serde(flatten)]
    outcome: ShownOutcome,
    clauses: Vec<ShownClause>,
    /// What its actions would do.
    would: Vec<String>,
}

impl ShownTrial {
    pub(crate) fn of(trial: Trial) -> ShownTrial {
        ShownTrial {
            outcome: ShownOutcome::of_trial(&trial.outcome, trial.output),
            clauses: clauses(trial.explained),
            would: trial.notes,
        }
    }
}

impl Operation for TestRule {
    const NAME: &'static str = "TestRule";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Output, AwsError> {
        let (name, text) = rule(
            (&state, &caller),
            Chosen {
                rule: input.rule,
                sql: input.sql,
                sql_version: input.aws_iot_sql_version,
                actions: input.actions,
            },
        )?;
        let invalid = |what: String| AwsError::invalid_request(what);
        let topic = Topic::new(&input.topic).map_err(|e| invalid(format!("topic: {e}")))?;
        let payload = STANDARD
            .decode(&input.payload_base64)
            .map_err(|_| invalid("payloadBase64 is no base64".to_owned()))?;
        let client_id = input.client_id.as_deref().map(ClientId::new).transpose();
        let client_id = client_id.map_err(|e| invalid(format!("clientId: {e}")))?;
        let listens = fleet::filter_of(&text).is_none_or(|it| it.matches(topic.as_str()));
        let principal = caller.who.principal();
        let sender = Sender {
            client_id: client_id.as_ref(),
            principal: &principal,
            source_ip: Some(caller.source_ip),
            at: state.clock.now(),
            hops: 0,
            room: ROOM,
        };
        let (qos, payload) = (Qos::AtLeastOnce, Bytes::from(payload));
        let message = Arc::new(Message { topic, payload, qos, retain: false, properties: None });
        let trial = state.hall.try_rule(&name, &text, &message, &sender)?;
        Ok(Output { listens, trial: ShownTrial::of(trial) })
    }
}

/// A rule that is there, or one that is yet to be.
pub(crate) struct Chosen {
    pub(crate) rule: Option<RuleName>,
    pub(crate) sql: Option<String>,
    pub(crate) sql_version: Option<String>,
    pub(crate) actions: Option<Value>,
}

pub(crate) fn rule(
    (state, caller): (&State, &Caller),
    chosen: Chosen,
) -> Result<(RuleName, TopicRuleText), AwsError> {
    let stored = match &chosen.rule {
        None => None,
        Some(name) => {
            let missing = || AwsError::not_found(format!("the rule {name} does not exist"));
            Some(state.fleet.registry().topic_rule(name)?.ok_or_else(missing)?)
        }
    };
    match (stored, chosen.sql) {
        (Some(rule), None) => Ok((rule.name, rule.text)),
        (None, Some(sql)) => {
            let text = TopicRuleText {
                sql,
                sql_version: chosen.sql_version,
                description: None,
                actions: chosen.actions.unwrap_or_else(|| json!([])).to_string(),
                error_action: None,
                is_disabled: false,
            };
            let name = RuleName::new(NAMELESS).expect("a name");
            check_rule(state, caller, &name, &text)?;
            Ok((name, text))
        }
        _ => Err(AwsError::invalid_request("one of rule and sql is needed")),
    }
}
