//! DescribeLogStreams

use std::sync::Arc;

use logs::{Stream, StreamOrder};
use model::{Home, LogGroupName, LogStreamName};
use serde::{Deserialize, Serialize};

use super::words::{group_arn, invalid, named_group, of_named, page_limit};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DescribeLogStreams;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    log_group_name: Option<String>,
    log_group_identifier: Option<String>,
    log_stream_name_prefix: Option<String>,
    order_by: Option<OrderBy>,
    #[serde(default)]
    descending: bool,
    next_token: Option<String>,
    limit: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
enum OrderBy {
    LogStreamName,
    LastEventTime,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    log_streams: Vec<ShownStream>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownStream {
    log_stream_name: LogStreamName,
    creation_time: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_event_timestamp: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_event_timestamp: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_ingestion_time: Option<u64>,
    arn: String,
    /// AWS says 0 for every stream since 2019.
    stored_bytes: u64,
}

impl ShownStream {
    fn of(home: &Home, group: &LogGroupName, stream: Stream) -> ShownStream {
        ShownStream {
            creation_time: stream.created_at,
            first_event_timestamp: stream.first_event_at,
            last_event_timestamp: stream.last_event_at,
            last_ingestion_time: stream.last_put_at,
            arn: format!("{}:log-stream:{}", group_arn(home, group.as_str()), stream.name),
            stored_bytes: 0,
            log_stream_name: stream.name,
        }
    }
}

impl Operation for DescribeLogStreams {
    const NAME: &'static str = "DescribeLogStreams";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        of_named(&input.log_group_name, &input.log_group_identifier)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let group = named_group(input.log_group_name, input.log_group_identifier)?;
        let order = match input.order_by {
            None | Some(OrderBy::LogStreamName) => StreamOrder::Name,
            Some(OrderBy::LastEventTime) if input.log_stream_name_prefix.is_some() => {
                let what = "Cannot order by LastEventTime with a logStreamNamePrefix.";
                return Err(invalid(what));
            }
            Some(OrderBy::LastEventTime) => StreamOrder::LastEvent,
        };
        let limit = page_limit(input.limit)?;
        let prefix = input.log_stream_name_prefix.as_deref().unwrap_or_default();
        let mut streams = state.logs.streams(&group, prefix, order)?;
        if input.descending {
            streams.reverse();
        }
        let start = match &input.next_token {
            None => 0,
            Some(token) => {
                let at = streams.iter().position(|stream| stream.name.as_str() == token);
                1 + at.ok_or_else(|| invalid("The specified nextToken is invalid."))?
            }
        };
        let has_more = streams.len() - start > limit;
        let page: Vec<Stream> = streams.into_iter().skip(start).take(limit).collect();
        let next_token = page.last().filter(|_| has_more).map(|stream| stream.name.to_string());
        let home = state.fleet.registry().home();
        let shown = page.into_iter().map(|stream| ShownStream::of(home, &group, stream));
        Ok(Output { log_streams: shown.collect(), next_token })
    }
}
