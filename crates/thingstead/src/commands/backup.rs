//! `thingstead backup FILE` and `thingstead restore FILE`.

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::client::Client;
use crate::commands::{say, say_json};
use crate::data::Data;

/// Writes the store of a running server into one file.
pub(crate) async fn backup(data: &Data, as_json: bool, file: &Path) -> Result<()> {
    let client = Client::new(data)?;
    let absolute =
        std::path::absolute(file).with_context(|| format!("{} is no path", file.display()))?;
    let report = client.own("Backup", &json!({ "file": absolute })).await?;
    if as_json {
        return say_json(&report);
    }
    say(format!(
        "{} records, {} bytes in {}",
        report["records"],
        report["bytes"],
        absolute.display()
    ))?;
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
    data.create()?;
    let report = kv::restore(file, &data.store())
        .with_context(|| format!("{} cannot be restored", file.display()))?;
    if as_json {
        return say_json(&json!({ "records": report.entries }));
    }
    say(format!("{} records restored into {}", report.entries, data.root().display()))
}
