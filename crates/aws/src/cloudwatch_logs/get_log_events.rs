//! GetLogEvents

use std::sync::Arc;

use logs::{EVENTS_MAX, Event, EventQuery};
use model::LogStreamName;
use serde::{Deserialize, Serialize};

use super::words::{event_limit, named_group, of_named};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetLogEvents;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    log_group_name: Option<String>,
    log_group_identifier: Option<String>,
    log_stream_name: LogStreamName,
    start_time: Option<u64>,
    end_time: Option<u64>,
    next_token: Option<String>,
    limit: Option<usize>,
    #[serde(default)]
    start_from_head: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    events: Vec<ShownEvent>,
    next_forward_token: String,
    next_backward_token: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownEvent {
    timestamp: u64,
    message: String,
    ingestion_time: u64,
}

impl Operation for GetLogEvents {
    const NAME: &'static str = "GetLogEvents";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        let of_group = of_named(&input.log_group_name, &input.log_group_identifier);
        format!("{of_group}{}", input.log_stream_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let group = named_group(input.log_group_name, input.log_group_identifier)?;
        let page = state.logs.events(&EventQuery {
            group: &group,
            stream: &input.log_stream_name,
            from: input.start_time.unwrap_or(0),
            until: input.end_time,
            token: input.next_token.as_deref(),
            from_head: input.start_from_head,
            limit: event_limit(input.limit, EVENTS_MAX)?,
        })?;
        let shown = |event: Event| ShownEvent {
            timestamp: event.at,
            message: event.message,
            ingestion_time: event.put_at,
        };
        Ok(Output {
            events: page.events.into_iter().map(shown).collect(),
            next_forward_token: page.forward,
            next_backward_token: page.backward,
        })
    }
}
