//! `thingstead backup FILE` and `thingstead restore FILE`.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::client::Client;
use crate::commands::{say, say_json};
use crate::data::Data;

/// The directory beside a backup's file.
const FILES: &str = ".files";

/// Writes the store of a running server into one file.
pub(crate) async fn backup(data: &Data, as_json: bool, file: &Path) -> Result<()> {
    let client = Client::new(data)?;
    let absolute =
        std::path::absolute(file).with_context(|| format!("{} is no path", file.display()))?;
    let report = client.own("Backup", &json!({ "file": absolute })).await?;
    if as_json {
        return say_json(&report);
    }
    let (at, files) = (absolute.display(), &report["files"]);
    say(format!("{} records, {} bytes in {at}", report["records"], report["bytes"]))?;
    say(format!("{files} files of series and large objects in {at}{FILES}: keep both together"))?;
    say(format!(
        "keep the keys in {} as safe as this file: certificates are signed with them",
        data.root().display()
    ))
}

/// Makes the store of a data directory that has none.
pub(crate) fn restore(data: &Data, as_json: bool, file: &Path) -> Result<()> {
    if data.store().exists() {
        bail!("{} has a store already; name an empty directory with --data", data.root().display());
    }
    let mut beside = file.as_os_str().to_owned();
    beside.push(FILES);
    let beside = PathBuf::from(beside);
    if !beside.is_dir() {
        bail!("{} is missing: it belongs to the backup", beside.display());
    }
    data.create()?;
    for (name, directory) in data.directories() {
        copy(&beside.join(name), &directory)
            .with_context(|| format!("{} cannot be restored", directory.display()))?;
    }
    let report = kv::restore(file, &data.store())
        .with_context(|| format!("{} cannot be restored", file.display()))?;
    if as_json {
        return say_json(&json!({ "records": report.entries }));
    }
    say(format!("{} records restored into {}", report.entries, data.root().display()))
}

/// The store comes last, and it is what makes a data directory: so half a restore is none.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy(&source, &target)?;
        } else {
            std::fs::copy(&source, &target)?;
            std::fs::File::open(&target)?.sync_all()?;
        }
    }
    std::fs::File::open(to)?.sync_all()
}
