//! ListDeadLetterSourceQueues

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::words::{LIST_MAX, QueueUrl, after, limit, token, url};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListDeadLetterSourceQueues;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    queue_url: QueueUrl,
    next_token: Option<String>,
    max_results: Option<usize>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Output {
    #[serde(rename = "queueUrls")]
    queue_urls: Vec<String>,
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListDeadLetterSourceQueues {
    const NAME: &'static str = "ListDeadLetterSourceQueues";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        input.queue_url.name().to_owned()
    }

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Output, AwsError> {
        let limit = limit(input.max_results)?.unwrap_or(LIST_MAX);
        let after = after(input.next_token.as_deref())?;
        let queue = input.queue_url.queue(&state)?;
        let page = state.queues.sources_of(&queue.name, after.as_deref(), limit)?;
        let queue_urls = page.items.iter().map(|name| url(&state, &caller, name.as_str()));
        let (queue_urls, next_token) = (queue_urls.collect(), page.next.as_deref().map(token));
        Ok(Output { queue_urls, next_token })
    }
}
