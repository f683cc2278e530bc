//! The ARN of a stream, and its one shard.

use items::Refusal;
use model::TableName;
use serde::{Deserialize, Deserializer};
use tables::StreamInfo;

use crate::dynamodb::words::not_found;
use crate::error::AwsError;
use crate::state::State;

/// `arn:aws:dynamodb:us-east-1:000000000000:table/lamps/stream/2026-11-21T10:00:00.000001`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StreamArn {
    text: String,
    table: TableName,
    label: String,
}

impl StreamArn {
    pub(super) fn parse(text: &str) -> Option<StreamArn> {
        let rest = text.strip_prefix("arn:")?.split_once(":table/")?.1;
        let (table, label) = rest.split_once("/stream/")?;
        let table = TableName::new(table).ok()?;
        Some(StreamArn { text: text.to_owned(), table, label: label.to_owned() })
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// The path of its ARN, which permissions are asked for.
    pub(super) fn resource(&self) -> String {
        format!("table/{}/stream/{}", self.table, self.label)
    }

    pub(super) fn find(&self, state: &State) -> Result<StreamInfo, AwsError> {
        let missing =
            || not_found(format!("Requested resource not found: Stream: {} not found", self.text));
        state.tables.stream(&self.table, &self.label)?.ok_or_else(missing)
    }
}

impl<'de> Deserialize<'de> for StreamArn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<StreamArn, D::Error> {
        let text = String::deserialize(deserializer)?;
        let refused = || Refusal::new(format!("Invalid StreamArn: {text}")).carried();
        StreamArn::parse(&text).ok_or_else(refused)
    }
}

/// A stream is one shard, from its beginning to its end.
pub(super) fn shard_id(stream: &StreamInfo) -> String {
    let digest = crc32fast::hash(format!("{}/{}", stream.table, stream.label).as_bytes());
    format!("shardId-{:020}-{digest:08x}", stream.created_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_names_a_table_and_a_moment() {
        let text =
            "arn:aws:dynamodb:us-east-1:000000000000:table/lamps/stream/2026-11-21T10:00:00.000";
        let arn = StreamArn::parse(text).expect("an ARN");
        assert_eq!(arn.resource(), "table/lamps/stream/2026-11-21T10:00:00.000");
        for other in ["", "lamps", "arn:aws:dynamodb:::table/lamps", "arn:aws:s3:::a/stream/b"] {
            assert_eq!(StreamArn::parse(other), None, "{other}");
        }
    }
}
