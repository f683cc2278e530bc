//! DescribeContinuousBackups: there are none, which is what a table is told to have until somebody
//! asks for them, and that no operation of ours takes.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::dynamodb::input::TableRef;
use crate::dynamodb::words::table_not_found;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DescribeContinuousBackups;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    table_name: TableRef,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    continuous_backups_description: Description,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Description {
    continuous_backups_status: &'static str,
    point_in_time_recovery_description: PointInTimeRecovery,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct PointInTimeRecovery {
    point_in_time_recovery_status: &'static str,
}

impl Operation for DescribeContinuousBackups {
    const NAME: &'static str = "DescribeContinuousBackups";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        input.table_name.resource()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let name = input.table_name.as_str();
        state.tables.table(name)?.ok_or_else(|| table_not_found(name))?;
        Ok(Output {
            continuous_backups_description: Description {
                continuous_backups_status: "DISABLED",
                point_in_time_recovery_description: PointInTimeRecovery {
                    point_in_time_recovery_status: "DISABLED",
                },
            },
        })
    }
}
