//! ListDatabases

use std::sync::Arc;

use super::shape::DatabaseShown;
use super::words::page_limit;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;
use serde::{Deserialize, Serialize};

#[derive(Debug)]
pub(crate) struct ListDatabases;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    next_token: Option<String>,
    max_results: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    databases: Vec<DatabaseShown>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListDatabases {
    const NAME: &'static str = "ListDatabases";

    type Input = Input;
    type Output = Output;

    fn resource(_input: &Input) -> String {
        "*".to_owned()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let limit = page_limit(input.max_results)?;
        let page = state.series.databases(input.next_token.as_deref(), limit)?;
        let home = state.fleet.registry().home();
        let shown = page.items.into_iter().map(|database| DatabaseShown::of(database, home));
        Ok(Output { databases: shown.collect(), next_token: page.next })
    }
}
