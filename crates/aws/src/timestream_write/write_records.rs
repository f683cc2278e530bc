//! WriteRecords

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::SERVICE;
use super::records_input::{Input, Records};
use super::words::{of_table, rejected, standing};
use crate::caller::{Asked, Caller};
use crate::error::AwsError;
use crate::operation::{Body, Given, Operation, Permission};
use crate::state::State;

#[derive(Debug)]
pub(crate) struct WriteRecords;

/// What there is beside the body, which the operation reads itself: its texts are used where they stand.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Beside {}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    records_ingested: RecordsIngested,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct RecordsIngested {
    total: usize,
    memory_store: usize,
    magnetic_store: usize,
}

impl Operation for WriteRecords {
    const NAME: &'static str = "WriteRecords";
    const BODY: Body = Body::Payload;
    const PERMISSION: Permission = Permission::Own;

    type Input = Beside;
    type Output = Output;

    async fn call(state: Arc<State>, caller: Caller, _: Beside) -> Result<Output, AwsError> {
        let plain = std::str::from_utf8(&caller.body).ok().and_then(Records::read);
        match plain {
            Some(records) => write(&state, &caller, records).await,
            None => {
                let input: Input = Given::Json(caller.body.clone()).read(&SERVICE)?;
                write(&state, &caller, Records::of(&input)).await
            }
        }
    }
}

async fn write(
    state: &State,
    caller: &Caller,
    mut records: Records<'_>,
) -> Result<Output, AwsError> {
    let (database, table) = (records.database_name, records.table_name);
    let (home, resource) = (state.fleet.registry().home(), of_table(database, table));
    caller.check(state, &Asked::new(home, SERVICE.action_prefix, WriteRecords::NAME, &resource))?;
    let table = standing(state, database, table)?;
    records.share_dimensions()?;
    let written = state.series.write(&table, &records.texts()).await?;
    if !written.rejected.is_empty() {
        return Err(rejected(&written.rejected));
    }
    let records_ingested = RecordsIngested {
        total: written.total(),
        memory_store: written.memory,
        magnetic_store: written.magnetic,
    };
    Ok(Output { records_ingested })
}
