//! Query

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::permit;
use super::queries::{Asked, PAGE_ROWS_MAX};
use super::shape::column_infos;
use super::words::parsed;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::{Operation, Permission};
use crate::reply::Payload;
use crate::state::State;
use crate::timestream_write::words::validation;

#[derive(Debug)]
pub(crate) struct Query;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    query_string: String,
    /// A query changes nothing, so one that is asked twice by mistake is simply answered twice.
    client_token: Option<String>,
    next_token: Option<String>,
    max_rows: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Answer<'a> {
    query_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
    rows: Vec<Box<RawValue>>,
    column_info: Vec<super::shape::ColumnInfo<'a>>,
    query_status: QueryStatus,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct QueryStatus {
    progress_percentage: f64,
    cumulative_bytes_scanned: u64,
    cumulative_bytes_metered: u64,
}

impl Input {
    fn rows_max(&self) -> Result<usize, AwsError> {
        let token_length = self.client_token.as_ref().map_or(32, String::len);
        if !(32..=128).contains(&token_length) {
            return Err(validation("ClientToken: 32 to 128 characters"));
        }
        match self.max_rows {
            None => Ok(PAGE_ROWS_MAX),
            Some(rows) if (1..=PAGE_ROWS_MAX).contains(&rows) => Ok(rows),
            Some(rows) => Err(validation(format!("MaxRows: 1 to {PAGE_ROWS_MAX}, not {rows}"))),
        }
    }
}

impl Operation for Query {
    const NAME: &'static str = "Query";
    // Asked of each table that the query names.
    const PERMISSION: Permission = Permission::Own;

    type Input = Input;
    type Output = Payload;

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Payload, AwsError> {
        let rows_max = input.rows_max()?;
        let query = parsed(&input.query_string)?;
        permit::check(&state, &caller, &query)?;
        let owner = caller.identity()?.user_id.as_str().to_owned();
        let queries = &state.queries;
        let fetch = match &input.next_token {
            Some(token) => queries.resume(token, &input.query_string, &owner)?,
            None => {
                let now_nanos = i64::try_from(state.clock.now()).unwrap_or_default() * 1_000_000;
                let asked = Asked { text: input.query_string, owner, query, now_nanos };
                queries.start(state.series.snapshot(), asked).await?
            }
        };
        let (page, fetch) = queries.page(fetch, rows_max).await?;
        let scanned = page.ran.map_or(0, |ran| ran.scanned_bytes);
        let answer = Answer {
            query_id: &fetch.id,
            next_token: page.next_token.clone(),
            rows: page.rows,
            column_info: column_infos(&fetch.columns),
            query_status: QueryStatus {
                progress_percentage: if page.ran.is_some() { 100.0 } else { 0.0 },
                cumulative_bytes_scanned: scanned,
                cumulative_bytes_metered: scanned,
            },
        };
        let bytes = serde_json::to_vec(&answer).map_err(AwsError::output)?;
        match page.next_token {
            Some(_) => queries.keep(fetch),
            None => queries.forget(&fetch.id),
        }
        Ok(Payload { content_type: "application/x-amz-json-1.0", bytes: bytes.into() })
    }
}
