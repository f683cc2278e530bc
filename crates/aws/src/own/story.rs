//! Stories: what went on with messages that some rule listens to.

use std::ops::RangeInclusive;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fleet::{ActionStory, Errand, ErrandFate, Fate, RuleOutcome, RuleStory, Story};
use model::{Home, TopicFilter};
use rules::Explained;
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

/// Stories in one answer.
const LATEST: usize = 50;

/// The latest stories, or one.
#[derive(Debug)]
pub(crate) struct Stories;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    /// The number of one, or a trace id: of a message's, and of rules that were run with it later.
    story: Option<String>,
    /// Of topics that a filter matches.
    topic: Option<String>,
    /// Of one client.
    client_id: Option<String>,
    /// Of this moment or later, and of this one or earlier.
    from: Option<u64>,
    to: Option<u64>,
    /// Only those that came after this one.
    after: Option<u64>,
}

/// Which stories are told of.
struct Wanted {
    filter: Option<TopicFilter>,
    client_id: Option<String>,
    times: RangeInclusive<u64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    /// Newest first.
    stories: Vec<ShownStory>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownStory {
    id: u64,
    trace_id: String,
    at: u64,
    topic: String,
    qos: u8,
    client_id: Option<String>,
    principal: String,
    source_ip: Option<String>,
    hops: u8,
    /// As text, if it is text.
    payload: Option<String>,
    payload_base64: String,
    fate: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    unknown_rule: Option<String>,
    rules: Vec<ShownRule>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownRule {
    rule: String,
    sql: String,
    #[serde(flatten)]
    outcome: ShownOutcome,
    clauses: Vec<ShownClause>,
}

/// What a rule made of a message.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShownOutcome {
    matched: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<String>,
    /// What it asks before it can go on, and how that went: `asks the function …`.
    #[serde(skip_serializing_if = "Option::is_none")]
    deferred: Option<String>,
    actions: Vec<ShownAction>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_action: Option<ShownAction>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownAction {
    action: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
    /// What went out for it: `queued for …`, `delivered to …`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errands: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShownClause {
    clause: String,
    text: String,
    value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

impl Operation for Stories {
    const NAME: &'static str = "Stories";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let (stories, home) = (state.hall.stories(), state.fleet.registry().home());
        let found = match &input.story {
            Some(asked) => {
                let by_number = asked.parse().ok().and_then(|id| stories.get(id));
                let found = by_number.map_or_else(|| stories.of_trace(asked), |story| vec![story]);
                if found.is_empty() {
                    return Err(AwsError::not_found(format!("the story {asked} is not known")));
                }
                found
            }
            None => {
                let wanted = Wanted::of(&input)?;
                let after = input.after.unwrap_or_default();
                stories.latest(after, LATEST, |story| wanted.has(story))
            }
        };
        Ok(Output { stories: found.iter().map(|story| ShownStory::of(story, home)).collect() })
    }
}

impl Wanted {
    fn of(input: &Input) -> Result<Wanted, AwsError> {
        let filter = input.topic.as_deref().map(TopicFilter::new).transpose();
        Ok(Wanted {
            filter: filter.map_err(|e| AwsError::invalid_request(format!("topic: {e}")))?,
            client_id: input.client_id.clone(),
            times: input.from.unwrap_or(0)..=input.to.unwrap_or(u64::MAX),
        })
    }

    fn has(&self, story: &Story) -> bool {
        let is_of_client = |wanted: &String| {
            story.client_id.as_ref().is_some_and(|client_id| client_id.as_str() == wanted)
        };
        let topic = story.message.topic.as_str();
        self.times.contains(&story.at)
            && self.client_id.as_ref().is_none_or(is_of_client)
            && self.filter.as_ref().is_none_or(|filter| filter.matches(topic))
    }
}

impl ShownStory {
    fn of(story: &Story, home: &Home) -> ShownStory {
        ShownStory {
            id: story.id,
            trace_id: story.trace_id.as_str().to_owned(),
            at: story.at,
            topic: story.message.topic.to_string(),
            qos: story.message.qos.bits(),
            client_id: story.client_id.as_ref().map(ToString::to_string),
            principal: story.principal.identifier().to_owned(),
            source_ip: story.source_ip.map(|ip| ip.to_string()),
            hops: story.hops,
            payload: std::str::from_utf8(&story.message.payload).ok().map(str::to_owned),
            payload_base64: STANDARD.encode(&story.message.payload),
            fate: match story.fate() {
                Fate::Open => "open",
                Fate::Kept => "kept",
                Fate::Lost => "lost",
            },
            unknown_rule: story.unknown_rule.clone(),
            rules: story.rules.iter().map(|told| ShownRule::of(story, told, home)).collect(),
        }
    }
}

impl ShownRule {
    fn of(story: &Story, told: &RuleStory, home: &Home) -> ShownRule {
        ShownRule {
            rule: told.rule.name.to_string(),
            sql: told.rule.text.sql.clone(),
            outcome: ShownOutcome::of(&told.outcome, story.output(told, &home.account)),
            clauses: clauses(story.explain(told, &home.account)),
        }
    }
}

impl ShownOutcome {
    pub(crate) fn of(outcome: &RuleOutcome, output: Option<Vec<u8>>) -> ShownOutcome {
        let nothing = ShownOutcome {
            matched: false,
            failure: None,
            output: None,
            deferred: None,
            actions: Vec::new(),
            error_action: None,
        };
        match outcome {
            RuleOutcome::NoMatch => nothing,
            RuleOutcome::Failed(why) => ShownOutcome { failure: Some(why.clone()), ..nothing },
            RuleOutcome::Deferred { errand } => {
                ShownOutcome { deferred: Some(shown_deferral(errand)), ..nothing }
            }
            RuleOutcome::Matched { actions, error_action } => ShownOutcome {
                matched: true,
                output: output.map(|output| String::from_utf8_lossy(&output).into_owned()),
                actions: actions.iter().map(ShownAction::of).collect(),
                error_action: error_action.as_deref().map(ShownAction::of),
                ..nothing
            },
        }
    }
}

impl ShownOutcome {
    /// Of a trial, which asks nobody.
    pub(crate) fn of_trial(outcome: &RuleOutcome, output: Option<Vec<u8>>) -> ShownOutcome {
        let shown = ShownOutcome::of(outcome, output);
        let RuleOutcome::Deferred { errand } = outcome else { return shown };
        let asks = format!("asks the function {}, but only when a message comes", errand.resource);
        ShownOutcome { deferred: Some(asks), ..shown }
    }
}

impl ShownAction {
    fn of(action: &ActionStory) -> ShownAction {
        let errands = action.errands.iter().map(|errand| shown_errand(errand)).collect();
        ShownAction { action: action.kind, failure: action.failure.clone(), errands }
    }
}

/// A rule that is run later.
fn shown_deferral(errand: &Errand) -> String {
    let asks = format!("asks the function {}", errand.resource);
    match errand.fate() {
        ErrandFate::Queued => format!("{asks}; what follows is told by another story"),
        ErrandFate::Missed { attempts, what } => {
            format!("{asks}; attempt {attempts} failed and it is asked again: {what}")
        }
        ErrandFate::Delivered => format!("{asks}; it was, and another story tells what followed"),
        ErrandFate::Failed { what, told } => {
            let told = if told { "; the error action was told" } else { "" };
            format!("{asks}; nothing followed: {what}{told}")
        }
    }
}

fn shown_errand(errand: &Errand) -> String {
    let to = &errand.resource;
    match errand.fate() {
        ErrandFate::Queued => format!("queued for {to}"),
        ErrandFate::Missed { attempts, what } => {
            format!("queued for {to}; attempt {attempts} failed: {what}")
        }
        ErrandFate::Delivered => format!("delivered to {to}"),
        ErrandFate::Failed { what, told: false } => format!("failed: {to}: {what}"),
        ErrandFate::Failed { what, told: true } => {
            format!("failed: {to}: {what}; the error action was told")
        }
    }
}

pub(crate) fn clauses(explained: Explained) -> Vec<ShownClause> {
    let shown = |clause: rules::ExplainedClause| ShownClause {
        clause: clause.clause.to_string(),
        text: clause.text,
        value: clause.value,
        why: clause.why,
    };
    explained.clauses.into_iter().map(shown).collect()
}
