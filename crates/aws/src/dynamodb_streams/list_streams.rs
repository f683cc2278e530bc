//! ListStreams

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize};
use tables::StreamInfo;

use crate::caller::Caller;
use crate::dynamodb::{TableRef, bounded};
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

/// AWS's limit of one page.
const STREAMS_MAX: u32 = 100;

#[derive(Debug)]
pub(crate) struct ListStreams;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    table_name: Option<TableRef>,
    #[serde(default, deserialize_with = "limit")]
    limit: Option<u32>,
    exclusive_start_stream_arn: Option<String>,
}

fn limit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    bounded::<D, 1, STREAMS_MAX>(deserializer, "limit")
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    streams: Vec<Stream>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_evaluated_stream_arn: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Stream {
    stream_arn: String,
    table_name: String,
    stream_label: String,
}

impl Operation for ListStreams {
    const NAME: &'static str = "ListStreams";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let table = input.table_name.as_ref().map(|table| &table.0);
        let arn =
            |stream: &StreamInfo| state.tables.stream_arn(&stream.table, &stream.label).to_string();
        let all = state.tables.streams(table)?;
        let start = input.exclusive_start_stream_arn.as_deref();
        let after = start.and_then(|start| all.iter().position(|stream| arn(stream) == start));
        let limit = input.limit.unwrap_or(STREAMS_MAX) as usize;
        let left = &all[after.map_or(0, |at| at + 1)..];
        let page = &left[..left.len().min(limit)];
        let streams = page.iter().map(|stream| Stream {
            stream_arn: arn(stream),
            table_name: stream.table.to_string(),
            stream_label: stream.label.clone(),
        });
        let has_more = page.len() < left.len();
        Ok(Output {
            streams: streams.collect(),
            last_evaluated_stream_arn: page.last().filter(|_| has_more).map(arn),
        })
    }
}
