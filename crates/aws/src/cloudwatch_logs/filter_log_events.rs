//! FilterLogEvents

use std::sync::Arc;

use logs::{FILTERED_MAX, Filtered, LogFilter, LogsError, Pattern};
use model::LogStreamName;
use serde::{Deserialize, Serialize};

use super::words::{event_limit, invalid, named_group, of_named};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct FilterLogEvents;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    log_group_name: Option<String>,
    log_group_identifier: Option<String>,
    #[serde(default)]
    log_stream_names: Vec<LogStreamName>,
    log_stream_name_prefix: Option<String>,
    start_time: Option<u64>,
    end_time: Option<u64>,
    filter_pattern: Option<String>,
    next_token: Option<String>,
    limit: Option<usize>,
    /// AWS takes it, and puts events of all streams in order whatever it says.
    #[serde(rename = "interleaved")]
    _interleaved: Option<bool>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    events: Vec<ShownEvent>,
    /// Always empty, as AWS has it since 2020.
    searched_log_streams: [(); 0],
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownEvent {
    log_stream_name: LogStreamName,
    timestamp: u64,
    message: String,
    ingestion_time: u64,
    event_id: String,
}

impl Operation for FilterLogEvents {
    const NAME: &'static str = "FilterLogEvents";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        of_named(&input.log_group_name, &input.log_group_identifier)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let group = named_group(input.log_group_name, input.log_group_identifier)?;
        if !input.log_stream_names.is_empty() && input.log_stream_name_prefix.is_some() {
            let what = "logStreamNames and logStreamNamePrefix exclude each other";
            return Err(invalid(what));
        }
        let pattern = Pattern::parse(input.filter_pattern.as_deref().unwrap_or_default())
            .map_err(LogsError::from)?;
        let page = state.logs.filter(&LogFilter {
            group: &group,
            streams: &input.log_stream_names,
            prefix: input.log_stream_name_prefix.as_deref().unwrap_or_default(),
            from: input.start_time.unwrap_or(0),
            until: input.end_time,
            pattern: &pattern,
            token: input.next_token.as_deref(),
            limit: event_limit(input.limit, FILTERED_MAX)?,
        })?;
        let shown = |found: Filtered| ShownEvent {
            log_stream_name: found.stream,
            timestamp: found.event.at,
            message: found.event.message,
            ingestion_time: found.event.put_at,
            event_id: found.id,
        };
        let events = page.events.into_iter().map(shown).collect();
        Ok(Output { events, searched_log_streams: [], next_token: page.next })
    }
}
