//! A stack.

use std::collections::BTreeMap;

use records::Record;
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::status::Status;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stack {
    /// Its ARN.
    pub id: String,
    pub name: String,
    pub status: Status,
    pub reason: Option<String>,
    /// What its resources are to be.
    pub aim: Aim,
    /// What they were before an update, until that is over.
    pub former: Option<Aim>,
    pub created_at: UnixMillis,
    pub updated_at: Option<UnixMillis>,
    pub deleted_at: Option<UnixMillis>,
    /// Who asked for what is under way, in whose name it is done.
    pub principal_arn: String,
    pub on_failure: OnFailure,
    pub is_protected: bool,
    /// Resources that stay when the stack is deleted.
    pub retained: Vec<String>,
    pub token: Option<String>,
    pub outputs: Vec<OutputValue>,
    pub change_set_id: Option<String>,
    /// The update that is under way is to be given up.
    #[serde(default)]
    pub is_cancelled: bool,
    /// Resources that a rollback leaves as they are.
    #[serde(default)]
    pub skipped: Vec<String>,
    /// The stack that this is a resource of, and the first of all.
    #[serde(default)]
    pub parent_id: Option<String>,
    #[serde(default)]
    pub root_id: Option<String>,
}

impl Record for Stack {
    const VERSION: u8 = 1;
}

/// What a stack is made of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Aim {
    pub template: String,
    /// What the template was before macros made it what it is.
    #[serde(default)]
    pub original: Option<String>,
    /// Each with its value, given or by default.
    pub parameters: BTreeMap<String, String>,
    /// Of those whose values are names of stored parameters, what was found there.
    pub looked_up: BTreeMap<String, String>,
    pub tags: BTreeMap<String, String>,
    pub capabilities: Vec<String>,
    pub role_arn: Option<String>,
    pub notification_arns: Vec<String>,
}

impl Aim {
    /// The values that the template works with.
    pub fn values(&self) -> BTreeMap<String, String> {
        let mut values = self.parameters.clone();
        values.extend(self.looked_up.clone());
        values
    }
}

/// What follows when a stack cannot be made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum OnFailure {
    #[default]
    Rollback,
    Delete,
    DoNothing,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputValue {
    pub key: String,
    pub value: String,
    pub description: Option<String>,
    pub export_name: Option<String>,
}
