//! ListDashboards: those whose names begin so, a page at a time.

use std::sync::Arc;

use dashboards::DashboardName;
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

const PAGE_ITEMS: usize = 100;

#[derive(Debug)]
pub(crate) struct ListDashboards;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    prefix: Option<String>,
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    dashboards: Vec<Listed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    name: DashboardName,
    updated_at: u64,
}

impl Operation for ListDashboards {
    const NAME: &'static str = "ListDashboards";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let prefix = input.prefix.unwrap_or_default();
        let page = state.dashboards.list(&prefix, input.next_token.as_deref(), PAGE_ITEMS)?;
        let listed = page.items.into_iter();
        let dashboards = listed.map(|it| Listed { name: it.name, updated_at: it.updated_at });
        Ok(Output { dashboards: dashboards.collect(), next_token: page.next })
    }
}
