//! GetShardIterator

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tables::StartAt;

use super::stream_arn::{StreamArn, shard_id};
use crate::caller::Caller;
use crate::dynamodb::wire_words;
use crate::dynamodb::words::{not_found, validation};
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

wire_words! {
    IteratorType at "shardIteratorType" {
        AfterSequenceNumber = "AFTER_SEQUENCE_NUMBER",
        Latest = "LATEST",
        AtSequenceNumber = "AT_SEQUENCE_NUMBER",
        TrimHorizon = "TRIM_HORIZON",
    }
}

#[derive(Debug)]
pub(crate) struct GetShardIterator;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    stream_arn: StreamArn,
    shard_id: String,
    shard_iterator_type: IteratorType,
    sequence_number: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    shard_iterator: String,
}

impl Operation for GetShardIterator {
    const NAME: &'static str = "GetShardIterator";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        input.stream_arn.resource()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let stream = input.stream_arn.find(&state)?;
        if input.shard_id != shard_id(&stream) {
            let message = format!(
                "Requested resource not found: Shard: {} in Stream: {} not found",
                input.shard_id,
                input.stream_arn.as_str()
            );
            return Err(not_found(message));
        }
        let iterator = state.tables.shard_iterator(&stream, input.start()?)?;
        Ok(Output { shard_iterator: format!("{}|1|{iterator}", input.stream_arn.as_str()) })
    }
}

impl Input {
    fn start(&self) -> Result<StartAt, AwsError> {
        let of_sequence = |of: fn(tables::SequenceNumber) -> StartAt| {
            let kind = self.shard_iterator_type.as_str();
            let text = self.sequence_number.as_deref().ok_or_else(|| {
                validation(format!("SequenceNumber is required for ShardIteratorType {kind}"))
            })?;
            let number = text.parse().map_err(|_| {
                validation(format!("Invalid SequenceNumber: {text} was given out by no stream"))
            })?;
            Ok(of(number))
        };
        let unnumbered = |start| match &self.sequence_number {
            None => Ok(start),
            Some(_) => Err(validation(format!(
                "SequenceNumber cannot be used with ShardIteratorType {}",
                self.shard_iterator_type.as_str()
            ))),
        };
        match self.shard_iterator_type {
            IteratorType::TrimHorizon => unnumbered(StartAt::TrimHorizon),
            IteratorType::Latest => unnumbered(StartAt::Latest),
            IteratorType::AtSequenceNumber => of_sequence(StartAt::Sequence),
            IteratorType::AfterSequenceNumber => of_sequence(StartAt::AfterSequence),
        }
    }
}
