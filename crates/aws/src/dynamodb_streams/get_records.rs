//! GetRecords

use std::sync::Arc;

use items::Refusal;
use serde::{Deserialize, Deserializer, Serialize};
use tables::{ChangeKind, ChangeRecord, SequenceNumber, ShardIterator, StoredItem};

use super::stream_arn::StreamArn;
use crate::caller::Caller;
use crate::dynamodb::shown::Shown;
use crate::dynamodb::{bounded, seconds, view};
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

const RECORDS_MAX: u32 = tables::RECORDS_MAX as u32;

#[derive(Debug)]
pub(crate) struct GetRecords;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    shard_iterator: NamedIterator,
    #[serde(default, deserialize_with = "limit")]
    limit: Option<u32>,
}

fn limit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    bounded::<D, 1, RECORDS_MAX>(deserializer, "limit")
}

/// An iterator with the stream that it is of: permission is asked for the stream.
#[derive(Clone, Debug)]
struct NamedIterator {
    stream: StreamArn,
    iterator: ShardIterator,
}

impl<'de> Deserialize<'de> for NamedIterator {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<NamedIterator, D::Error> {
        let text = String::deserialize(deserializer)?;
        let read = || {
            let (stream, iterator) = text.split_once("|1|")?;
            let stream = StreamArn::parse(stream)?;
            Some(NamedIterator { stream, iterator: iterator.parse().ok()? })
        };
        read().ok_or_else(|| Refusal::new("Invalid ShardIterator").carried())
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    records: Vec<Record>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_shard_iterator: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    #[serde(rename = "eventID")]
    event_id: String,
    event_name: &'static str,
    event_version: &'static str,
    event_source: &'static str,
    aws_region: String,
    dynamodb: StreamRecord,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_identity: Option<UserIdentity>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct StreamRecord {
    approximate_creation_date_time: f64,
    keys: Shown,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_image: Option<Shown>,
    #[serde(skip_serializing_if = "Option::is_none")]
    old_image: Option<Shown>,
    sequence_number: String,
    size_bytes: usize,
    stream_view_type: &'static str,
}

/// Of what the service itself deleted.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct UserIdentity {
    principal_id: &'static str,
    r#type: &'static str,
}

impl Operation for GetRecords {
    const NAME: &'static str = "GetRecords";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        input.shard_iterator.stream.resource()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let NamedIterator { stream: arn, iterator } = input.shard_iterator;
        let stream = arn.find(&state)?;
        let page = state.tables.records(iterator, input.limit.unwrap_or(RECORDS_MAX) as usize)?;
        let region = &state.tables.home().region;
        let view = view(stream.view);
        let records = page.records.into_iter().map(|record| shown(record, &arn, region, view));
        let arn = arn.as_str();
        Ok(Output {
            records: records.collect(),
            next_shard_iterator: page.next.map(|next| format!("{arn}|1|{next}")),
        })
    }
}

fn shown(record: ChangeRecord, arn: &StreamArn, region: &str, view: &'static str) -> Record {
    let ChangeRecord { sequence, kind, by_service, at, key, new_image, old_image } = record;
    let sequence_number = SequenceNumber(sequence).to_string();
    let images = [Some(&key), new_image.as_ref(), old_image.as_ref()];
    let size_bytes = images.into_iter().flatten().map(StoredItem::item_bytes).sum();
    let id = sigv4::sha256_hex(&format!("{}{sequence_number}", arn.as_str()).into_bytes());
    Record {
        event_id: id[..32].to_owned(),
        event_name: match kind {
            ChangeKind::Insert => "INSERT",
            ChangeKind::Modify => "MODIFY",
            ChangeKind::Remove => "REMOVE",
        },
        event_version: "1.1",
        event_source: "aws:dynamodb",
        aws_region: region.to_owned(),
        dynamodb: StreamRecord {
            approximate_creation_date_time: seconds(at).trunc(),
            keys: Shown::Stored(key),
            new_image: new_image.map(Shown::Stored),
            old_image: old_image.map(Shown::Stored),
            sequence_number,
            size_bytes,
            stream_view_type: view,
        },
        user_identity: by_service
            .then_some(UserIdentity { principal_id: "dynamodb.amazonaws.com", r#type: "Service" }),
    }
}
