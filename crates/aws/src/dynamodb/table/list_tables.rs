//! ListTables

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize};

use crate::caller::Caller;
use crate::dynamodb::input::{TableRef, bounded};
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

/// AWS's limit of one page.
const NAMES_MAX: u32 = 100;

#[derive(Debug)]
pub(crate) struct ListTables;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    exclusive_start_table_name: Option<TableRef>,
    #[serde(default, deserialize_with = "limit")]
    limit: Option<u32>,
}

fn limit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    bounded::<D, 1, NAMES_MAX>(deserializer, "limit")
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    table_names: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_evaluated_table_name: Option<String>,
}

impl Operation for ListTables {
    const NAME: &'static str = "ListTables";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let after = input.exclusive_start_table_name.as_ref().map(TableRef::as_str);
        let limit = input.limit.unwrap_or(NAMES_MAX) as usize;
        let page = state.tables.tables(after, limit)?;
        Ok(Output {
            table_names: page.items.iter().map(ToString::to_string).collect(),
            last_evaluated_table_name: page.next,
        })
    }
}
