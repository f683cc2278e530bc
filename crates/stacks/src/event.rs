//! What happened to a stack and its resources.

use records::Record;
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub id: String,
    pub at: UnixMillis,
    pub logical_id: String,
    pub physical_id: String,
    pub kind: String,
    pub status: String,
    pub reason: Option<String>,
    /// As JSON; empty of the stack itself.
    pub properties: String,
}

impl Record for Event {
    const VERSION: u8 = 1;
}
