//! ListTopicRules

use std::sync::Arc;

use model::RuleName;
use registry::TopicRule;
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot::page::page_limit;
use crate::iot::seconds;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListTopicRules;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    topic: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    max_results: Option<usize>,
    next_token: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    rule_disabled: Option<bool>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    rules: Vec<ListedRule>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ListedRule {
    rule_arn: String,
    rule_name: RuleName,
    #[serde(skip_serializing_if = "Option::is_none")]
    topic_pattern: Option<String>,
    created_at: f64,
    rule_disabled: bool,
}

impl Operation for ListTopicRules {
    const NAME: &'static str = "ListTopicRules";
    const METHOD_AND_PATH: &'static str = "GET /rules";
    const QUERY: &'static [(&'static str, &'static str)] = &[
        ("topic", "topic"),
        ("maxResults", "maxResults"),
        ("nextToken", "nextToken"),
        ("ruleDisabled", "ruleDisabled"),
    ];

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let limit = page_limit(input.max_results)?;
        let registry = state.fleet.registry();
        let filter_of = |rule: &TopicRule| fleet::filter_of(&rule.text).map(|it| it.to_string());
        let is_asked_for = |rule: &TopicRule| {
            let is_of_topic = || match (&input.topic, fleet::filter_of(&rule.text)) {
                (None, _) => true,
                (Some(topic), filter) => filter.is_some_and(|filter| filter.matches(topic)),
            };
            input.rule_disabled.is_none_or(|is| is == rule.text.is_disabled) && is_of_topic()
        };
        let after = input.next_token.as_deref().unwrap_or_default();
        let all = registry.all_topic_rules()?.into_iter();
        let mut rules: Vec<TopicRule> =
            all.filter(|rule| rule.name.as_str() > after && is_asked_for(rule)).collect();
        let has_more = rules.len() > limit;
        rules.truncate(limit);
        let next_token = rules.last().filter(|_| has_more).map(|rule| rule.name.to_string());
        let shown = |rule: TopicRule| ListedRule {
            rule_arn: registry.topic_rule_arn(&rule.name).to_string(),
            topic_pattern: filter_of(&rule),
            created_at: seconds(rule.created_at),
            rule_disabled: rule.text.is_disabled,
            rule_name: rule.name,
        };
        Ok(Output { rules: rules.into_iter().map(shown).collect(), next_token })
    }
}
