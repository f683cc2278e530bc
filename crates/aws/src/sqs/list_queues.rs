//! ListQueues

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::words::{LIST_MAX, after, limit, token, url};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListQueues;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    #[serde(default)]
    queue_name_prefix: String,
    next_token: Option<String>,
    max_results: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    queue_urls: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListQueues {
    const NAME: &'static str = "ListQueues";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Output, AwsError> {
        let limit = limit(input.max_results)?;
        let prefix = &input.queue_name_prefix;
        let mut next = after(input.next_token.as_deref())?;
        let mut queue_urls = Vec::new();
        // AWS answers with up to a thousand at once, the store with some hundreds.
        loop {
            let room = limit.unwrap_or(LIST_MAX) - queue_urls.len();
            let page = state.queues.list(prefix, next.as_deref(), room)?;
            let urls = page.items.iter().map(|name| url(&state, &caller, name.as_str()));
            queue_urls.extend(urls);
            next = page.next;
            if next.is_none() || queue_urls.len() == limit.unwrap_or(LIST_MAX) {
                break;
            }
        }
        // A token is for those who page.
        Ok(Output {
            queue_urls,
            next_token: next.filter(|_| limit.is_some()).map(|next| token(&next)),
        })
    }
}
