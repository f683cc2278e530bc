//! DescribeTimeToLive

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::dynamodb::input::TableRef;
use crate::dynamodb::words::table_not_found;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DescribeTimeToLive;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    table_name: TableRef,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    time_to_live_description: Description,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Description {
    time_to_live_status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    attribute_name: Option<String>,
}

impl Operation for DescribeTimeToLive {
    const NAME: &'static str = "DescribeTimeToLive";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        input.table_name.resource()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let name = input.table_name.as_str();
        let table = state.tables.table(name)?.ok_or_else(|| table_not_found(name))?;
        let time_to_live = table.definition().time_to_live.as_ref();
        let time_to_live_status = if time_to_live.is_some() { "ENABLED" } else { "DISABLED" };
        let attribute_name = time_to_live.map(|it| it.attribute.clone());
        Ok(Output { time_to_live_description: Description { time_to_live_status, attribute_name } })
    }
}
