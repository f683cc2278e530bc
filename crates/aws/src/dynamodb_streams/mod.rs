//! Amazon DynamoDB Streams: what changed in tables. Signed for `dynamodb`, and told apart from it by
//! the target.

mod describe_stream;
mod get_records;
mod get_shard_iterator;
mod list_streams;
mod stream_arn;

use crate::dynamodb::SIGNING_NAME;
use crate::operation::Row;
use crate::service::{Protocol, Service};

pub(crate) const SERVICE: Service = Service {
    signing_name: SIGNING_NAME,
    action_prefix: "dynamodb",
    protocol: Protocol::Json10 { target_prefix: "DynamoDBStreams_20120810" },
    operations: &[
        Row::of::<get_records::GetRecords>(),
        Row::of::<describe_stream::DescribeStream>(),
        Row::of::<get_shard_iterator::GetShardIterator>(),
        Row::of::<list_streams::ListStreams>(),
    ],
};
