//! TagResource

use std::sync::Arc;

use serde::Deserialize;

use super::tags::{Tag, no_resource, table_of, tags};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Payload;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct TagResource;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    resource_arn: String,
    tags: Vec<Tag>,
}

impl Operation for TagResource {
    const NAME: &'static str = "TagResource";

    type Input = Input;
    /// Not even an empty object, as with AWS.
    type Output = Payload;

    fn resource(input: &Input) -> String {
        input.resource_arn.clone()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Payload, AwsError> {
        let table = table_of(&input.resource_arn)?;
        state.tables.table(table.as_str())?.ok_or_else(|| no_resource(&input.resource_arn))?;
        state.tables.tag_table(&table.0, tags(input.tags)?).await?;
        Ok(Payload { content_type: "application/x-amz-json-1.0", bytes: bytes::Bytes::new() })
    }
}
