//! A resource of a stack.

use records::Record;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use stdx::clock::UnixMillis;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Resource {
    pub logical_id: String,
    pub kind: String,
    /// As AWS names it: `CREATE_IN_PROGRESS`.
    pub status: String,
    pub reason: Option<String>,
    pub updated_at: UnixMillis,
    pub made: Option<Made>,
    /// What it took the place of, until the stack is cleaned up.
    pub replaced: Vec<Made>,
    /// What is under way.
    pub attempt: Option<Attempt>,
    /// Names of those that it needs.
    pub needs: Vec<String>,
    /// `Delete`, `Retain`, `RetainExceptOnCreate`
    pub deletion_policy: String,
    pub replace_policy: String,
}

impl Record for Resource {
    const VERSION: u8 = 1;
}

/// Something that is there.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Made {
    pub kind: String,
    pub physical_id: String,
    /// What `Ref` gives.
    pub reference: Value,
    /// What `Fn::GetAtt` gives.
    pub attributes: Map<String, Value>,
    pub properties: Map<String, Value>,
    /// Its attributes are nobody's to read but the stack's.
    #[serde(default)]
    pub is_secret: bool,
}

/// Something that is being made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// The end of its name, if it is given one.
    pub suffix: String,
    /// It was stopped in the middle, so what it makes may be there already.
    pub is_again: bool,
}

/// What somebody says of a resource that is in other hands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Whose; others have no business with it.
    pub stack_id: String,
    /// Nothing until it comes.
    pub text: Option<String>,
}

impl Record for Answer {
    const VERSION: u8 = 1;
}
