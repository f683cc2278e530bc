//! UpdateTimeToLive

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::dynamodb::input::TableRef;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct UpdateTimeToLive;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    table_name: TableRef,
    time_to_live_specification: Specification,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Specification {
    enabled: bool,
    attribute_name: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    time_to_live_specification: Specification,
}

impl Operation for UpdateTimeToLive {
    const NAME: &'static str = "UpdateTimeToLive";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        input.table_name.resource()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let Specification { enabled, attribute_name } = input.time_to_live_specification.clone();
        state.tables.update_time_to_live(&input.table_name.0, attribute_name, enabled).await?;
        Ok(Output { time_to_live_specification: input.time_to_live_specification })
    }
}
