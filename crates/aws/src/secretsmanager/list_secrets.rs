//! ListSecrets

use std::sync::Arc;

use secrets::{Order, SortBy};
use serde::{Deserialize, Serialize};

use super::filter::{Filter, Filters};
use super::words::{Described, limit};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListSecrets;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    #[serde(default)]
    include_planned_deletion: bool,
    max_results: Option<i64>,
    next_token: Option<String>,
    #[serde(default)]
    filters: Vec<Filter>,
    sort_order: Option<SortOrder>,
    sort_by: Option<SortByIn>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum SortOrder {
    Asc,
    Desc,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum SortByIn {
    CreatedDate,
    LastAccessedDate,
    LastChangedDate,
    Name,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    secret_list: Vec<Described>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// AWS's limit.
const PAGE_MAX: usize = 100;

impl Operation for ListSecrets {
    const NAME: &'static str = "ListSecrets";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let filters = Filters::read(input.filters)?;
        let by = match input.sort_by {
            None | Some(SortByIn::CreatedDate) => SortBy::Created,
            Some(SortByIn::LastAccessedDate) => SortBy::Accessed,
            Some(SortByIn::LastChangedDate) => SortBy::Changed,
            Some(SortByIn::Name) => SortBy::Name,
        };
        let order = Order { by, is_descending: input.sort_order == Some(SortOrder::Desc) };
        let limit = limit(input.max_results, PAGE_MAX)?;
        let is_wanted = |secret: &secrets::Secret| {
            (input.include_planned_deletion || secret.deletion_due.is_none())
                && filters.hold_of(secret)
        };
        let page = state.secrets.list(order, input.next_token.as_deref(), limit, is_wanted)?;
        let secret_list = page.0.into_iter().map(Described::listed).collect();
        Ok(Output { secret_list, next_token: page.1 })
    }
}
