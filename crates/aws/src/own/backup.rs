//! Backup: everything in the store into one file, while the server runs.

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct Backup;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    /// Where to write, on the server's machine: an absolute path.
    file: PathBuf,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    records: u64,
    bytes: u64,
}

impl Operation for Backup {
    const NAME: &'static str = "Backup";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        if !input.file.is_absolute() {
            return Err(AwsError::invalid_request("file must be an absolute path"));
        }
        let store = state.store.clone();
        let written = tokio::task::spawn_blocking(move || store.backup(&input.file)).await;
        let report = written
            .map_err(|error| AwsError::internal(error.to_string()))?
            .map_err(|error| AwsError::invalid_request(format!("no backup was made: {error}")))?;
        Ok(Output { records: report.entries, bytes: report.bytes })
    }
}
