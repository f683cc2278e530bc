//! PutLogEvents

use std::sync::Arc;

use logs::{NewEvent, PutOutcome, Rejected};
use model::{LogGroupName, LogStreamName};
use serde::{Deserialize, Serialize};

use super::words::of_stream;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct PutLogEvents;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    log_group_name: LogGroupName,
    log_stream_name: LogStreamName,
    log_events: Vec<InputEvent>,
    /// AWS takes it and does not look at it any more.
    #[serde(rename = "sequenceToken")]
    _sequence_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct InputEvent {
    timestamp: u64,
    message: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    next_sequence_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rejected_log_events_info: Option<ShownRejected>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownRejected {
    #[serde(skip_serializing_if = "Option::is_none")]
    too_new_log_event_start_index: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    too_old_log_event_end_index: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expired_log_event_end_index: Option<usize>,
}

impl Operation for PutLogEvents {
    const NAME: &'static str = "PutLogEvents";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        of_stream(input.log_group_name.as_str(), input.log_stream_name.as_str())
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let event = |event: InputEvent| NewEvent { at: event.timestamp, message: event.message };
        let events = input.log_events.into_iter().map(event).collect();
        let (group, stream, now) =
            (&input.log_group_name, &input.log_stream_name, state.clock.now());
        let PutOutcome { rejected } = state.logs.put_events(group, stream, events, now).await?;
        let shown = ShownRejected {
            too_new_log_event_start_index: rejected.too_new_from,
            too_old_log_event_end_index: rejected.too_old_until,
            expired_log_event_end_index: rejected.expired_until,
        };
        let rejected_log_events_info = (rejected != Rejected::default()).then_some(shown);
        Ok(Output { next_sequence_token: format!("{now:056}"), rejected_log_events_info })
    }
}
