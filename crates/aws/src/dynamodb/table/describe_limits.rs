//! DescribeLimits: AWS's own, which are kept and shown, and not enforced.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

const ACCOUNT_UNITS_MAX: u64 = 80_000;
const TABLE_UNITS_MAX: u64 = 40_000;

#[derive(Debug)]
pub(crate) struct DescribeLimits;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    account_max_read_capacity_units: u64,
    account_max_write_capacity_units: u64,
    table_max_read_capacity_units: u64,
    table_max_write_capacity_units: u64,
}

impl Operation for DescribeLimits {
    const NAME: &'static str = "DescribeLimits";

    type Input = Input;
    type Output = Output;

    async fn call(_state: Arc<State>, _caller: Caller, _input: Input) -> Result<Output, AwsError> {
        Ok(Output {
            account_max_read_capacity_units: ACCOUNT_UNITS_MAX,
            account_max_write_capacity_units: ACCOUNT_UNITS_MAX,
            table_max_read_capacity_units: TABLE_UNITS_MAX,
            table_max_write_capacity_units: TABLE_UNITS_MAX,
        })
    }
}
