//! PrepareQuery: whether a query could be run, what its columns are and its parameters.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::json;
use timesql::{Parameter, Type, Value};

use super::permit;
use super::shape::TypeInfo;
use super::words::parsed;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::{Operation, Permission};
use crate::state::State;
use crate::timestream_write::words::validation;

#[derive(Debug)]
pub(crate) struct PrepareQuery;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    query_string: String,
    validate_only: Option<bool>,
}

impl Operation for PrepareQuery {
    const NAME: &'static str = "PrepareQuery";
    // Asked of each table that the query names.
    const PERMISSION: Permission = Permission::Own;

    type Input = Input;
    type Output = serde_json::Value;

    async fn call(
        state: Arc<State>,
        caller: Caller,
        input: Input,
    ) -> Result<serde_json::Value, AwsError> {
        let query = parsed(&input.query_string)?;
        permit::check(&state, &caller, &query)?;
        if input.validate_only != Some(true) {
            return Err(validation("ValidateOnly: Timestream only supports ValidateOnly=true"));
        }
        let parameters: Vec<Parameter> = query.parameters().iter().map(parameter).collect();
        let now_nanos = i64::try_from(state.clock.now()).unwrap_or_default() * 1_000_000;
        let source = state.series.snapshot();
        let asked = parameters.clone();
        // Finding names reads the store, and what is constant is computed: not the reactor's work.
        let bind = move || {
            let bound = query.bind(&source, now_nanos, &asked)?;
            Ok::<_, timesql::QueryError>(bound.columns().to_vec())
        };
        let bound = tokio::task::spawn_blocking(bind).await;
        let bound = bound.map_err(|_| AwsError::internal("the query could not be read"))??;
        let columns =
            bound.iter().map(|column| json!({ "Name": column.name, "Type": TypeInfo(&column.of) }));
        let columns: Vec<serde_json::Value> = columns.collect();
        let parameters = parameters
            .iter()
            .map(|parameter| json!({ "Name": parameter.name, "Type": TypeInfo(&parameter.of) }));
        let parameters: Vec<serde_json::Value> = parameters.collect();
        Ok(json!({
            "QueryString": input.query_string,
            "Columns": columns,
            "Parameters": parameters,
        }))
    }
}

/// Timestream's own parameter is a time; of others it is not known what they will be.
fn parameter(name: &String) -> Parameter {
    let of = if name == "scheduled_runtime" { Type::Timestamp } else { Type::Unknown };
    Parameter { name: name.clone(), of, value: Value::Null }
}
