//! ListSubscriptions

use std::sync::Arc;

use model::ClientId;
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot_data::get_connection::no_client;
use crate::operation::Operation;
use crate::state::State;

/// What a page holds unless asked for, and at most.
const PAGE_ITEMS: usize = 50;
const PAGE_ITEMS_MAX: usize = 200;

#[derive(Debug)]
pub(crate) struct ListSubscriptions;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    client_id: ClientId,
    /// The last filter of the page before.
    next_token: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    max_results: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    subscriptions: Vec<Summary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    topic_filter: String,
    qos: u8,
}

impl Operation for ListSubscriptions {
    const NAME: &'static str = "ListSubscriptions";
    const METHOD_AND_PATH: &'static str = "GET /connections/{clientId}/subscriptions";
    const QUERY: &'static [(&'static str, &'static str)] =
        &[("nextToken", "nextToken"), ("maxResults", "maxResults")];

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("client/{}", input.client_id)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let limit = input.max_results.unwrap_or(PAGE_ITEMS);
        if !(1..=PAGE_ITEMS_MAX).contains(&limit) {
            let what = format!("maxResults must be 1 to {PAGE_ITEMS_MAX}, not {limit}");
            return Err(AwsError::invalid_request(what));
        }
        let found = state.broker.subscriptions_of(input.client_id.as_str());
        let all = found.ok_or_else(|| no_client(&input.client_id))?;
        let rest = all.into_iter().skip_while(|(filter, _)| {
            input.next_token.as_deref().is_some_and(|last| filter.as_str() <= last)
        });
        let mut subscriptions: Vec<Summary> = rest
            .take(limit + 1)
            .map(|(filter, qos)| Summary { topic_filter: filter.to_string(), qos: qos.bits() })
            .collect();
        let has_more = subscriptions.len() > limit;
        subscriptions.truncate(limit);
        let last = subscriptions.last().map(|summary| summary.topic_filter.clone());
        Ok(Output { subscriptions, next_token: last.filter(|_| has_more) })
    }
}
