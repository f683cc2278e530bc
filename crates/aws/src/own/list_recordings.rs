//! ListRecordings: what is recorded, and how much of it is kept.

use std::sync::Arc;

use model::TopicFilter;
use recordings::Listed;
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListRecordings;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    /// At most as many as there can be.
    recordings: Vec<Shown>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    filter: TopicFilter,
    days: u32,
    megabytes: u32,
    started_at: u64,
    messages: u64,
    bytes: u64,
    first_at: Option<u64>,
    last_at: Option<u64>,
}

impl Operation for ListRecordings {
    const NAME: &'static str = "ListRecordings";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, _input: Input) -> Result<Output, AwsError> {
        let listed = state.hall.recordings().list()?;
        Ok(Output { recordings: listed.into_iter().map(Shown::of).collect() })
    }
}

impl Shown {
    fn of(Listed { recording, size, span }: Listed) -> Shown {
        Shown {
            filter: recording.filter,
            days: recording.limits.days,
            megabytes: recording.limits.megabytes,
            started_at: recording.started_at,
            messages: size.messages,
            bytes: size.bytes,
            first_at: span.map(|(first, _)| first),
            last_at: span.map(|(_, last)| last),
        }
    }
}
