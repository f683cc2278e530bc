//! Values that stacks give to others.

use records::Record;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    pub name: String,
    pub value: String,
    pub stack_id: String,
}

impl Record for Export {
    const VERSION: u8 = 1;
}
