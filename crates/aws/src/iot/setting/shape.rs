//! What the operations on settings share.

use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Enabled {
    #[serde(default)]
    pub(crate) enabled: bool,
}
