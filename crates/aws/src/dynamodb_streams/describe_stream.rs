//! DescribeStream

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize};
use tables::SequenceNumber;

use super::stream_arn::{StreamArn, shard_id};
use crate::caller::Caller;
use crate::dynamodb::{KeySchemaElement, bounded, key_schema, seconds, view};
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

/// AWS's limit of one page. A stream of ours has one shard.
const SHARDS_MAX: u32 = 100;

#[derive(Debug)]
pub(crate) struct DescribeStream;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    stream_arn: StreamArn,
    #[serde(default, deserialize_with = "limit", rename = "Limit")]
    _limit: Option<u32>,
    exclusive_start_shard_id: Option<String>,
}

fn limit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    bounded::<D, 1, SHARDS_MAX>(deserializer, "limit")
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    stream_description: StreamDescription,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct StreamDescription {
    stream_arn: String,
    stream_label: String,
    stream_status: &'static str,
    stream_view_type: &'static str,
    creation_request_date_time: f64,
    table_name: String,
    key_schema: Vec<KeySchemaElement>,
    shards: Vec<Shard>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Shard {
    shard_id: String,
    sequence_number_range: SequenceNumberRange,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct SequenceNumberRange {
    starting_sequence_number: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    ending_sequence_number: Option<String>,
}

/// Before every record.
const BEGINNING: SequenceNumber = SequenceNumber(kv::Sequence { record: 0, position: 0 });

impl Operation for DescribeStream {
    const NAME: &'static str = "DescribeStream";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        input.stream_arn.resource()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let stream = input.stream_arn.find(&state)?;
        let ends = state.tables.stream_ends(&stream)?;
        let shard = Shard {
            shard_id: shard_id(&stream),
            sequence_number_range: SequenceNumberRange {
                starting_sequence_number: ends.first.unwrap_or(BEGINNING).to_string(),
                ending_sequence_number: stream
                    .ended
                    .map(|ended| SequenceNumber(ended.sequence).to_string()),
            },
        };
        let is_after = input.exclusive_start_shard_id.as_ref() == Some(&shard.shard_id);
        Ok(Output {
            stream_description: StreamDescription {
                stream_arn: input.stream_arn.as_str().to_owned(),
                stream_status: if stream.ended.is_some() { "DISABLED" } else { "ENABLED" },
                stream_view_type: view(stream.view),
                creation_request_date_time: seconds(stream.created_at),
                table_name: stream.table.to_string(),
                key_schema: key_schema(&stream.key),
                shards: if is_after { Vec::new() } else { vec![shard] },
                stream_label: stream.label,
            },
        })
    }
}
