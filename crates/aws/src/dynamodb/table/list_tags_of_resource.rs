//! ListTagsOfResource: all at once, as a table has no more than AWS puts on a page.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::tags::{Tag, no_resource, table_of};
use crate::caller::Caller;
use crate::dynamodb::words::validation;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListTagsOfResource;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    resource_arn: String,
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    tags: Vec<Tag>,
}

impl Operation for ListTagsOfResource {
    const NAME: &'static str = "ListTagsOfResource";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        input.resource_arn.clone()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        if input.next_token.is_some() {
            return Err(validation(
                "NextToken was given out by no answer: all tags are on one page",
            ));
        }
        let name = table_of(&input.resource_arn)?;
        let table = state.tables.table(name.as_str())?;
        let table = table.ok_or_else(|| no_resource(&input.resource_arn))?;
        let tags = table.definition().tags.iter();
        let tag = |(key, value): &(String, String)| Tag { key: key.clone(), value: value.clone() };
        Ok(Output { tags: tags.map(tag).collect() })
    }
}
