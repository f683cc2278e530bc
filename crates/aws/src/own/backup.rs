//! Backup: everything in the store into one file, and the files that belong to it into a directory
//! beside that, while the server runs.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kv::BackupReport;
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

/// What the directory's name has behind that of the file.
const FILES: &str = ".files";

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
    /// Files of series and of large objects.
    files: u64,
}

impl Operation for Backup {
    const NAME: &'static str = "Backup";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        if !input.file.is_absolute() {
            return Err(AwsError::invalid_request("file must be an absolute path"));
        }
        let written = tokio::task::spawn_blocking(move || write(&state, &input.file)).await;
        let (report, files) = written
            .map_err(|error| AwsError::internal(error.to_string()))?
            .map_err(|what| AwsError::invalid_request(format!("no backup was made: {what}")))?;
        Ok(Output { records: report.entries, bytes: report.bytes, files })
    }
}

fn write(state: &State, file: &Path) -> Result<(BackupReport, u64), String> {
    // What the store names when it is copied stays until the files are copied, too.
    let (_series, _objects) = (state.series.snapshot(), state.objects.hold());
    let _code = state.functions.blueprints().hold_code();
    let mut beside = file.as_os_str().to_owned();
    beside.push(FILES);
    let beside = PathBuf::from(beside);
    if beside.exists() {
        return Err(format!("{} is there already", beside.display()));
    }
    let report = state.store.backup(file).map_err(|error| error.to_string())?;
    let mut files = 0;
    for (name, directory) in &state.directories {
        let copied = copy(directory, &beside.join(name));
        files += copied.map_err(|error| format!("{}: {error}", directory.display()))?;
    }
    Ok((report, files))
}

/// Copies a directory with all that is in it, and answers how many files these are. Files come and go
/// meanwhile; those that go are not needed.
fn copy(from: &Path, to: &Path) -> io::Result<u64> {
    std::fs::create_dir_all(to)?;
    let mut files = 0;
    let entries = match std::fs::read_dir(from) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            files += copy(&source, &target)?;
            continue;
        }
        match std::fs::copy(&source, &target) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            copied => drop(copied?),
        }
        std::fs::File::open(&target)?.sync_all()?;
        files += 1;
    }
    std::fs::File::open(to)?.sync_all()?;
    Ok(files)
}
