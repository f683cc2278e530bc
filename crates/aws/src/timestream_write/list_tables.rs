//! ListTables

use std::sync::Arc;

use super::shape::TableShown;
use super::words::{database, page_limit};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;
use serde::{Deserialize, Serialize};
use series::SeriesError;

#[derive(Debug)]
pub(crate) struct ListTables;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    database_name: Option<String>,
    next_token: Option<String>,
    max_results: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    tables: Vec<TableShown>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListTables {
    const NAME: &'static str = "ListTables";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        input
            .database_name
            .as_ref()
            .map_or_else(|| "*".to_owned(), |name| format!("database/{name}/*"))
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let limit = page_limit(input.max_results)?;
        let named = input.database_name.as_deref().map(database).transpose()?;
        if let Some(name) = &named
            && state.series.database(name)?.is_none()
        {
            return Err(SeriesError::NoDatabase { name: name.as_str().to_owned() }.into());
        }
        let page = state.series.tables(named.as_ref(), input.next_token.as_deref(), limit)?;
        let home = state.fleet.registry().home();
        let shown = page.items.iter().map(|table| TableShown::of(table, home));
        Ok(Output { tables: shown.collect(), next_token: page.next })
    }
}
