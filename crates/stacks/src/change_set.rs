//! Change sets: what a template would change, written down before it does.

use records::Record;
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::stack::{Aim, OnFailure};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangeSet {
    /// Its ARN.
    pub id: String,
    pub name: String,
    pub stack_id: String,
    pub stack_name: String,
    pub description: Option<String>,
    pub is_creation: bool,
    pub created_at: UnixMillis,
    /// `CREATE_COMPLETE`, `FAILED`
    pub status: String,
    pub reason: Option<String>,
    /// `AVAILABLE`, `UNAVAILABLE`, `EXECUTE_COMPLETE`, `OBSOLETE`
    pub execution_status: String,
    pub aim: Aim,
    pub on_failure: OnFailure,
    pub changes: Vec<Change>,
    /// By which whoever asked knows that it is asked for again.
    #[serde(default)]
    pub token: Option<String>,
}

impl Record for ChangeSet {
    const VERSION: u8 = 1;
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// `Add`, `Modify`, `Remove`
    pub action: String,
    pub logical_id: String,
    pub physical_id: Option<String>,
    pub kind: String,
    /// `True`, `False`, `Conditional`; of modifications only.
    pub replacement: Option<String>,
    /// Its properties before and after, as JSON, as far as they are known.
    #[serde(default)]
    pub before: Option<String>,
    #[serde(default)]
    pub after: Option<String>,
}
