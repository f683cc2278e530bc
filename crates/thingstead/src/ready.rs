//! How to reach a server that is up: written when every door is open, gone when it ends.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::data::{read_if_there, write_private};

/// What scripts may rely on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Ready {
    pub(crate) pid: u32,
    pub(crate) version: String,
    pub(crate) data: PathBuf,
    /// `HOST:PORT`, or nothing if the door is closed.
    pub(crate) mqtt: Option<String>,
    pub(crate) mqtts: Option<String>,
    pub(crate) https: Option<String>,
    /// URLs.
    pub(crate) aws: Option<String>,
    pub(crate) console: Option<String>,
    pub(crate) root_ca: PathBuf,
    pub(crate) credentials: PathBuf,
    /// The name under which devices find this host.
    pub(crate) host: String,
}

pub(crate) fn write_ready(path: &Path, ready: &Ready) -> Result<()> {
    write_private(path, &serde_json::to_string_pretty(ready)?)
}

pub(crate) fn read_ready(path: &Path) -> Result<Option<Ready>> {
    let text = read_if_there(path)?;
    let parse = |text: String| {
        serde_json::from_str(&text).with_context(|| format!("{} is damaged", path.display()))
    };
    text.map(parse).transpose()
}
