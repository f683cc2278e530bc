//! GetAccountSettings

use std::sync::Arc;

use blueprints::UNPACKED_BYTES_MAX;
use serde::Deserialize;
use serde_json::{Value, json};

use super::concurrency::{self, CONCURRENCY};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetAccountSettings;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {}

impl Operation for GetAccountSettings {
    const NAME: &'static str = "GetAccountSettings";
    const METHOD_AND_PATH: &'static str = "GET /2016-08-19/account-settings";

    type Input = Input;
    type Output = Value;

    async fn call(state: Arc<State>, _caller: Caller, _input: Input) -> Result<Value, AwsError> {
        let all = concurrency::all(state.functions.blueprints())?;
        let reserved: u32 = all.iter().filter_map(|function| function.reserved_concurrency).sum();
        let bytes: u64 = all.iter().map(|function| function.latest.code.bytes).sum();
        Ok(json!({
            "AccountLimit": {
                "TotalCodeSize": TOTAL_CODE_BYTES,
                "CodeSizeUnzipped": UNPACKED_BYTES_MAX,
                "CodeSizeZipped": ZIPPED_BYTES,
                "ConcurrentExecutions": CONCURRENCY,
                "UnreservedConcurrentExecutions": CONCURRENCY.saturating_sub(reserved),
            },
            "AccountUsage": { "TotalCodeSize": bytes, "FunctionCount": all.len() },
        }))
    }
}

/// AWS's.
const TOTAL_CODE_BYTES: u64 = 80_530_636_800;
const ZIPPED_BYTES: u64 = 52_428_800;
