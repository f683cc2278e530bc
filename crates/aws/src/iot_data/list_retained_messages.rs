//! ListRetainedMessages

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sessions::StoredMessage;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot_data::retained;
use crate::operation::Operation;
use crate::state::State;

/// What a page holds unless asked for, and at most.
const PAGE_ITEMS: usize = 25;
const PAGE_ITEMS_MAX: usize = 200;

#[derive(Debug)]
pub(crate) struct ListRetainedMessages;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    next_token: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    max_results: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    retained_topics: Vec<Summary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    topic: String,
    payload_size: usize,
    qos: u8,
    last_modified_time: u64,
}

impl Operation for ListRetainedMessages {
    const NAME: &'static str = "ListRetainedMessages";
    const METHOD_AND_PATH: &'static str = "GET /retainedMessage";
    const QUERY: &'static [(&'static str, &'static str)] =
        &[("nextToken", "nextToken"), ("maxResults", "maxResults")];

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let limit = input.max_results.unwrap_or(PAGE_ITEMS);
        if !(1..=PAGE_ITEMS_MAX).contains(&limit) {
            let what = format!("maxResults must be 1 to {PAGE_ITEMS_MAX}, not {limit}");
            return Err(AwsError::invalid_request(what));
        }
        let (after, now) = (input.next_token.as_deref(), state.clock.now());
        let mut found = state.broker.sessions().retained_after(after, limit + 1, now)?;
        let has_more = found.len() > limit;
        found.truncate(limit);
        let last = found.last().map(|stored| stored.message.topic.to_string());
        Ok(Output {
            next_token: last.filter(|_| has_more),
            retained_topics: found.iter().map(Summary::of).collect(),
        })
    }
}

impl Summary {
    fn of(stored: &StoredMessage) -> Summary {
        Summary {
            topic: stored.message.topic.to_string(),
            payload_size: stored.message.payload.len(),
            qos: retained::qos(stored.message.qos),
            last_modified_time: stored.published_at,
        }
    }
}
